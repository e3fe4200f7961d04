"""What is typed for a task. Each form of staff carries the version of the screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import department_choices
from departments.models import StaffUser
from requests_app.actions.notes import NOTE_MAX
from requests_app.actions.tasks import TEXT_MAX, plannable
from requests_app.queries import staff

NO_NUL = ProhibitNullCharactersValidator()


def _long(most: int = TEXT_MAX) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "maxlength": most})


class VersionForm(forms.Form):
    """The version of the screen, and nothing more."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, prefix_id: str, version: int) -> None:
        super().__init__(data, auto_id=f"{prefix_id}_%s", initial={"version": version})


class GiveForm(VersionForm):
    """For a department, a person, or somebody of ours without an account: one of the three."""

    text = forms.CharField(label=_("What is to be done or answered?"), max_length=TEXT_MAX, widget=_long())
    is_question = forms.TypedChoiceField(
        label=_("This is"),
        choices=[("work", _("Work to do")), ("question", _("A question to answer"))],
        initial="work",
        coerce=lambda value: value == "question",
        widget=forms.RadioSelect,
    )
    department = forms.TypedChoiceField(
        label=_("For a department"), required=False, coerce=int, empty_value=None, widget=LeanSelect
    )
    assignee = forms.TypedChoiceField(
        label=_("or for a colleague"), required=False, coerce=int, empty_value=None, widget=LeanSelect
    )
    email = forms.EmailField(
        label=_("or by mail"),
        required=False,
        help_text=_("For people of the City without an account: they answer by a link in the mail."),
    )
    due_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, prefix_id: str, version: int, user: StaffUser) -> None:
        super().__init__(data, prefix_id=prefix_id, version=version)
        self.fields["department"].choices = [("", _("None")), *department_choices(None, retired=False)]  # type: ignore[attr-defined]
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody")),
            *((str(pk), name) for pk, name in staff.everybody()),
        ]
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate().isoformat()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [name for name in ("department", "assignee", "email") if data.get(name)]
        if len(given) != 1 and not self.errors:
            self.add_error(
                "department", _("Choose a department, or a person, or give a mail address: one of them.")
            )
        due: dt.date | None = data.get("due_on")
        if due is not None and due < timezone.localdate():
            self.add_error("due_on", _("Choose a day that is not past."))
        return data


class FinishForm(VersionForm):
    result = forms.CharField(label=_("What came of it?"), max_length=TEXT_MAX, widget=_long())


class CancelForm(VersionForm):
    reason = forms.CharField(
        label=_("Why is it no longer needed?"), required=False, max_length=TEXT_MAX, widget=_long()
    )


class PlanForm(VersionForm):
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    public_answer = forms.CharField(
        label=_("Answer everyone will read"), max_length=NOTE_MAX, widget=_long(NOTE_MAX)
    )

    def __init__(self, data: Any = None, *, prefix_id: str, version: int, kind: Any) -> None:
        super().__init__(data, prefix_id=prefix_id, version=version)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome.value, outcome.label) for outcome in plannable(kind)
        ]


class ColleagueForm(forms.Form):
    """The answer of somebody with a signed link."""

    result = forms.CharField(label=_("Your answer"), max_length=TEXT_MAX, widget=_long(), validators=[NO_NUL])
