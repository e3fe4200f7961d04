"""The form above a report, and the parameters of its rows, read from the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib.forms import KeptOptions, KeptSelect, LeanSelect
from dashboards.queue.choices import Choice, area_choices, catalogue, category_choices, department_choices
from dashboards.reports.content import Params
from dashboards.reports.scope import UNROUTED, Comparison, Scope, StormDays, default_period
from departments.models import StaffUser
from requests_app.models.request import SEES_EVERYTHING
from requests_app.workflow import Channel, Population

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 1, 1)
SANE_DAYS = [
    MinValueValidator(EARLIEST, gettext_lazy("Choose a day after 1989.")),
    MaxValueValidator(LATEST, gettext_lazy("Choose a day before 2100.")),
]
LONGEST = dt.timedelta(days=40 * 366)


def visible_departments(user: StaffUser) -> list[Choice]:
    """The departments a reader may choose from, by name."""
    if user.sees_all_departments or user.role in SEES_EVERYTHING or user.area_id:
        return department_choices(None)
    return department_choices(frozenset(user.memberships.values_list("department", flat=True)))


class DayInput(forms.DateInput):
    """The browser's own date field; its values are ISO dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=DayInput(), input_formats=["%Y-%m-%d"], validators=SANE_DAYS
    )


class ChosenField(forms.IntegerField):
    """One entry of a long list that is the same for everybody: drawn once, and looked up by its id. None for all."""

    widget = KeptSelect
    default_error_messages = {"invalid": forms.ChoiceField.default_error_messages["invalid_choice"]}
    known: Container[int] = ()

    def to_python(self, value: Any) -> int | None:
        """The id; raises ValidationError for one that is not in the list."""
        if value in self.empty_values:
            return None
        if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) in self.known):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value})
        return int(value)


OPTIONS = KeptOptions(
    lambda: {
        "category": [("", _("All categories")), *category_choices()],
        "area": [("", _("All areas")), *area_choices()],
    }
)


class ScopeForm(forms.Form):
    """Period, filters, storms and comparison. Nothing sent means the last 90 days of everything the reader sees."""

    start = _day(gettext_lazy("From"))
    end = _day(gettext_lazy("To"))
    department = forms.TypedChoiceField(
        label=gettext_lazy("Department"), required=False, coerce=int, empty_value=None, widget=LeanSelect
    )
    category = ChosenField(label=gettext_lazy("Category"), required=False)
    area = ChosenField(label=gettext_lazy("Area"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[("", gettext_lazy("All channels")), *Channel.choices],
        widget=LeanSelect,
    )
    population = forms.ChoiceField(
        label=gettext_lazy("Requests"), required=False, choices=Population.choices, widget=LeanSelect
    )

    storms = forms.ChoiceField(
        label=gettext_lazy("Storms"), required=False, choices=StormDays.choices, widget=LeanSelect
    )
    compare = forms.ChoiceField(
        label=gettext_lazy("Compare with"), required=False, choices=Comparison.choices, widget=LeanSelect
    )

    def __init__(self, data: QueryDict, *, user: StaffUser, today: dt.date) -> None:
        self.user = user
        self.default_start, self.default_end = default_period(today)
        filled = data.copy()
        filled.setdefault("start", self.default_start.isoformat())
        filled.setdefault("end", self.default_end.isoformat())
        filled.setdefault("population", Population.RESIDENT.value)
        super().__init__(filled)
        departments = self.fields["department"]
        assert isinstance(departments, forms.TypedChoiceField)
        departments.choices = [
            ("", _("All departments")),
            *visible_departments(user),
            (str(UNROUTED), _("Not routed yet")),
        ]
        entries = catalogue()
        for name, known in (("category", entries.category_names), ("area", entries.area_names)):
            field = self.fields[name]
            assert isinstance(field, ChosenField)
            field.known = known
        OPTIONS.give(self)

    def clean(self) -> dict[str, Any]:
        """A period begins before it ends and is at most forty years long."""
        values = super().clean() or {}
        start = values.get("start") or self.default_start
        end = values.get("end") or self.default_end
        if end < start and "start" not in self.errors and "end" not in self.errors:
            self.add_error("end", _("The period ends before it begins."))
        elif end - start > LONGEST:
            self.add_error("end", _("Choose a period of at most forty years."))
        return values

    def scope(self, *, now: dt.datetime, zone: dt.tzinfo) -> Scope:
        """The report asked for; the default one where the form has errors."""
        values = self.cleaned_data if self.is_valid() else {}
        return Scope(
            user=self.user,
            now=now,
            zone=zone,
            start=values.get("start") or self.default_start,
            end=values.get("end") or self.default_end,
            department=values.get("department"),
            category=values.get("category"),
            area=values.get("area"),
            channel=values.get("channel") or None,
            population=Population(values.get("population") or Population.RESIDENT),
            storm_days=StormDays(values.get("storms") or ""),
            comparison=Comparison(values.get("compare") or ""),
        )


class ParamsForm(forms.Form):
    """Which number of a figure the rows belong to, beside the filters of the report."""

    figure = forms.SlugField()
    week = forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=SANE_DAYS)
    band = forms.IntegerField(required=False, min_value=0, max_value=400)
    result = forms.CharField(required=False, max_length=30)
    person = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    hour = forms.IntegerField(required=False, min_value=0, max_value=23)
    weekday = forms.IntegerField(required=False, min_value=0, max_value=6)
    source = forms.IntegerField(required=False, min_value=0, max_value=2**31)
    target = forms.IntegerField(required=False, min_value=0, max_value=2**31)

    def params(self) -> Params:
        """The parameters. Only after `is_valid`."""
        values = self.cleaned_data
        return Params(**{name: value for name, value in values.items() if name != "figure"})
