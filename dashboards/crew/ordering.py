"""In which order jobs are driven. Pure: points are (latitude, longitude) in degrees."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from departments.geo import distance_m
from requests_app.queries.fieldwork import Job

Point = tuple[float, float]


class Order(TextChoices):
    DUE = "due", _("By due date")
    NEAR = "near", _("Nearest next")
    ROUTE = "route", _("As a route")


def metres(job: Job, start: Point | None) -> float | None:
    """How far the job is from there, in a straight line; None when either place is unknown."""
    if start is None or job.point is None:
        return None
    return distance_m(*start, *job.point)


def in_order(jobs: Sequence[Job], order: Order, start: Point | None) -> list[Job]:
    """The jobs in this order; without a place to start from they stay as they came, soonest due first.

    Jobs without a place stand last in the two orders by place.
    """
    if start is None or order == Order.DUE:
        return list(jobs)
    placed = [job for job in jobs if job.point is not None]
    placeless = [job for job in jobs if job.point is None]
    if order == Order.NEAR:
        placed.sort(key=lambda job: metres(job, start) or 0.0)
    else:
        placed = _route(placed, start)
    return placed + placeless


def _route(jobs: Sequence[Job], start: Point) -> list[Job]:
    """Always on to the nearest job left: not the shortest round, but one a driver understands."""
    left = list(jobs)
    here = start
    way: list[Job] = []
    while left:
        nearest = min(left, key=lambda job: metres(job, here) or 0.0)
        left.remove(nearest)
        way.append(nearest)
        here = nearest.point or here
    return way
