"""The steps of one request as the public and its holder may read them, and a mark that changes when there is news."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from departments.rules import organisation
from requests_app.models.undo import OUTSIDE
from requests_app.queries.undoing import first_waiting
from requests_app.workflow import EventKind, Outcome, Status

QUIET = (
    EventKind.ASSIGNED,
    EventKind.NOTED,
    EventKind.PHOTO_PUBLISHED,
    EventKind.PHOTO_HIDDEN,
    EventKind.PUBLISHED,
    EventKind.UNPUBLISHED,
    EventKind.DISPUTED,
    EventKind.UNDONE,
    EventKind.MIRRORED,
    EventKind.JOINED,
    EventKind.PRIORITIZED,
    EventKind.ESCALATED,
    EventKind.REMINDED,
    EventKind.TASK_GIVEN,
    EventKind.TASK_DONE,
    EventKind.TASK_CANCELLED,
    EventKind.CLOSING_PLANNED,
    EventKind.RETURNED,
    EventKind.BUMPED,
    EventKind.RESULT_PHOTO,
    EventKind.DISPOSED,
    EventKind.APPEALED,
)
"""Kinds of events residents read nothing of, unless words for them came with it."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One step of the timeline. ``reporter_note`` is empty unless it was read for the holder of the tracking link."""

    kind: str
    from_status: str
    to_status: str
    actor_kind: str
    department: str
    public_note: str
    reporter_note: str
    data: dict[str, Any]
    occurred_at: dt.datetime

    @property
    def is_quiet(self) -> bool:
        """Whether residents read nothing of it."""
        return self.kind in QUIET and not self.public_note and not self.reporter_note


# The pages of a report are the most opened ones of a city: a small statement, written out column by column.
_EVENTS = """
SELECT id, undoes_id, kind, from_status, to_status, actor_kind, department_id, public_note,
       {reporter_note}, data, occurred_at
  FROM requests_app_requestevent WHERE request_id = %s ORDER BY id DESC
"""
_PUBLIC_EVENTS = _EVENTS.format(reporter_note="''")
_HOLDERS_EVENTS = _EVENTS.format(reporter_note="reporter_note")


def steps(request_id: int, *, for_holder: bool, is_held: bool) -> tuple[PublicEvent, ...]:
    """All steps residents know of, newest first: neither what was undone nor, on a held report, what still can be.

    One statement, two where the report is held.
    """
    departments, _partners = organisation()
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS_EVENTS if for_holder else _PUBLIC_EVENTS, [request_id])
        rows = cursor.fetchall()
    undone = {undoes_id for _id, undoes_id, *_rest in rows if undoes_id is not None}
    waits_from = first_waiting(request_id) if is_held else None

    def is_known(event_id: int, undoes_id: int | None, who: str) -> bool:
        if undoes_id is not None or event_id in undone:
            return False
        return waits_from is None or event_id < waits_from or who in OUTSIDE

    names: dict[int | None, str] = {}

    def name(department_id: int | None) -> str:
        if department_id not in names:
            found = departments.get(department_id or 0)
            names[department_id] = found.shown_name if found else ""
        return names[department_id]

    def facts(data: dict[str, Any]) -> dict[str, Any]:
        """With the departments it moved between as they are called in the reader's language."""
        said = {key: data[key] for key in ("department_from", "department_to") if data.get(key)}
        shown = {each.name: each.shown_name for each in departments.values()} if said else {}
        return data | {key: shown.get(value, value) for key, value in said.items()}

    return tuple(
        PublicEvent(
            kind=_told_as(kind, data),
            from_status=from_status,
            to_status=to_status,
            actor_kind=actor_kind,
            department=name(department_id),
            public_note=public_note,
            reporter_note=reporter_note,
            data=facts(data),
            occurred_at=occurred_at,
        )
        for (
            event_id,
            undoes_id,
            kind,
            from_status,
            to_status,
            actor_kind,
            department_id,
            public_note,
            reporter_note,
            data,
            occurred_at,
        ) in map(_with_data, rows)
        if is_known(event_id, undoes_id, actor_kind)
    )


def _with_data(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row with its facts read from their text."""
    *first, data, occurred_at = row
    return (*first, json.loads(data) if isinstance(data, str) else data, occurred_at)


def _told_as(kind: str, data: dict[str, Any]) -> EventKind:
    """As `requests_app.models.RequestEvent.told_as`."""
    return EventKind(data["as"] if kind == EventKind.MIRRORED and data.get("as") else kind)


@dataclass(frozen=True, slots=True)
class News:
    """A mark that changes when a reader would see something new, and whether more may come."""

    mark: str
    is_open: bool


def news_of(status: str, events: Iterable[PublicEvent]) -> News:
    """The mark of a page that was just drawn; the same as `news` gives until something happens."""
    shown = [event.occurred_at for event in events if not event.is_quiet]
    return _news(status, len(shown), max(shown, default=None))


# Polled by every open page: one statement over the index of a request's history.
_NEWS = """
SELECT r.shown_status, count(e.id), max(e.occurred_at)
  FROM requests_app_servicerequest r
  LEFT JOIN requests_app_requestevent e
    ON e.request_id = r.id AND ({kind} <> ALL(%(quiet)s) OR e.public_note <> ''{reporter_note})
   AND e.undoes_id IS NULL
   AND NOT EXISTS (SELECT FROM requests_app_requestevent AS undo WHERE undo.undoes_id = e.id)
   AND (r.held_until IS NULL OR e.actor_kind = ANY(%(outside)s) OR NOT EXISTS (
        SELECT FROM requests_app_undowindow AS w
         WHERE w.request_id = r.id AND w.event_id <= e.id AND w.settled_at IS NULL AND w.undone_at IS NULL))
 WHERE r.{key} = %(key)s{public} GROUP BY r.id
"""
# what a report goes through that follows another one is read as that one's step
_KIND = "CASE WHEN e.kind = 'request.mirrored' THEN e.data ->> 'as' ELSE e.kind END"
_PUBLIC_NEWS = _NEWS.format(
    kind=_KIND, reporter_note="", key="number", public=" AND r.is_public AND r.shown_outcome <> %(spam)s"
)
_HOLDERS_NEWS = _NEWS.format(
    kind=_KIND, reporter_note=" OR e.reporter_note <> ''", key="token_hash", public=""
)


def public_news(number: str) -> News | None:
    """The mark of a public page; None for a number that has none."""
    return _read(_PUBLIC_NEWS, number)


def held_news(token_hash: str) -> News | None:
    """The mark of the page behind a tracking link, found by the token's hash."""
    return _read(_HOLDERS_NEWS, token_hash)


def _read(statement: str, key: str) -> News | None:
    params: dict[str, Any] = {
        "quiet": [kind.value for kind in QUIET],
        "outside": [kind.value for kind in OUTSIDE],
        "key": key,
        "spam": Outcome.SPAM.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        row = cursor.fetchone()
    return _news(*row) if row else None


def _news(status: str, count: int, newest: dt.datetime | None) -> News:
    stamp = int(newest.timestamp() * 1_000_000) if newest else 0
    text = f"{Status(status).value}:{count}:{stamp}"
    return News(hashlib.sha256(text.encode()).hexdigest()[:16], status != Status.CLOSED)
