"""What staff type for each move of a request. Only the fields named here are read; each form carries its version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civic311.lib import clock
from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import catalogue, category_choices, department_choices, partner_choices
from departments.kinds import Priority
from departments.models import StaffUser
from requests_app.actions.clockwork import WaitKind, can_pause
from requests_app.actions.notes import NOTE_MAX
from requests_app.models import ServiceRequest

NOBODY = "none"
SHORT = 300


@dataclass(frozen=True)
class Desk:
    """What the forms of one request are drawn for: the request, who works on it, the day, and who can be given it."""

    target: ServiceRequest
    user: StaffUser
    today: dt.date
    assignable: tuple[tuple[int, str], ...]


def long_text(rows: int = 3, maximum: int = NOTE_MAX) -> forms.Textarea:
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
        self.move = move
        self.prepare(desk)

    def prepare(self, desk: Desk) -> None:
        """Fill in the choices that depend on the request."""

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        """Everything the fields of an empty form look different for, but for the version: all that `prepare` reads."""
        return ()


class AssignForm(MoveForm):
    assignee = forms.ChoiceField(
        label=_("Give it to"),
        widget=LeanSelect,
        error_messages={"invalid_choice": _("This colleague cannot have it any more. Choose somebody else.")},
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            (NOBODY, _("Nobody")),
            *((str(person), name) for person, name in desk.assignable),
        ]
        current = desk.target.assignee_id
        self.initial["assignee"] = str(current) if current else NOBODY

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        return (desk.assignable, desk.target.assignee_id)


class StartForm(MoveForm):
    public_note = forms.CharField(
        label=_("Everyone reads"), required=False, max_length=NOTE_MAX, widget=long_text(2)
    )


class HoldForm(MoveForm):
    kind = forms.ChoiceField(
        label=_("What do we wait for?"),
        choices=WaitKind.choices,
        required=False,
        initial=WaitKind.OTHER,
        widget=LeanSelect,
    )
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
    pauses = forms.BooleanField(
        label=_("The clock stands still until then"),
        required=False,
        help_text=_("Only for what nobody in the city can end. The target moves by the real pause."),
    )

    def prepare(self, desk: Desk) -> None:
        if not can_pause(desk.target, clock.now()):
            del self.fields["pauses"]
        self.fields["review_on"].widget.attrs["min"] = (desk.today + dt.timedelta(days=1)).isoformat()

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        return (can_pause(desk.target, clock.now()), desk.today)

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
        label=_("Everyone reads"), required=False, max_length=NOTE_MAX, widget=long_text(2)
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["partner"].choices = _choose(partner_choices())  # type: ignore[attr-defined]

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        return (catalogue().partners,)


class ReopenForm(MoveForm):
    reason = forms.CharField(label=_("What is not right?"), max_length=NOTE_MAX, widget=long_text(2))


class RecategorizeForm(MoveForm):
    category = forms.ChoiceField(
        label=_("New category"),
        help_text=_("The request is routed anew. The target follows the new category."),
        widget=LeanSelect,
        error_messages={"invalid_choice": _("This category is retired. Choose another.")},
    )

    def prepare(self, desk: Desk) -> None:
        self.fields["category"].choices = _choose(category_choices(retired=False))  # type: ignore[attr-defined]

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        return (catalogue().categories,)


class RerouteForm(MoveForm):
    department = forms.ChoiceField(
        label=_("Department"),
        widget=LeanSelect,
        error_messages={
            "invalid_choice": _("The request is with this department, or the department is retired.")
        },
    )
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

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        return (catalogue().departments, desk.target.department_id)


class PrioritizeForm(MoveForm):
    priority = forms.TypedChoiceField(
        label=_("How urgent is it?"), choices=Priority.choices, coerce=int, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"), required=False, max_length=SHORT, help_text=_("Staff read this in the history.")
    )

    def prepare(self, desk: Desk) -> None:
        self.initial["priority"] = desk.target.priority

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        return (desk.target.priority,)


class UnpublishForm(MoveForm):
    reason = forms.CharField(
        label=_("Why is it taken offline?"), help_text=_("Staff read this."), max_length=SHORT
    )
    published_reason = forms.CharField(
        label=_("Not shown, because:"),
        help_text=_("Everybody reads this under the number of the report. Leave it empty to say nothing."),
        max_length=SHORT,
        required=False,
    )


class PhotoForm(MoveForm):
    photo = forms.CharField(max_length=32, widget=forms.HiddenInput)
