"""What figures need to know of requests, derived from their rows and histories; made anew at any time.

`requests_app.actions.facts` writes these tables and says how each column follows from the events. Spam has no facts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from departments.models import Category, Department, Partner, StaffUser
from departments.roles import Role
from requests_app.models.event import RequestEvent
from requests_app.models.request import SEES_EVERYTHING, IsOneOf, ServiceRequest
from requests_app.workflow import Channel, Outcome, Population, Status

SETTLED = dt.timedelta(days=30)
"""A closing counts as solved when nobody reopened it within this time."""


class Doubt(models.IntegerChoices):
    """Why a row may mislead, as bits of `RequestFact.doubts`."""

    IMPOSSIBLE = 1, "closed before it was opened"
    AT_ONCE = 2, "closed in the second it was opened"
    MIDNIGHT = 4, "a date without a time of day"
    PLACEHOLDER = 8, "a stand-in date of the source"
    DUE_BEFORE = 16, "due before it was opened"
    FALLBACK = 32, "at a stand-in point"
    NO_PLACE = 64, "without a place"
    DUPLICATE = 128, "a duplicate without its first report"
    NOT_RECORDED = 256, "closed without an outcome"
    UNFLAGGED = 512, "late, but the source does not say so"
    NO_CLOSING = 1024, "closed at a time nobody knows"
    DUE_UNKNOWN = 2048, "due at a stand-in date"


UNTIMELY_DOUBTS = Doubt.IMPOSSIBLE | Doubt.AT_ONCE | Doubt.MIDNIGHT | Doubt.PLACEHOLDER | Doubt.NO_CLOSING
"""Times nobody can believe: left out of every figure of time."""


def _derived(to: type[Any], *, null: bool = False) -> models.ForeignKey[Any, Any]:
    """A reference copied from the request: its own table guards it, and the sums are read by other columns."""
    return models.ForeignKey(
        to, null=null, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )


def listed_facts(user: StaffUser, at: str = "") -> Q:
    """Which facts are of requests in this person's lists: as `ServiceRequestQuerySet.listed_for`.

    ``at`` is the way to the fact from what is asked, such as "fact__".
    """
    if user.sees_all_departments or user.role in SEES_EVERYTHING:
        return Q()
    if user.role == Role.COUNCIL_AIDE:
        return Q((f"{at}areas__contains", [user.area_id])) if user.area_id else Q(pk__in=())
    mine = IsOneOf(f"{at}department_id", user.memberships.values("department"))
    return Q(mine) | Q((f"{at}department__isnull", True), (f"{at}partner__isnull", True))


class RequestFact(models.Model):
    """One request as figures see it. Undone steps never happened; times are instants.

    ``is_timely``: counts where time is counted: the first report of a problem, no duplicate, not withdrawn, with times
    that can be believed. ``due_closed`` and ``due_solved`` tell how it stood at its first due date: closed at that
    instant; and with a success for its kind that nobody reopened within 30 days. ``repeats`` counts other
    residents with the same problem in its first `REPEAT_DAYS` days: reports that follow it, and voices for it, calls among
    them; the reporter calling again is none. ``paused_s`` is how long the clock stood still, in seconds, in pauses
    that are over.
    """

    request = models.OneToOneField(
        ServiceRequest, primary_key=True, on_delete=models.CASCADE, related_name="fact"
    )
    created_at = models.DateTimeField()
    category = _derived(Category)
    department = _derived(Department, null=True)
    partner = _derived(Partner, null=True)
    population = models.CharField(max_length=20, choices=Population.choices)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    areas = ArrayField(models.BigIntegerField())
    lead_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=20, choices=Status.choices)
    outcome = models.CharField(max_length=30, choices=Outcome.choices, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    is_timely = models.BooleanField()
    first_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_closed = models.BooleanField()
    due_solved = models.BooleanField()
    renewals = models.PositiveSmallIntegerField()
    routed_at = models.DateTimeField(null=True, help_text="First given to a department, by rule or by hand.")
    acknowledged_at = models.DateTimeField(null=True, help_text="First step of a person.")
    acted_at = models.DateTimeField(null=True, help_text="First work: started, handed over, asked, closed.")
    reopenings = models.PositiveSmallIntegerField()
    reroutes = models.PositiveSmallIntegerField()
    median_days = models.PositiveIntegerField(
        null=True, help_text="Half are done by then, as the reporter was told."
    )
    p90_days = models.PositiveIntegerField(null=True, help_text="Nine of ten are done by then, as told.")
    repeats = models.PositiveIntegerField()
    paused_s = models.PositiveBigIntegerField()
    doubts = models.PositiveIntegerField(help_text="Bits of `Doubt`.")

    class Meta:
        indexes = [
            # every figure about what was opened in a period
            models.Index(fields=["created_at"], name="fact_created"),
            # on time: the due dates of a period
            models.Index(fields=["first_due_at"], name="fact_due"),
            # backlog: what is open now
            models.Index(fields=["created_at"], name="fact_open", condition=~Q(status="closed")),
            # one month of a category, for the sums
            models.Index(fields=["category", "created_at"], name="fact_category_created"),
            models.Index(fields=["category", "first_due_at"], name="fact_category_due"),
        ]

    def __str__(self) -> str:
        return f"facts of {self.request_id}"


class ClosingFact(models.Model):
    """One closing in the history. ``answer`` is what its reporter said of it, before the next closing if there was one."""

    class Said(models.TextChoices):
        NOTHING = "", "nothing"
        SOLVED = "yes", "it is solved"
        NOT_SOLVED = "no", "it is not solved"

    event = models.OneToOneField(
        RequestEvent, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    fact = models.ForeignKey(
        RequestFact,
        db_column="request_id",
        on_delete=models.CASCADE,
        related_name="closings",
        db_constraint=False,
    )
    category = _derived(Category)
    closed_at = models.DateTimeField()
    department = _derived(Department, null=True)
    actor = _derived(StaffUser, null=True)
    outcome = models.CharField(max_length=30, choices=Outcome.choices)
    is_success = models.BooleanField()
    reopened_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=3, choices=Said.choices, blank=True, default="")

    class Meta:
        indexes = [
            # outcomes, flow, reopening, satisfaction: the closings of a period
            models.Index(fields=["closed_at"], name="closing_fact_closed"),
            # one month of a category, for the sums
            models.Index(fields=["category", "closed_at"], name="closing_fact_category"),
        ]

    def __str__(self) -> str:
        return f"closing of {self.fact_id}"


class WeekVolume(models.Model):
    """How many requests of a kind were opened in a week of the city's zone, spam left out; no department is 0."""

    monday = models.DateField()
    category_id = models.BigIntegerField()
    department_id = models.BigIntegerField()
    population = models.CharField(max_length=20, choices=Population.choices)
    opened = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["monday", "population", "category_id", "department_id"],
                name="week_volume_once",
                violation_error_message="This week is counted already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.monday} {self.category_id}"


