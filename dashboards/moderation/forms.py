"""One small form for each thing that waits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions.moderation import REASON_MAX, Remedy
from requests_app.models import AbuseReport
from requests_app.models.photo import PhotoState
from requests_app.workflow import BY_NAME

_TOO_LONG = _("The reason is too long: 300 characters at most.")


class CommentForm(forms.Form):
    """Show a comment, or remove it with a reason."""

    decision = forms.ChoiceField(choices=[("publish", ""), ("remove", "")])
    reason = forms.CharField(
        label=_("Reason, if it is removed"),
        help_text=_("Residents read it in place of the comment."),
        max_length=REASON_MAX,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )

    def __init__(self, pk: int, data: Any = None) -> None:
        super().__init__(data, auto_id=f"comment_{pk}_%s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "remove" and "reason" in cleaned and not cleaned["reason"]:
            self.add_error("reason", _("Give the reason: it is published in place of the comment."))
        return cleaned


_REMEDIES: dict[Remedy, Promise] = {
    Remedy.KEEP: _("Leave it as it is"),
    Remedy.REMOVE_COMMENT: _("Remove the comment"),
    Remedy.HIDE_PHOTO: _("Hide the photo"),
    Remedy.TAKE_OFFLINE: _("Take the whole report offline"),
}


def remedies(report: AbuseReport, user: StaffUser) -> list[Remedy]:
    """What can be done about an abuse report by this person."""
    role = Role(user.role)
    found = [Remedy.KEEP]
    if report.comment is not None:
        found.append(Remedy.REMOVE_COMMENT)
    if (
        report.photo is not None
        and report.photo.state != PhotoState.HIDDEN
        and role in BY_NAME["hide_photo"].roles
    ):
        found.append(Remedy.HIDE_PHOTO)
    if report.request.is_public and role in BY_NAME["unpublish"].roles:
        found.append(Remedy.TAKE_OFFLINE)
    return found


class AbuseForm(forms.Form):
    """What is done about an abuse report, with words."""

    remedy = forms.ChoiceField(
        label=_("What happens"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens."), "invalid_choice": _("Choose what happens.")},
    )
    words = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "A removed comment shows it in its place. So does a report taken offline, and its reporter is told."
        ),
        max_length=REASON_MAX,
        error_messages={"required": _("Give the reason."), "max_length": _TOO_LONG},
    )

    def __init__(self, report: AbuseReport, user: StaffUser, data: Any = None) -> None:
        super().__init__(data, auto_id=f"abuse_{report.pk}_%s")
        remedy = self.fields["remedy"]
        assert isinstance(remedy, forms.ChoiceField)
        remedy.choices = [(choice.value, _REMEDIES[choice]) for choice in remedies(report, user)]


class PhotoForm(forms.Form):
    """Show a photo, or hide it."""

    decision = forms.ChoiceField(choices=[("publish", ""), ("hide", "")])
