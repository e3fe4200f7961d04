"""Service notices in force: for the front page, for a form, for a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from civic311.lib import clock
from civic311.lib.cached import cached
from departments.models import ServiceNotice

SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in the reader's language; ``where`` names its areas, empty for the whole city."""

    title: str
    text: str
    where: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class _Entry:
    notice: ServiceNotice
    areas: dict[int, str]
    categories: frozenset[int]


@cached(seconds=10)
def _in_force_soon() -> tuple[_Entry, ...]:
    """Notices of now and the next week with what they are for; a new one is seen by every process ten seconds later."""
    now = clock.now()
    rows = (
        ServiceNotice.objects.filter(
            withdrawn_at__isnull=True, ends_at__gt=now, starts_at__lt=now + dt.timedelta(days=SOON_DAYS)
        )
        .prefetch_related("areas", "categories")
        .order_by("starts_at", "id")
    )
    return tuple(
        _Entry(
            notice,
            {area.pk: area.name for area in notice.areas.all()},
            frozenset(category.pk for category in notice.categories.all()),
        )
        for notice in rows
    )


def current_notices(
    *, category_id: int | None = None, area_ids: Iterable[int] | None = None
) -> list[NoticeView]:
    """Notices in force now, oldest first.

    Without a category those of all categories (the front page). With one, those for it or for every category.
    ``area_ids`` None means the place is not known yet: a notice for some areas is shown and says for which.
    """
    now = clock.now()
    inside = None if area_ids is None else set(area_ids)
    return [
        NoticeView(
            title=str(entry.notice.in_language("title")),
            text=str(entry.notice.in_language("text")),
            where=", ".join(sorted(entry.areas.values())),
            starts_at=entry.notice.starts_at,
            ends_at=entry.notice.ends_at,
        )
        for entry in _in_force_soon()
        if entry.notice.starts_at <= now < entry.notice.ends_at
        and (category_id is None or not entry.categories or category_id in entry.categories)
        and (inside is None or not entry.areas or inside & entry.areas.keys())
    ]


def forget() -> None:
    """Let the next reader of this process see a change at once."""
    _in_force_soon.forget()