class MonthSum(models.Model):
    """Sums of a calendar month of the city's zone for one kind, department (none: 0) and population.

    Of requests opened in it: ``opened``, ``timely`` and ``doubts`` (one count for each bit of `Doubt`). Of first due dates
    in it: ``due`` and those below, ``set_aside`` for those that do not count. Of closings in it: all ``closings``;
    ``counted``, neither duplicate nor withdrawn nor of a report that follows another, and of them ``reopened`` within 30
    days; those whose reporter could be ``asked``, those ``answered``, and ``solved`` by that answer.
    """

    month = models.DateField()
    category_id = models.BigIntegerField()
    department_id = models.BigIntegerField()
    population = models.CharField(max_length=20, choices=Population.choices)
    opened = models.PositiveIntegerField()
    timely = models.PositiveIntegerField()
    doubts = ArrayField(models.PositiveIntegerField())
    due = models.PositiveIntegerField()
    due_closed = models.PositiveIntegerField()
    due_solved = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()
    closings = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    solved = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "population", "category_id", "department_id"],
                name="month_sum_once",
                violation_error_message="This month is summed already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.category_id}"


class MonthAge(models.Model):
    """How many timely requests opened in a month were closed at about this age: `age_bucket` of their seconds."""

    month = models.DateField()
    category_id = models.BigIntegerField()
    department_id = models.BigIntegerField()
    population = models.CharField(max_length=20, choices=Population.choices)
    bucket = models.PositiveSmallIntegerField()
    closed = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "population", "category_id", "department_id", "bucket"],
                name="month_age_once",
                violation_error_message="These ages are counted already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.category_id} {self.bucket}"


class StaleFact(models.Model):
    """A request whose facts are to be made anew. Triggers add a row with each event; nobody waits for another."""

    request_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.request_id)
