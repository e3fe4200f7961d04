"""What other residents may do with a report, and what the page must know to offer it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib import clock
from civic311.lib.contacts import voter_of_device, voter_of_mailbox
from departments.directory import categories
from requests_app.actions.comments import ABUSE_TEXT_MAX, COMMENT_MAX, NAME_MAX
from requests_app.actions.support import NOTHING_WAS_DONE, REASON_MAX
from requests_app.models import Resident, Support
from requests_app.models.comment import AbuseReason
from requests_app.queries.comments import PublicComment, comments_of
from requests_app.queries.nearby import support_words
from requests_app.queries.public import PublicRequest
from requests_app.resident.signed_in import current_resident

DEVICE_COOKIE = "__Host-device" if settings.SECURE_COOKIES else "device"
_DEVICE = re.compile(r"[A-Za-z0-9_-]{22}")
ROBOTS_FIELD = "website"


class PageForm(forms.Form):
    """One of several small forms on a page: its fields have ids of their own."""

    ids = ""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id=f"{self.ids}_%s", **options)


class FollowForm(PageForm):
    """Where the news of a report go."""

    ids = "follow"
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        validators=[EmailValidator(gettext_lazy("This is not an e-mail address. Example: name@example.org"))],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Type your e-mail address.")},
    )


class NotSolvedForm(PageForm):
    """What another resident sees at the place."""

    ids = "not_solved"
    reason = forms.CharField(
        label=gettext_lazy("What do you see?"),
        help_text=gettext_lazy("One sentence is enough. The department reads it. It is not shown online."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say in a sentence what is not right."),
            "max_length": gettext_lazy("The text is too long: 2,000 characters at most."),
        },
    )


class CommentForm(PageForm):
    """A comment under a report."""

    ids = "comment"
    mark_optional = True
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        help_text=gettext_lazy("Leave out names, phone numbers and addresses of people."),
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write your comment."),
            "max_length": gettext_lazy("The comment is too long: 2,000 characters at most."),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("Name to show"),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"max_length": gettext_lazy("The name is too long: 80 characters at most.")},
    )


_ABUSE_WORDS = (
    (
        AbuseReason.PERSONAL_DATA,
        gettext_lazy("It shows a name, a face, a license plate or other personal data"),
    ),
    (AbuseReason.OFFENSIVE, gettext_lazy("It is offensive or threatening")),
    (AbuseReason.FALSE, gettext_lazy("It is not true")),
    (AbuseReason.OTHER, gettext_lazy("Something else")),
)


class AbuseForm(PageForm):
    """What should not be shown, and why."""

    ids = "abuse"
    mark_optional = True
    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        widget=forms.RadioSelect(attrs={"data-tiles": True}),
        error_messages={
            "required": gettext_lazy("Choose what it is about."),
            "invalid_choice": gettext_lazy("This is not shown any more. Choose again."),
        },
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=[(value.value, words) for value, words in _ABUSE_WORDS],
        widget=forms.RadioSelect(attrs={"data-tiles": True}),
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=gettext_lazy("More about it"),
        help_text=gettext_lazy("Staff read this. It is not shown online."),
        max_length=ABUSE_TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("The text is too long: 1,000 characters at most.")},
    )

    def __init__(self, choices: list[tuple[str, str]], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = choices


@dataclass(frozen=True)
class Shared:
    """What the page offers to other residents. ``is_counted``: this visitor said "mine too" already."""

    count: int
    words: str
    can_support: bool
    is_counted: bool
    can_follow: bool
    can_object: bool
    signed_in_as: str
    comments_allowed: bool
    comments: tuple[PublicComment, ...]


def device_of(request: HttpRequest) -> str:
    """The random token of this browser; empty where it has none, or nonsense."""
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    return token if _DEVICE.fullmatch(token) else ""


def voters_of(device: str, resident: Resident | None) -> list[str]:
    """Who this visitor may have been counted as: the mailbox first, then the browser."""
    voters = [voter_of_mailbox(resident.email)] if resident else []
    return voters + ([voter_of_device(device)] if device else [])


def shared_context(
    request: HttpRequest,
    found: PublicRequest,
    *,
    for_holder: bool = False,
    bound: dict[str, forms.Form] | None = None,
) -> dict[str, Any]:
    """The context of "resident/_support.html" and "resident/_comments.html"; ``bound`` are forms sent with mistakes."""
    shared = _shared(request, found, for_holder=for_holder)
    return {
        "shared": shared,
        "follow_form": FollowForm() if shared.can_follow else None,
        "not_solved_form": NotSolvedForm() if shared.can_object else None,
        "comment_form": CommentForm() if shared.comments_allowed else None,
        **(bound or {}),
    }


def _shared(request: HttpRequest, found: PublicRequest, *, for_holder: bool) -> Shared:
    category = categories()[found.category_id]
    may_be_shared = category.may_be_shared and not for_holder
    resident = None if for_holder else current_resident(request)
    voters = voters_of(device_of(request), resident) if may_be_shared else []
    return Shared(
        count=found.support_count,
        words=support_words(found.support_count),
        can_support=may_be_shared and found.is_open,
        is_counted=bool(voters) and Support.objects.filter(request=found.id, voter__in=voters).exists(),
        can_follow=found.is_open and not for_holder,
        can_object=may_be_shared and _may_object(found),
        signed_in_as=resident.email if resident else "",
        comments_allowed=category.comments_allowed and found.is_public,
        comments=comments_of(found.id) if category.comments_allowed and found.is_public else (),
    )


def _may_object(found: PublicRequest) -> bool:
    if found.is_open or found.outcome in NOTHING_WAS_DONE:
        return False
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    return found.closed_at is None or found.closed_at + window >= clock.now()


def abuse_choices(found: PublicRequest, comments: tuple[PublicComment, ...]) -> list[tuple[str, str]]:
    """What can be named in an abuse report: the report itself, each photo, each comment that is shown."""
    photos = [
        (f"photo-{photo.public_id}", _("Photo %(number)d") % {"number": at})
        for at, photo in enumerate(found.photos, start=1)
    ]
    shown = [
        (
            f"comment-{comment.id}",
            _("The comment “%(start)s”")
            % {"start": comment.text[:60] + ("…" if len(comment.text) > 60 else "")},
        )
        for comment in comments
        if not comment.removal_reason
    ]
    return [("report", _("The report itself")), *photos, *shown]
