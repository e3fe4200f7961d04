"""The service request: one report by one person, with the state of the work on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q

from departments.kinds import Kind, Priority
from departments.models import Area, Category, Department, Partner, RoutingRule, StaffUser
from departments.roles import Role
from requests_app.models.words import PublicWords
from requests_app.workflow import Channel, EventKind, Outcome, Population, Status

SEES_EVERYTHING = frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.RECORDS_OFFICER})


CELL_ZOOM = 20
"""Web-Mercator tiles of this zoom are the cells a map groups points by: about 30 metres wide in the middle latitudes."""


class CellX(Func):
    """The column of the Web-Mercator tile (zoom 20) a longitude lies in; null without one."""

    template = f"least({2**CELL_ZOOM - 1}, floor((longitude + 180.0) / 360.0 * {2**CELL_ZOOM}))::integer"

    def __init__(self) -> None:
        super().__init__(F("longitude"))


class CellY(Func):
    """The row, counted from the north. Latitudes beyond the map's edge (85.05 degrees) lie in its last row."""

    template = (
        "floor((1.0 - asinh(tan(radians(greatest(-85.05, least(85.05, latitude))))) / pi()) / 2.0"
        f" * {2**CELL_ZOOM})::integer"
    )

    def __init__(self) -> None:
        super().__init__(F("latitude"))


_WAITS = ~Q(status="closed") & Q(lead__isnull=True)
"""Open, and no report that follows another: what the queue's lists are made of."""


class RequestPoint(Func):
    """The place as a core ``point`` (longitude first)."""

    function = "point"

    def __init__(self) -> None:
        super().__init__(F("longitude"), F("latitude"))


class IsOneOf(Func):
    """Whether a column is one of a subquery's values, asked so that PostgreSQL looks them up in an index.

    ``IN (SELECT …)`` beside an OR becomes a hash that every row is held against; an array is read first.
    """

    template = "(%(expressions)s)"
    arg_joiner = " = ANY"
    output_field = models.BooleanField()

    def __init__(self, column: str, values: models.QuerySet[Any, Any]) -> None:
        super().__init__(F(column), Func(ArraySubquery(values), template="(%(expressions)s)"))


_UNROUTED = Q(department__isnull=True, partner__isnull=True)


def _theirs(user: StaffUser) -> Q:
    return Q(IsOneOf("department_id", user.memberships.values("department")))


def _listed(user: StaffUser) -> Q:
    return _theirs(user) | _UNROUTED


def _filed(user: StaffUser) -> Q:
    """Requests a council office sent in whose birth this person wrote down: no later event changes who that was.

    What they took down in another job, on the telephone for example, is not among them.
    """
    events = apps.get_model("requests_app", "RequestEvent").objects
    born = IsOneOf("id", events.filter(kind=EventKind.SUBMITTED, actor=user).values("request"))
    return Q(born) & Q(channel=Channel.COUNCIL)


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    def open(self) -> ServiceRequestQuerySet:
        return self.exclude(status=Status.CLOSED)

    def shown_open(self) -> ServiceRequestQuerySet:
        """What residents see as open."""
        return self.exclude(shown_status=Status.CLOSED)

    def overdue(self, now: dt.datetime) -> ServiceRequestQuerySet:
        return self.open().filter(due_at__lt=now)

    def public(self) -> ServiceRequestQuerySet:
        """What may be shown online to anybody."""
        return self.filter(is_public=True).exclude(shown_outcome=Outcome.SPAM)

    def visible_to(self, user: StaffUser) -> ServiceRequestQuerySet:
        """What this member of staff may see; everything else does not exist for them.

        Beyond the own lists: requests with an open task for the person or one of the person's departments; for a
        council aide those they filed for a constituent, wherever they lie. An aide without a district sees nothing.
        """
        if user.sees_all_departments or user.role in SEES_EVERYTHING:
            return self
        if user.role == Role.COUNCIL_AIDE:
            if user.area_id is None:
                return self.none()
            places = self.model.areas.through.objects.filter(servicerequest=OuterRef("pk"), area=user.area_id)
            return self.filter(Exists(places) | _filed(user))
        task = apps.get_model("requests_app", "Task")
        theirs = task.objects.filter(
            Q(assignee=user) | Q(department__in=user.memberships.values("department")), state="open"
        )
        return self.filter(_listed(user) | Q(pk__in=theirs.values("request")))

    def filed_by(self, user: StaffUser) -> ServiceRequestQuerySet:
        """What this member of staff filed for a constituent, whether they may see it still or not."""
        return self.filter(_filed(user))

    def listed_for(self, user: StaffUser) -> ServiceRequestQuerySet:
        """What the lists of this member of staff are made of.

        Members see their departments' requests and those no rule could route; council aides their district's.
        """
        if user.sees_all_departments or user.role in SEES_EVERYTHING:
            return self
        if user.role == Role.COUNCIL_AIDE:
            return self.filter(areas=user.area_id) if user.area_id else self.none()
        return self.filter(_listed(user))

    def parts_listed_for(self, user: StaffUser) -> list[ServiceRequestQuerySet]:
        """`listed_for` in parts that share no request; where there are several, the last is what no rule could route."""
        if user.sees_all_departments or user.role in SEES_EVERYTHING or user.role == Role.COUNCIL_AIDE:
            return [self.listed_for(user)]
        return [self.filter(_theirs(user)), self.unrouted()]

    def unrouted(self) -> ServiceRequestQuerySet:
        """What no rule could route: triage."""
        return self.filter(_UNROUTED)


