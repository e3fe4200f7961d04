"""What staff type for each move of a request. Only the fields named here are read; each form carries its version."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import category_choices, department_choices, partner_choices
from departments.kinds import Kind
from departments.models import StaffUser
from requests_app.actions.notes import NOTE_MAX
from requests_app.models import ServiceRequest
from requests_app.workflow import Audience, Outcome, outcomes_for

NOBODY = "none"
SHORT = 300


@dataclass(frozen=True)
class Desk:
    """What the forms of one request are drawn for: the request, who works on it, the day, and who can be given it."""

    target: ServiceRequest
    user: StaffUser
    today: dt.date
    assignable: tuple[tuple[int, str], ...]


def _long(rows: int = 3, maximum: int = NOTE_MAX) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": maximum})


def _choose(choices: list[Any]) -> list[Any]:
    return [("", _("Choose")), *choices]


class MoveForm(forms.Form):
    """The version of the screen, and nothing more."""

    mark_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, desk: Desk, move: str) -> None:
        super().__init__(data, auto_id=f"{move}_%s", initial={"version": desk.target.version})
        self.desk = desk
        self.prepare(desk)

    def prepare(self, desk: Desk) -> None:
        """Fill in the choices that depend on the request."""


class AssignForm(MoveForm):
    assignee = forms.ChoiceField(label=_("Give it to"), widget=LeanSelect)

    def prepare(self, desk: Desk) -> None:
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            (NOBODY, _("Nobody")),
            *((str(person), name) for person, name in desk.assignable),
        ]
        current = desk.target.assignee_id
        self.initial["assignee"] = str(current) if current else NOBODY


class StartForm(MoveForm):
    public_note = forms.CharField(
        label=_("Everyone reads"), required=False, max_length=NOTE_MAX, widget=_long(2)
    )


class HoldForm(MoveForm):
    reason = forms.CharField(
        label=_("Why does it wait?"), max_length=SHORT, help_text=_("Residents read this.")
    )
    waiting_for = forms.CharField(
        label=_("Whom do we wait for?"),
        max_length=150,
        help_text=_("Such as: the State, a part, dry weather."),
    )
    review_on = forms.DateField(
        label=_("Look again on"),
        help_text=_("It comes back to the queue on this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["review_on"].widget.attrs["min"] = (desk.today + dt.timedelta(days=1)).isoformat()

    def clean_review_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["review_on"]
        if day <= self.desk.today:
            raise ValidationError(_("Choose a day after today."))
        if day > self.desk.today + dt.timedelta(days=730):
            raise ValidationError(_("Choose a day within two years."))
        return day


class HandOverForm(MoveForm):
    partner = forms.ChoiceField(label=_("Partner"), widget=LeanSelect)
    public_note = forms.CharField(
        label=_("Everyone reads"), required=False, max_length=NOTE_MAX, widget=_long(2)
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["partner"].choices = _choose(partner_choices())  # type: ignore[attr-defined]


_BELONGS_TO = {
    "case_number": Outcome.VIOLATION_FOUND,
    "comply_by": Outcome.VIOLATION_FOUND,
    "try_again_on": Outcome.NO_ACCESS,
}
"""Fields of a closing that only some kinds of request can have."""


class CloseForm(MoveForm):
    mark_optional = False
    outcome = forms.ChoiceField(label=_("What was the outcome?"), widget=forms.RadioSelect)
    public_answer = forms.CharField(
        label=_("Answer everyone reads"),
        required=False,
        max_length=NOTE_MAX,
        widget=_long(4),
        help_text=_("What was done, or why not. No names, phone numbers or e-mail addresses."),
    )
    instead = forms.CharField(
        label=_("Declined: what they can do instead, if anything"),
        required=False,
        max_length=1_000,
        widget=_long(2, 1_000),
    )
    case_number = forms.CharField(label=_("Violation: case number, if any"), required=False, max_length=60)
    comply_by = forms.DateField(
        label=_("Violation: the owner has until, if set"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    try_again_on = forms.DateField(
        label=_("No access: we try again on, if we do"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    lead = forms.CharField(
        label=_("Duplicate: number of the first report"),
        required=False,
        max_length=20,
        help_text=_("This reporter gets its news."),
    )
    partner = forms.ChoiceField(label=_("Not ours: who owns it, if known"), required=False, widget=LeanSelect)
    partner_reference = forms.CharField(
        label=_("Not ours: their number, if they gave one"), required=False, max_length=60
    )
    internal_note = forms.CharField(
        label=_("Note for staff, if any"), required=False, max_length=NOTE_MAX, widget=_long(2)
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome.value, outcome.label) for outcome in outcomes_for(Kind(desk.target.category.kind))
        ]
        self.fields["partner"].choices = [("", _("Not known")), *partner_choices()]  # type: ignore[attr-defined]
        if desk.target.partner_id:
            self.initial["partner"] = str(desk.target.partner_id)
        fitting = outcomes_for(Kind(desk.target.category.kind))
        for name, outcome in _BELONGS_TO.items():
            if outcome not in fitting:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("outcome") not in {None, Outcome.SPAM} and not data.get("public_answer", "").strip():
            self.add_error("public_answer", _("Write the answer residents will read."))
        for name in ("comply_by", "try_again_on"):
            day = data.get(name)
            if day is not None and day < self.desk.today:
                self.add_error(name, _("Choose a day that is still to come."))
        return data


def whole_answer(data: dict[str, Any]) -> str:
    """The answer residents read; a refusal also says what they can do instead."""
    answer = str(data["public_answer"]).strip()
    instead = str(data.get("instead") or "").strip()
    if data.get("outcome") != Outcome.DECLINED or not instead:
        return answer
    return answer + "\n\n" + _("What you can do instead: %(words)s") % {"words": instead}


class ReopenForm(MoveForm):
    reason = forms.CharField(label=_("What is not right?"), max_length=NOTE_MAX, widget=_long(2))


class RecategorizeForm(MoveForm):
    category = forms.ChoiceField(
        label=_("New category"),
        help_text=_("The request is routed anew. The target follows the new category."),
        widget=LeanSelect,
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["category"].choices = _choose(category_choices(retired=False))  # type: ignore[attr-defined]


class RerouteForm(MoveForm):
    department = forms.ChoiceField(label=_("Department"), widget=LeanSelect)
    reason = forms.CharField(
        label=_("Why there?"),
        max_length=SHORT,
        help_text=_("The other department reads this. The target stays."),
    )

    def prepare(self, desk: Desk) -> None:
        choices = [
            choice
            for choice in department_choices(None, retired=False)
            if choice[0] != str(desk.target.department_id)
        ]
        self.fields["department"].choices = _choose(choices)  # type: ignore[attr-defined]


class NoteForm(MoveForm):
    audience = forms.ChoiceField(
        label=_("Who reads it?"), choices=Audience.choices, initial=Audience.STAFF, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("Note"), max_length=NOTE_MAX, widget=_long(3))

    def prepare(self, desk: Desk) -> None:
        self.initial["audience"] = Audience.STAFF


class UnpublishForm(MoveForm):
    reason = forms.CharField(label=_("Why is it taken offline?"), max_length=SHORT)


class PhotoForm(MoveForm):
    photo = forms.CharField(max_length=32, widget=forms.HiddenInput)
