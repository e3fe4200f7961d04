"""Jobs as the crew's pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.crew.forms import JobForm
from dashboards.crew.moves import FieldMove, possible
from dashboards.crew.ordering import Point, metres
from departments.directory import categories
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.queries.fieldwork import Job
from requests_app.workflow import Status

WORDS_SHOWN = 140
HERE_M = 30


@dataclass(frozen=True)
class Card:
    """One job in a list."""

    job: Job
    category: str
    where: str
    words: str
    status_label: str
    is_overdue: bool
    is_due_today: bool
    distance: str
    can_start: bool

    @property
    def way_url(self) -> str:
        """Opens the phone's own map (RFC 5870); ``q`` makes Android set a pin."""
        return way_url(*self.job.point) if self.job.point else ""


def way_url(latitude: float, longitude: float) -> str:
    """A ``geo`` address of a place."""
    place = f"{latitude:.6f},{longitude:.6f}"
    return f"geo:{place}?q={place}"


def cards(
    jobs: Iterable[Job], *, start: Point | None, now: dt.datetime, end_of_day: dt.datetime
) -> list[Card]:
    """The jobs as cards, in the order given; distances are straight lines from ``start``."""
    known = categories()
    return [
        Card(
            job=job,
            category=known[job.category_id].name,
            where=job.address or job.place_note or _("No address"),
            words=shortened(job.description),
            status_label=str(Status(job.status).label),
            is_overdue=job.due_at is not None and job.due_at < now,
            is_due_today=job.due_at is not None and now <= job.due_at < end_of_day,
            distance=distance_words(metres(job, start)),
            can_start=job.status in {Status.NEW, Status.OPEN, Status.ON_HOLD},
        )
        for job in jobs
    ]


def shortened(text: str) -> str:
    """The first words on one line."""
    line = " ".join(text.split())
    return line if len(line) <= WORDS_SHOWN else line[: WORDS_SHOWN - 1].rstrip() + "…"


def distance_words(distance: float | None) -> str:
    """A distance as people in the United States say it: "here", feet, then miles; empty when unknown."""
    if distance is None:
        return ""
    if distance < HERE_M:
        return _("here")
    feet = distance * 3.28084
    if feet < 1_000:
        return _("%(feet)s ft") % {"feet": int(round(feet, -1))}
    return _("%(miles).1f mi") % {"miles": distance / 1609.344}


@dataclass(frozen=True)
class Action:
    """One step with its form; ``is_open`` unfolds it."""

    move: FieldMove
    form: JobForm
    is_open: bool


def actions_for(
    target: ServiceRequest,
    user: StaffUser,
    *,
    today: dt.date,
    bound: tuple[FieldMove, JobForm] | None = None,
) -> list[Action]:
    """The steps this person can take; ``bound`` is the one that was sent and comes back."""
    return [
        Action(move, bound[1], is_open=True)
        if bound and bound[0] == move
        else Action(move, move.form(target=target, user=user, today=today, name=move.name), is_open=False)
        for move in possible(target, user)
    ]
