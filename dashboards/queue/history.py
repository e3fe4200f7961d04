"""The history of a request as sentences. A kind of event without a sentence is a defect and raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.queue.sentences import SENTENCES
from dashboards.queue.undo import marks
from requests_app.models import RequestEvent
from requests_app.workflow import ActorKind, Audience, EventKind, Status


class Show(TextChoices):
    """Which part of the history is shown."""

    ALL = "all", gettext_lazy("All")
    PUBLIC = "public", gettext_lazy("What the public sees")
    CHANGES = "changes", gettext_lazy("Changes")
    NOTES = "notes", gettext_lazy("Notes")
    PEOPLE = "people", gettext_lazy("By people")


@dataclass(frozen=True)
class Words:
    """What was written, and who can read it."""

    audience: Audience
    label: str
    text: str


@dataclass(frozen=True)
class HistoryEntry:
    """One event: what happened, who did it, when, and every word that was written."""

    what: str
    who: str
    at: dt.datetime
    words: tuple[Words, ...]
    state: str
    is_redacted: bool
    mark: str = ""


def entries(
    events: Iterable[RequestEvent], show: Show, *, waits_from: int | None = None
) -> list[HistoryEntry]:
    """The history in the order given, narrowed to what ``show`` asks for; residents know nothing from ``waits_from`` on."""
    events = list(events)
    mark = marks.marker(events, waits_from)
    return [replace(entry(event), mark=mark(event)) for event in events if _belongs(event, show)]


def entry(event: RequestEvent) -> HistoryEntry:
    """One event as a sentence. Raises KeyError for a kind this module does not know."""
    words = tuple(
        Words(audience, str(audience.label), text)
        for audience, text in (
            (Audience.EVERYONE, event.public_note),
            (Audience.REPORTER, event.reporter_note),
            (Audience.STAFF, event.internal_note),
        )
        if text
    )
    return HistoryEntry(
        what=SENTENCES[EventKind(event.kind)](event),
        who=_who(event),
        at=event.occurred_at,
        words=words,
        state=_state(event),
        is_redacted=event.redacted_at is not None,
    )


_PUBLIC_KINDS = frozenset(
    {
        EventKind.SUBMITTED,
        EventKind.ROUTED,
        EventKind.ACKNOWLEDGED,
        EventKind.STARTED,
        EventKind.HELD,
        EventKind.RESUMED,
        EventKind.HANDED_OVER,
        EventKind.REROUTED,
        EventKind.CLOSED,
        EventKind.WITHDRAWN,
        EventKind.REOPENED,
        EventKind.RENEWED,
        EventKind.AT_RISK,
        EventKind.ASKED,
        EventKind.ANSWERED,
    }
)


def _belongs(event: RequestEvent, show: Show) -> bool:
    if show == Show.PUBLIC:
        return event.kind in _PUBLIC_KINDS or bool(event.public_note)
    if show == Show.CHANGES:
        return event.kind != EventKind.NOTED
    if show == Show.NOTES:
        return bool(event.public_note or event.reporter_note or event.internal_note)
    if show == Show.PEOPLE:
        return event.actor_kind not in {ActorKind.SYSTEM, ActorKind.IMPORT}
    return True


def _who(event: RequestEvent) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return _("Reporter")
    if event.actor_kind == ActorKind.RESIDENT:
        return _("Another resident")
    if event.actor_kind == ActorKind.IMPORT:
        return _("Imported")
    if event.actor_kind == ActorKind.COLLEAGUE:
        return _("%(email)s, by mail") % {"email": event.actor_label}
    return event.actor_label or (_("Automatic") if event.actor_kind == ActorKind.SYSTEM else _("Staff"))


def _state(event: RequestEvent) -> str:
    if event.to_status == Status.CLOSED and event.from_status != Status.CLOSED:
        return "closed"
    if event.internal_note and not event.public_note and not event.reporter_note:
        return "internal"
    return ""
