"""The filters above the queue. Their state is the address; a value that fits nothing is said, never a failure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import area_choices, catalogue, category_choices, department_choices
from departments.kinds import Priority
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries.queue_lines import is_number, matching, reported_by
from requests_app.queries.staff import Colleagues
from requests_app.queries.worklists import DUE_SOON
from requests_app.workflow import Channel, Status

NOBODY = "none"
TEXT_MAX = 200


class Due(TextChoices):
    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Due today")
    SOON = "soon", _("Due in 2 days")
    WEEK = "week", _("Due in 7 days")
    NONE = "none", _("No due date")


class QueueFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow a list of requests.

    ``rows`` gives the list to narrow, ``colleagues`` says whom and which departments the reader may choose from, ``with_reporter`` whether the reader may
    look for a reporter.
    """

    q = django_filters.CharFilter(
        label=_("Search"),
        method="filter_text",
        max_length=TEXT_MAX,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number, words, address")}),
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=Status.choices, widget=forms.CheckboxSelectMultiple
    )
    department = django_filters.ChoiceFilter(
        label=_("Department"), field_name="department_id", empty_label=_("Any"), widget=LeanSelect
    )
    category = django_filters.ChoiceFilter(
        label=_("Category"), field_name="category_id", empty_label=_("Any"), widget=LeanSelect
    )
    area = django_filters.ChoiceFilter(
        label=_("Area"), field_name="areas", empty_label=_("Any"), widget=LeanSelect
    )
    assignee = django_filters.ChoiceFilter(
        label=_("Assignee"), method="filter_assignee", empty_label=_("Anybody"), widget=LeanSelect
    )
    due = django_filters.ChoiceFilter(
        label=_("Due"),
        choices=Due.choices,
        method="filter_due",
        empty_label=_("Any time"),
        widget=LeanSelect,
    )
    channel = django_filters.ChoiceFilter(
        label=_("Came by"), choices=Channel.choices, empty_label=_("Any channel"), widget=LeanSelect
    )

    priority = django_filters.ChoiceFilter(
        label=_("Priority"), choices=Priority.choices, empty_label=_("Any"), widget=LeanSelect
    )
    reporter = django_filters.CharFilter(
        label=_("Reporter"),
        method="filter_reporter",
        max_length=TEXT_MAX,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, phone, e-mail"), "autocomplete": "off"}
        ),
    )
    joined = django_filters.BooleanFilter(
        label=_("With reports that follow another"), method="filter_joined", widget=forms.CheckboxInput
    )

    def __init__(
        self,
        data: QueryDict,
        rows: Callable[[], ServiceRequestQuerySet],
        *,
        colleagues: Colleagues,
        now: dt.datetime,
        end_of_today: dt.datetime,
        with_reporter: bool,
    ) -> None:
        # An address that narrows nothing needs no form to be made and cleaned: the usual case, and a third of the
        # page's cost. The fields are prepared when they are asked for.
        self.narrows = any(data.get(name) for name in self.base_filters)
        self.now = now
        self.end_of_today = end_of_today
        self._given = data
        self._rows = rows
        self._colleagues = colleagues
        self._with_reporter = with_reporter

    @cached_property
    def filters(self) -> dict[str, django_filters.Filter]:
        """The fields by name, of this form alone."""
        super().__init__(self._given if self.narrows else None, self._rows())
        fields: dict[str, django_filters.Filter] = self.__dict__["filters"]
        if not self._with_reporter:
            del fields["reporter"]
        colleagues = self._colleagues
        # Given as functions: a form copies its fields deeply, and these lists hold hundreds of entries.
        fields["department"].extra["choices"] = lambda: department_choices(colleagues.departments)
        fields["category"].extra["choices"] = category_choices
        fields["area"].extra["choices"] = area_choices
        fields["assignee"].extra["choices"] = lambda: [
            (NOBODY, _("Nobody")),
            *((str(person), name) for person, name in colleagues.people),
        ]
        return fields

    def filter_text(self, rows: ServiceRequestQuerySet, name: str, value: str) -> ServiceRequestQuerySet:
        return matching(rows, value)

    def filter_reporter(self, rows: ServiceRequestQuerySet, name: str, value: str) -> ServiceRequestQuerySet:
        return reported_by(rows, value)

    def filter_joined(self, rows: ServiceRequestQuerySet, name: str, value: bool) -> ServiceRequestQuerySet:
        return rows  # which rows there are to narrow was settled before: `dashboards.queue.list.state.read`

    def filter_assignee(self, rows: ServiceRequestQuerySet, name: str, value: str) -> ServiceRequestQuerySet:
        if value == NOBODY:
            return rows.filter(assignee__isnull=True)
        return rows.filter(assignee_id=int(value))

    def filter_due(self, rows: ServiceRequestQuerySet, name: str, value: str) -> ServiceRequestQuerySet:
        return rows.filter(self._due(Due(value)))

    def _due(self, due: Due) -> Q:
        if due == Due.NONE:
            return Q(due_at__isnull=True)
        if due == Due.OVERDUE:
            return Q(due_at__lt=self.now, closed_at__isnull=True)
        if due == Due.TODAY:
            return Q(due_at__gte=self.now, due_at__lt=self.end_of_today)
        window = DUE_SOON if due == Due.SOON else dt.timedelta(days=7)
        return Q(due_at__gte=self.now, due_at__lt=self.now + window)

    @property
    def blank_key(self) -> str:
        """What the fields of an empty form look different for, in short."""
        words = repr((self._colleagues, self._with_reporter, catalogue().digest))
        return sha256(words.encode()).hexdigest()

    @property
    def statuses(self) -> list[tuple[str, str, bool]]:
        """The statuses with whether each is chosen, for the check boxes."""
        chosen = self._understood().get("status") or []
        return [(status.value, str(status.label), status.value in chosen) for status in Status]

    @property
    def seeks_reporter(self) -> bool:
        """Whether somebody looks for what a person reported."""
        return bool(self._understood().get("reporter"))

    @property
    def words(self) -> str:
        """What somebody looks for in the texts; empty where they look for nothing, or for a number."""
        text = self._understood().get("q") or ""
        return "" if is_number(text) else text

    @property
    def more_count(self) -> int:
        """How many of the filters behind "More" are in force."""
        understood = self._understood()
        return sum(1 for name in ("channel", "priority", "joined") if understood.get(name))

    @property
    def active_count(self) -> int:
        """How many filters are in force."""
        return sum(1 for value in self._understood().values() if value)

    @property
    def problems(self) -> list[str]:
        """The labels of the filters whose value was not understood, and left out."""
        return [str(self.form.fields[name].label) for name in self.form.errors] if self.narrows else []

    @property
    def qs(self) -> ServiceRequestQuerySet:
        """The narrowed rows; values that were not understood narrow nothing."""
        return self._narrowed(self._understood())

    @property
    def qs_of_any_words(self) -> ServiceRequestQuerySet:
        """The rows narrowed by everything but the words looked for."""
        return self._narrowed({name: value for name, value in self._understood().items() if name != "q"})

    def _narrowed(self, understood: dict[str, Any]) -> ServiceRequestQuerySet:
        rows = self._rows()
        for name, value in understood.items():
            rows = self.filters[name].filter(rows, value)
        return rows

    def _understood(self) -> dict[str, Any]:
        if not self.narrows:
            return {}
        self.form.is_valid()
        understood: dict[str, Any] = self.form.cleaned_data
        return understood
