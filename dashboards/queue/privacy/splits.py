"""One report that tells of two problems becomes two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import category_choices
from dashboards.queue.privacy.common import back_to, drawn, reached, seen_version
from departments.models import Category
from requests_app.actions import ActionRefused, Actor, Goes, StaleRequest, split
from requests_app.actions.notes import NOTE_MAX
from requests_app.models import ServiceRequest
from requests_app.queries.pictures import PhotoRow, photo_rows

_GOES = (
    (Goes.STAYS.value, gettext_lazy("Stays here")),
    (Goes.MOVES.value, gettext_lazy("Goes to the new report")),
    (Goes.BOTH.value, gettext_lazy("Both")),
)


class SplitForm(forms.Form):
    """What the new report says, what stays, and where each photo belongs."""

    category = forms.ChoiceField(
        label=gettext_lazy("Category of the new report"),
        widget=LeanSelect,
        error_messages={
            "required": gettext_lazy("Choose a category."),
            "invalid_choice": gettext_lazy("This category is retired. Choose another one."),
        },
    )
    description = forms.CharField(
        label=gettext_lazy("The new report says"),
        help_text=gettext_lazy("Residents read this under the new number."),
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    remaining = forms.CharField(
        label=gettext_lazy("This report keeps"),
        help_text=gettext_lazy("The whole text stays in the history for staff."),
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data: Any = None, *, target: ServiceRequest, photos: list[PhotoRow]) -> None:
        words = target.description
        super().__init__(data, initial={"description": words, "remaining": words})
        choices = [("", gettext_lazy("Choose")), *category_choices(retired=False)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]
        self.photos = photos
        for number, photo in enumerate(photos, start=1):
            self.fields[f"photo_{photo.public_id}"] = forms.ChoiceField(
                label=_("Photo %(number)s") % {"number": number},
                choices=_GOES,
                initial=Goes.STAYS.value,
                widget=forms.RadioSelect,
            )

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("category", "description", "remaining")]

    @property
    def photo_fields(self) -> list[tuple[PhotoRow, forms.BoundField]]:
        return [(photo, self[f"photo_{photo.public_id}"]) for photo in self.photos]

    @property
    def chosen_photos(self) -> dict[str, Goes]:
        """Where each photo goes, by its public id."""
        return {photo.public_id: Goes(self.cleaned_data[f"photo_{photo.public_id}"]) for photo in self.photos}


@require_http_methods(["GET", "HEAD", "POST"])
def split_report(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/split/``: the text twice, to leave in each report what belongs to it."""
    user, target = reached(request, number, "split")
    photos = photo_rows(target.pk)
    if request.method != "POST":
        return _page(request, target, SplitForm(target=target, photos=photos))
    seen = seen_version(request)
    form = SplitForm(request.POST, target=target, photos=photos)
    if seen != target.version:
        return _page(request, target, form, seen=seen)
    if not form.is_valid():
        return _page(request, target, form, status=400)
    try:
        event = split(
            request_id=target.pk,
            version=seen,
            category=Category.objects.get(pk=form.cleaned_data["category"]),
            description=form.cleaned_data["description"],
            remaining=form.cleaned_data["remaining"],
            photos=form.chosen_photos,
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest:
        _user, target = reached(request, number, "split")
        return _page(request, target, form, seen=seen)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, target, form, status=400)
    words = _("Split. The other part is %(number)s; whoever reported it gets that number too.")
    messages.success(request, words % {"number": event.data["into"]})
    return back_to(target)


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    form: SplitForm,
    *,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    return drawn(request, "split", target, {"form": form}, move="split", seen=seen, status=status)
