"""What crews type and press for each step of a job. Little, in large fields; each form carries its version and key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import department_choices
from departments.kinds import Kind
from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions.field import REASON_MAX
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome, outcomes_for, successes_for

WORDS_MAX = 2_000
SHORT = 200
FARTHEST_DAYS = 365
KEY_MAX = 64


class PhotosField(forms.FileField):
    """Photos; they are drawn anew by the view, the form only shows the field."""

    widget = forms.FileInput

    def __init__(self, label: Any, help_text: Any = "") -> None:
        widget = forms.FileInput(attrs={"accept": "image/*"})
        super().__init__(label=label, required=False, widget=widget, help_text=help_text)

    def clean(self, data: Any, initial: Any = None) -> None:
        """Nothing here: the pipeline answers for each file in words."""


class JobForm(forms.Form):
    """The version of the screen and the key that makes a second sending harmless; ``prepare`` fits it to the job."""

    mark_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(max_length=KEY_MAX, required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, target: ServiceRequest, user: StaffUser, today: dt.date, name: str
    ) -> None:
        initial = {"version": target.version, "key": str(uuid.uuid4())}
        super().__init__(data, auto_id=f"{name}_{target.number}_%s", initial=initial)
        self.target = target
        self.user = user
        self.today = today
        self.prepare()

    def prepare(self) -> None:
        """Fit choices and fields to the job."""

    def _day(self, name: str) -> dt.date | None:
        day: dt.date | None = self.cleaned_data.get(name)
        if day is not None and day <= self.today:
            raise ValidationError(_("Choose a day after today."))
        if day is not None and day > self.today + dt.timedelta(days=FARTHEST_DAYS):
            raise ValidationError(_("Choose a day within a year."))
        return day


def _words(label: Any, *, required: bool = False, rows: int = 2, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": more.get("max_length", WORDS_MAX)})
    return forms.CharField(label=label, required=required, widget=widget, **{"max_length": WORDS_MAX, **more})


def _date(label: Any, *, required: bool = False, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **more)


class DoneForm(JobForm):
    outcome = forms.ChoiceField(label=_("How is it now?"), widget=forms.RadioSelect)
    photos = PhotosField(_("Photo of the result"))
    words = _words(_("What everyone reads"), help_text=_("Leave it empty for our usual sentence."))
    case_number = forms.CharField(label=_("Case number"), required=False, max_length=60)
    comply_by = _date(_("The owner has until"))
    without_photo = forms.CharField(
        label=_("Why without a photo?"),
        required=False,
        max_length=SHORT,
        help_text=_("Only a supervisor can close it without one. Staff read this."),
    )

    def prepare(self) -> None:
        kind = Kind(self.target.category.kind)
        good = successes_for(kind)
        choices = [(one.value, one.label) for one in outcomes_for(kind) if one in good]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
        self.initial["outcome"] = choices[0][0]
        if Outcome.VIOLATION_FOUND not in good:
            del self.fields["case_number"], self.fields["comply_by"]
        self.wants_photo = self.target.category.closing_photo
        if not self.wants_photo or self.user.role == Role.CREW:
            del self.fields["without_photo"]
        if self.wants_photo:
            # no "(optional)" beside it; whether one is there is decided by the action
            self.fields["photos"].required = True
            self.fields["photos"].help_text = _("This category is closed with a photo.")
        if kind in {Kind.ANSWER, Kind.FEEDBACK}:
            self.fields["words"].required = True
            self.fields["words"].help_text = ""

    def clean_comply_by(self) -> dt.date | None:
        return self._day("comply_by")


class NotFoundForm(JobForm):
    words = _words(_("Where did you look?"), help_text=_("Everyone reads this."))
    photos = PhotosField(_("Photo of the place"))


class NoAccessForm(JobForm):
    words = _words(
        _("What was in the way?"), required=True, max_length=SHORT, help_text=_("Everyone reads this.")
    )
    again_on = _date(_("We try again on"), help_text=_("Leave it empty to close the job."))

    def prepare(self) -> None:
        if Outcome.NO_ACCESS not in outcomes_for(Kind(self.target.category.kind)):
            self.fields["again_on"].required = True
            self.fields["again_on"].help_text = ""

    def clean_again_on(self) -> dt.date | None:
        return self._day("again_on")


class OtherDepartmentForm(JobForm):
    department = forms.ChoiceField(label=_("Whose is it?"), required=False, widget=LeanSelect)
    reason = _words(_("Why is it not ours?"), required=True, max_length=REASON_MAX)

    def prepare(self) -> None:
        others = [
            choice
            for choice in department_choices(None, retired=False)
            if choice[0] != str(self.target.department_id)
        ]
        self.fields["department"].choices = [("", _("Not known")), *others]  # type: ignore[attr-defined]


class MaterialForm(JobForm):
    words = _words(
        _("What do you need?"), required=True, max_length=SHORT, help_text=_("Everyone reads this.")
    )
    again_on = _date(_("Look again on"), required=True)

    def prepare(self) -> None:
        self.initial["again_on"] = self.today + dt.timedelta(days=7)

    def clean_again_on(self) -> dt.date | None:
        return self._day("again_on")


class PhotoForm(JobForm):
    photos = PhotosField(_("Photo"))
    words = _words(_("Words to it"), help_text=_("Everyone reads this."))


class FoundForm(forms.Form):
    """Something found on the way. The category's buttons send the form: the third tap."""

    mark_optional = True
    category = forms.CharField(max_length=80)
    photos = PhotosField(_("Photo"))
    address = forms.CharField(
        label=_("Where"),
        required=False,
        max_length=200,
        help_text=_("Empty: where you stand, if your phone tells us."),
    )
    words = _words(_("Words"))
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=KEY_MAX, required=False, widget=forms.HiddenInput)


class GiveForm(forms.Form):
    """Work of one area, or of one person, and who gets it."""

    to = forms.ChoiceField(label=_("Give it to"), widget=LeanSelect)

    def __init__(self, data: Any = None, *, people: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((str(pk), name) for pk, name in people),
            ("none", _("Nobody")),
        ]
