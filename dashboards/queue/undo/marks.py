"""How the history marks what was undone and what residents do not know yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from requests_app.models import RequestEvent, ServiceRequest
from requests_app.models.undo import OUTSIDE
from requests_app.queries.undoing import first_waiting
from requests_app.workflow import EventKind

Mark = Callable[[RequestEvent], str]


def waits_from(target: ServiceRequest) -> int | None:
    """The earliest event of a held request residents do not see; no question to the database for others."""
    return first_waiting(target.pk) if target.held_until is not None else None


def marker(events: Iterable[RequestEvent], waiting: int | None) -> Mark:
    """The mark of each of these events, in words; "" for most."""
    undone = {event.undoes_id for event in events if event.undoes_id is not None}

    def mark(event: RequestEvent) -> str:
        if event.pk in undone:
            return _("Undone")
        waits = waiting is not None and event.pk >= waiting and event.actor_kind not in OUTSIDE
        return _("Not sent yet") if waits and event.undoes_id is None else ""

    return mark


def undone(event: RequestEvent) -> str:
    """The sentence of an undo."""
    kind = str(event.data.get("undone") or "")
    if kind not in EventKind.values:
        return _("Undone")
    return _("Undone: %(what)s. Residents were not told.") % {"what": EventKind(kind).label}
