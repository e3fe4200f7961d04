"""What crews and their supervisors read: my jobs, work nobody has, work in hand. All of it starts at `visible_to`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from departments.kinds import AreaKind
from departments.models import Category, Membership, StaffUser
from departments.roles import Role
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoPurpose
from requests_app.models.request import SEES_EVERYTHING, ServiceRequestQuerySet
from requests_app.workflow import Population, Status

JOBS_MOST = 150
FOUND_OFTEN = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; reports joined with it are in ``reporters`` and have no job of their own."""

    id: int
    number: str
    version: int
    status: str
    priority: int
    category_id: int
    address: str
    place_note: str
    description: str
    latitude: float | None
    longitude: float | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    review_on: dt.date | None
    hold_reason: str
    updated_at: dt.datetime
    reporters: int
    photo: str

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return (self.latitude, self.longitude)


def my_jobs(user: StaffUser) -> list[Job]:
    """Everything open in this person's hands, soonest due first. One statement."""
    return _jobs(_leading(user).filter(assignee=user))


def free_jobs(user: StaffUser) -> list[Job]:
    """Work of the person's departments that nobody has, soonest due first. One statement."""
    rows = _leading(user).filter(assignee__isnull=True, department__isnull=False)
    return _jobs(rows.filter(status__in=[Status.NEW, Status.OPEN, Status.IN_PROGRESS]))


def done_since(user: StaffUser, since: dt.datetime) -> list[tuple[float | None, float | None]]:
    """The places of what this person closed since then, the last first."""
    closed = ServiceRequest.objects.filter(closed_at__gte=since, assignee=user)
    return list(closed.order_by("-closed_at").values_list("latitude", "longitude")[:JOBS_MOST])


def once_mine(user: StaffUser, number: str) -> RequestEvent | None:
    """The last event of a request this person worked on, though it may be out of sight now; None for all others."""
    mine = RequestEvent.objects.filter(request__number=number).filter(Q(assignee=user) | Q(actor=user))
    if not mine.exists():
        return None
    return RequestEvent.objects.filter(request__number=number).order_by("-id").first()


@dataclass(frozen=True, slots=True)
class InHand:
    """How much one person has."""

    user_id: int
    name: str
    open: int
    in_progress: int
    waiting: int
    due_today: int
    overdue: int


def work_in_hand(user: StaffUser, *, now: dt.datetime, end_of_day: dt.datetime) -> list[InHand]:
    """The crews of the reader's departments with what lies in their hands, by name. Two statements."""
    rows = (
        _leading(user)
        .filter(assignee__isnull=False)
        .order_by()
        .values_list("assignee")
        .annotate(
            total=Count("pk"),
            running=Count("pk", filter=Q(status=Status.IN_PROGRESS)),
            waiting=Count("pk", filter=Q(status=Status.ON_HOLD)),
            due_today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=end_of_day)),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
        )
    )
    counts: dict[int, tuple[int, ...]] = {row[0]: tuple(row[1:]) for row in rows}
    return [InHand(pk, name, *counts.get(pk, (0, 0, 0, 0, 0))) for pk, name in crews(user)]


def crews(user: StaffUser) -> list[tuple[int, str]]:
    """Field crews of the reader's departments, as (id, name), by name."""
    people = StaffUser.objects.filter(is_active=True, role=Role.CREW)
    if not (user.sees_all_departments or user.role in SEES_EVERYTHING):
        mine = Membership.objects.filter(user=user).values("department")
        people = people.filter(memberships__department__in=mine).distinct()
    return list(people.order_by("name", "pk").values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class FreeArea:
    """Work nobody has in one area; ``area_id`` None: outside of all, or without a place."""

    area_id: int | None
    count: int
    overdue: int
    first_due: dt.datetime | None


def free_by_area(user: StaffUser, kind: AreaKind, *, now: dt.datetime) -> list[FreeArea]:
    """Work nobody has by area of one kind, the fullest first. Two statements."""
    free = free_work(user)
    inside = (
        free.filter(areas__kind=kind)
        .order_by()
        .values("areas")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), first=Min("due_at"))
    )
    outside = (
        free.exclude(areas__kind=kind)
        .order_by()
        .aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), first=Min("due_at"))
    )
    areas = [FreeArea(row["areas"], row["n"], row["late"], row["first"]) for row in inside]
    if outside["n"]:
        areas.append(FreeArea(None, outside["n"], outside["late"], outside["first"]))
    return sorted(areas, key=lambda area: (-area.count, area.area_id or 0))


def free_work(user: StaffUser) -> ServiceRequestQuerySet:
    """Open requests with a department and without anybody, those that follow another left out."""
    return _leading(user).filter(
        assignee__isnull=True,
        department__isnull=False,
        status__in=[Status.NEW, Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD],
    )


def work_of(user: StaffUser, person_id: int) -> ServiceRequestQuerySet:
    """What lies in a person's hands, as far as the reader sees it."""
    return _leading(user).filter(assignee=person_id)


def often_found(user: StaffUser, *, now: dt.datetime, most: int) -> list[Category]:
    """The categories crews of these departments find most, filled up with the others of the departments."""
    departments: Any = Membership.objects.filter(user=user).values("department")
    offered = Category.objects.active().exclude(place_rule="none")
    mine = offered if user.sees_all_departments else offered.filter(department__in=departments)
    found = ServiceRequest.objects.visible_to(user).filter(
        population=Population.STAFF_FOUND, created_at__gte=now - FOUND_OFTEN
    )
    counts = dict(found.order_by().values_list("category").annotate(n=Count("pk")))
    known = list(mine.order_by("position", "name"))
    return sorted(known, key=lambda category: -counts.get(category.pk, 0))[:most]


def joined_with(lead_id: int, user: StaffUser) -> list[tuple[str, str, str]]:
    """The reports within this person's sight that follow a lead, as (number, address, description)."""
    followers = ServiceRequest.objects.visible_to(user).filter(lead=lead_id).order_by("id")
    return list(followers.values_list("number", "address", "description"))


def _leading(user: StaffUser) -> ServiceRequestQuerySet:
    return ServiceRequest.objects.visible_to(user).open().filter(lead__isnull=True)


def _jobs(rows: ServiceRequestQuerySet) -> list[Job]:
    photo = (
        Photo.objects.filter(request=OuterRef("pk"), purpose=PhotoPurpose.REPORT)
        .exclude(state__in=["hidden", "restricted"])
        .order_by("position", "id")
        .values("public_id")
    )
    columns = rows.annotate(photo=Subquery(photo[:1])).order_by(
        F("due_at").asc(nulls_last=True), "-priority", "id"
    )
    return [
        Job(
            *row[:-3],
            reporters=1 + row[-3] + row[-2],
            photo=row[-1] or "",
        )
        for row in columns.values_list(
            "pk",
            "number",
            "version",
            "status",
            "priority",
            "category_id",
            "address",
            "place_note",
            "description",
            "latitude",
            "longitude",
            "created_at",
            "due_at",
            "review_on",
            "hold_reason",
            "updated_at",
            "merged_count",
            "support_count",
            "photo",
        )[:JOBS_MOST]
    ]
