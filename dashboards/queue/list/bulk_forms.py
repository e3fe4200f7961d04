"""What staff type to change many requests at once: one small form for each change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import category_choices
from dashboards.queue.forms import NOBODY, SHORT
from departments.kinds import Priority
from departments.models import Category, StaffUser
from departments.roles import Role
from requests_app.actions import bulk_moves
from requests_app.actions.notes import NOTE_MAX
from requests_app.queries.staff import colleagues
from requests_app.workflow import BY_NAME, Audience, Outcome


@dataclass(frozen=True)
class ForMany:
    """What the forms need to know: who fills them in, on which day, which outcomes fit every chosen request."""

    user: StaffUser
    today: dt.date
    outcomes: tuple[Outcome, ...] = ()


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": NOTE_MAX})


class BulkForm(forms.Form):
    """Nothing to type, as for taking note."""

    mark_optional = True

    def __init__(self, data: Any = None, *, at: ForMany) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.at = at
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices."""

    def change(self) -> bulk_moves.Change:
        """The change these words ask for."""
        return bulk_moves.Acknowledge()


class BulkResumeForm(BulkForm):
    def change(self) -> bulk_moves.Change:
        return bulk_moves.Resume()


class BulkAssignForm(BulkForm):
    assignee = forms.ChoiceField(label=_("Give them to"), widget=LeanSelect)

    def prepare(self) -> None:
        people = [(str(person), name) for person, name in colleagues(self.at.user).people]
        self.fields["assignee"].choices = [("", _("Choose")), (NOBODY, _("Nobody")), *people]  # type: ignore[attr-defined]

    def change(self) -> bulk_moves.Change:
        chosen = self.cleaned_data["assignee"]
        return bulk_moves.Assign(None if chosen == NOBODY else StaffUser.objects.get(pk=chosen))


class BulkStartForm(BulkForm):
    public_note = forms.CharField(
        label=_("Everyone reads"), required=False, max_length=NOTE_MAX, widget=_long(2)
    )

    def change(self) -> bulk_moves.Change:
        return bulk_moves.Start(self.cleaned_data["public_note"])


class BulkHoldForm(BulkForm):
    reason = forms.CharField(
        label=_("Why do they wait?"), max_length=SHORT, help_text=_("Residents read this.")
    )
    waiting_for = forms.CharField(label=_("Whom do we wait for?"), max_length=150)
    review_on = forms.DateField(
        label=_("Look again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_review_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["review_on"]
        if not self.at.today < day <= self.at.today + dt.timedelta(days=730):
            raise ValidationError(_("Choose a day after today, within two years."))
        return day

    def change(self) -> bulk_moves.Change:
        data = self.cleaned_data
        return bulk_moves.Hold(data["reason"], data["waiting_for"], data["review_on"])


class BulkCloseForm(BulkForm):
    outcome = forms.ChoiceField(label=_("What was the outcome?"), widget=LeanSelect)
    public_answer = forms.CharField(
        label=_("Answer everyone reads"),
        required=False,
        max_length=NOTE_MAX,
        widget=_long(4),
        help_text=_("The same words go to every reporter. No names, phone numbers or e-mail addresses."),
    )
    internal_note = forms.CharField(
        label=_("Note for staff, if any"), required=False, max_length=NOTE_MAX, widget=_long(2)
    )

    def prepare(self) -> None:
        outcomes = [(outcome.value, outcome.label) for outcome in self.at.outcomes]
        self.fields["outcome"].choices = [("", _("Choose")), *outcomes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("outcome") not in {None, Outcome.SPAM} and not data.get("public_answer", "").strip():
            self.add_error("public_answer", _("Write the answer residents will read."))
        return data

    def change(self) -> bulk_moves.Change:
        data = self.cleaned_data
        return bulk_moves.Close(Outcome(data["outcome"]), data["public_answer"], data["internal_note"])


class BulkPriorityForm(BulkForm):
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=[("", _("Choose")), *Priority.choices], widget=LeanSelect
    )

    def change(self) -> bulk_moves.Change:
        return bulk_moves.Prioritize(Priority(self.cleaned_data["priority"]))


class BulkCategoryForm(BulkForm):
    category = forms.ChoiceField(
        label=_("New category"),
        help_text=_(
            "Each is routed anew. Its target follows the new category; its clock does not start again."
        ),
        widget=LeanSelect,
    )

    def prepare(self) -> None:
        self.fields["category"].choices = [("", _("Choose")), *category_choices(retired=False)]  # type: ignore[attr-defined]

    def change(self) -> bulk_moves.Change:
        return bulk_moves.Recategorize(Category.objects.get(pk=self.cleaned_data["category"]))


class BulkNoteForm(BulkForm):
    audience = forms.ChoiceField(
        label=_("Who reads it?"), choices=Audience.choices, initial=Audience.STAFF, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("Note"), max_length=NOTE_MAX, widget=_long(3))

    def change(self) -> bulk_moves.Change:
        return bulk_moves.Note(self.cleaned_data["text"], Audience(self.cleaned_data["audience"]))


@dataclass(frozen=True)
class BulkMove:
    """A change of many as the screens offer it."""

    name: str
    label: Promise
    form: type[BulkForm]

    def is_for(self, user: StaffUser) -> bool:
        return user.role in BY_NAME[self.name].roles


BULK_MOVES: dict[str, BulkMove] = {
    move.name: move
    for move in (
        BulkMove("assign", _("Assign"), BulkAssignForm),
        BulkMove("acknowledge", _("Acknowledge"), BulkForm),
        BulkMove("start", _("Start work"), BulkStartForm),
        BulkMove("hold", _("Put on hold"), BulkHoldForm),
        BulkMove("resume", _("Take up again"), BulkResumeForm),
        BulkMove("close", _("Close with one answer"), BulkCloseForm),
        BulkMove("prioritize", _("Change priority"), BulkPriorityForm),
        BulkMove("recategorize", _("Change category"), BulkCategoryForm),
        BulkMove("note", _("Add a note"), BulkNoteForm),
    )
}
ROLL_UP = "roll_up"
ROLLS_UP = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR})


def move_choices(user: StaffUser) -> list[tuple[str, str]]:
    """What this person may do to many requests; empty for those who only look."""
    choices = [(move.name, str(move.label)) for move in BULK_MOVES.values() if move.is_for(user)]
    if user.role in ROLLS_UP:
        choices.append((ROLL_UP, str(_("Join into one incident"))))
    return choices