class ServiceRequest(models.Model):
    """A report with a number. Times are instants; the first due date is never changed.

    The ``shown_*`` columns are what residents see. The database copies them from the real ones with every change, but
    not while ``held_until`` is set (migration ``0012_desk``); nothing else writes them.
    """

    number = models.CharField(max_length=20, unique=True)
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the tracking token.")
    token_version = models.PositiveSmallIntegerField(default=1)

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="requests")
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    assignee = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="assigned_requests"
    )
    routing_rule = models.ForeignKey(RoutingRule, null=True, blank=True, on_delete=models.SET_NULL)
    routing_reason = models.CharField(max_length=300, blank=True)

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    outcome = models.CharField(max_length=30, choices=Outcome.choices, blank=True, default="")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    hold_reason = models.CharField(max_length=300, blank=True, default="")
    waiting_for = models.CharField(max_length=150, blank=True, default="")
    review_on = models.DateField(null=True, blank=True)

    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.WEB)
    population = models.CharField(max_length=20, choices=Population.choices, default=Population.RESIDENT)
    language = models.CharField(max_length=10, default="en")
    description = models.TextField(blank=True)
    public_description = models.TextField(blank=True, help_text="The description with personal data masked.")
    is_anonymous = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)

    address = models.CharField(max_length=300, blank=True)
    place_note = models.CharField(max_length=300, blank=True, help_text="The place in the reporter's words.")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    place_is_fallback = models.BooleanField(default=False, help_text="The point is a geocoder's stand-in.")
    cell_x = models.GeneratedField(
        expression=CellX(), output_field=models.IntegerField(null=True), db_persist=True, editable=False
    )
    cell_y = models.GeneratedField(
        expression=CellY(), output_field=models.IntegerField(null=True), db_persist=True, editable=False
    )
    areas = models.ManyToManyField(Area, related_name="requests", blank=True)

    created_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    reopened_count = models.PositiveSmallIntegerField(default=0)
    support_count = models.PositiveIntegerField(default=0, help_text="Residents who said it is theirs too.")
    review_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="The reporter asks a supervisor to look; emptied by the answer."
    )
    disputed_at = models.DateTimeField(
        null=True, blank=True, help_text="Somebody says it is not solved; emptied when staff take it up."
    )
    lead = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="merged",
        help_text="The first report of the same problem; this one follows its status.",
    )
    open_tasks = models.PositiveIntegerField(
        default=0, help_text="Tasks of others it waits for; the database counts them."
    )
    merged_count = models.PositiveIntegerField(default=0, help_text="Reports that follow this one.")
    paused_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The clock stands still since; due_at counts on from the review date.",
    )
    told_late_at = models.DateTimeField(
        null=True, blank=True, help_text="Residents heard that the date is at risk; emptied by a new date."
    )
    withheld_reason = models.CharField(
        max_length=300, blank=True, default="", help_text="Why it is not shown online, for everybody to read."
    )
    appealed_at = models.DateTimeField(
        null=True, blank=True, help_text="The reporter objects to the hiding; emptied by the answer."
    )
    is_restricted = models.BooleanField(
        default=False, help_text="Words were hidden: the original text is for those allowed."
    )
    held_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="While set, residents see the report as it was: something can still be undone.",
    )
    shown_status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW, editable=False)
    shown_outcome = models.CharField(
        max_length=30, choices=Outcome.choices, blank=True, default="", editable=False
    )
    shown_closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    shown_department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    shown_category = models.ForeignKey(
        Category, null=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    version = models.PositiveIntegerField(
        default=1, help_text="Raised by each event; a stale screen carries an old one."
    )

    is_imported = models.BooleanField(default=False)
    source_name = models.CharField(max_length=60, blank=True, default="")
    source_id = models.CharField(max_length=100, blank=True, default="")
    times_are_impossible = models.BooleanField(
        default=False, help_text="The source closed it before it was opened."
    )

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="request_status_known",
                condition=Q(status__in=Status.values),
                violation_error_message="This status does not exist.",
            ),
            models.CheckConstraint(
                name="request_closed_has_time_and_outcome",
                condition=(
                    Q(status=Status.CLOSED, outcome__in=Outcome.values)
                    & (Q(closed_at__isnull=False) | Q(times_are_impossible=True))
                )
                | (~Q(status=Status.CLOSED) & Q(outcome="", closed_at__isnull=True)),
                violation_error_message="A closed request has a closing time and an outcome, an open one has neither.",
            ),
            models.CheckConstraint(
                name="request_closed_after_created",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("created_at")),
                violation_error_message="A request cannot be closed before it was made.",
            ),
            models.CheckConstraint(
                name="request_hold_has_reason_and_review",
                condition=(Q(status=Status.ON_HOLD, review_on__isnull=False) & ~Q(hold_reason=""))
                | (~Q(status=Status.ON_HOLD) & Q(review_on__isnull=True, hold_reason="", waiting_for="")),
                violation_error_message="A request on hold has a reason and a review date, others have neither.",
            ),
            models.CheckConstraint(
                name="request_point_whole_and_in_range",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                violation_error_message="A point needs a latitude and a longitude in range.",
            ),
            models.CheckConstraint(
                name="request_impossible_times_only_imported",
                condition=Q(times_are_impossible=False) | Q(is_imported=True, closed_at__isnull=True),
                violation_error_message="Only imported requests may have impossible times.",
            ),
            models.CheckConstraint(
                name="request_partner_when_with_partner",
                condition=~Q(status=Status.WITH_PARTNER) | Q(partner__isnull=False),
                violation_error_message="A request with a partner names the partner.",
            ),
            models.CheckConstraint(
                name="request_does_not_follow_itself",
                condition=Q(lead__isnull=True) | (~Q(lead=F("id")) & Q(merged_count=0)),
                violation_error_message="A report that follows another cannot be followed itself.",
            ),
            models.CheckConstraint(
                name="request_pause_only_on_hold",
                condition=Q(paused_at__isnull=True) | Q(status=Status.ON_HOLD),
                violation_error_message="Only a request on hold has its clock paused.",
            ),
            models.CheckConstraint(
                name="request_withheld_reason_when_hidden",
                condition=Q(withheld_reason="") | Q(is_public=False),
                violation_error_message="Only a request that is not shown online has a reason for it.",
            ),
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                name="request_source_unique",
                condition=~Q(source_name=""),
                violation_error_message="This imported request is here already.",
            ),
        ]
        indexes = [
            # queue: open requests of a department by due date
            models.Index(
                fields=["department", "due_at", "id"],
                include=["lead", "partner"],
                name="request_queue",
                condition=~Q(status="closed"),
            ),
            # queue: the newest of a department
            models.Index(
                fields=["department", "-created_at", "-id"],
                include=["partner"],
                name="request_dept_newest",
                condition=_WAITS,
            ),
            # the queue's view of one person
            models.Index(fields=["assignee", "due_at"], name="request_mine", condition=~Q(status="closed")),
            # public list, queue by age, volume by period
            models.Index(fields=["-created_at", "-id"], name="request_newest"),
            # reports: period of one department
            models.Index(fields=["department", "created_at"], name="request_dept_created"),
            # reports: due cohort and closings
            models.Index(fields=["first_due_at"], name="request_first_due"),
            models.Index(fields=["closed_at"], name="request_closed_at"),
            # queue: words of the text and the address
            GinIndex(SearchVector("description", "address", config="english"), name="request_words"),
            # nearby: open public reports around a point
            GistIndex(
                RequestPoint(),
                name="request_open_point",
                condition=Q(is_public=True) & ~Q(shown_status="closed"),
            ),
            # the desk: open reports that are not shown online, around a point
            GistIndex(
                RequestPoint(),
                name="request_private_point",
                condition=Q(is_public=False) & ~Q(status="closed"),
            ),
            # map: open public reports in a box of cells
            models.Index(
                fields=["cell_x", "cell_y", "shown_category"],
                name="request_open_cells",
                condition=Q(is_public=True, cell_x__isnull=False) & ~Q(shown_status="closed"),
            ),
            # public list: newest of what is open, in all and of a category
            models.Index(
                fields=["-created_at", "-id"],
                name="request_open_newest",
                condition=Q(is_public=True) & ~Q(shown_status="closed"),
            ),
            models.Index(
                fields=["shown_category", "-created_at", "-id"],
                name="request_open_category",
                condition=Q(is_public=True) & ~Q(shown_status="closed"),
            ),
            # public list: newest, whatever their status
            models.Index(
                fields=["-created_at", "-id"],
                name="request_public_newest",
                condition=Q(is_public=True) & ~Q(shown_outcome=Outcome.SPAM),
            ),
            # public list: words
            GinIndex(PublicWords(), name="request_public_words", condition=Q(is_public=True)),
            # expected time: how many of the kind are ahead at the department
            models.Index(
                fields=["shown_category", "shown_department", "created_at"],
                name="request_ahead",
                condition=~Q(shown_status="closed") & Q(lead__isnull=True),
            ),
            # public list of a category
            models.Index(fields=["shown_category", "-created_at", "-id"], name="request_category_newest"),
            # queue: a reporter asks for a review, or says it is not solved
            models.Index(
                fields=["department", "review_asked_at"],
                include=["partner"],
                name="request_review",
                condition=_WAITS & Q(review_asked_at__isnull=False),
            ),
            models.Index(
                fields=["department", "disputed_at"],
                include=["partner"],
                name="request_disputed",
                condition=Q(disputed_at__isnull=False, lead__isnull=True),
            ),
            # queue: the reporter objects to the hiding
            models.Index(
                fields=["department", "appealed_at"],
                include=["lead", "partner"],
                name="request_appealed",
                condition=Q(appealed_at__isnull=False),
            ),
            # the reports that follow one
            models.Index(fields=["lead"], name="request_lead", condition=Q(lead__isnull=False)),
            # what residents do not see yet
            models.Index(fields=["held_until"], name="request_held", condition=Q(held_until__isnull=False)),
            # the queue's counters: lists no due date leads to
            models.Index(
                fields=["department", "-created_at", "-id"],
                include=["partner"],
                name="request_new",
                condition=Q(status=Status.NEW, lead__isnull=True),
            ),
            models.Index(
                fields=["department", "-created_at", "-id"],
                include=["partner"],
                name="request_unassigned",
                condition=_WAITS & Q(assignee__isnull=True),
            ),
            models.Index(
                fields=["department", "review_on"],
                include=["partner"],
                name="request_on_hold",
                condition=Q(status=Status.ON_HOLD, lead__isnull=True),
            ),
            models.Index(
                fields=["department", "due_at"],
                include=["partner"],
                name="request_told_late",
                condition=_WAITS & Q(told_late_at__isnull=False),
            ),
            # promises, escalation: open requests by due date
            models.Index(fields=["due_at"], name="request_open_due", condition=~Q(status="closed")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def kind(self) -> Kind:
        return Kind(self.category.kind)

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < now
