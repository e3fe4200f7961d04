"""What residents said about the work: solved or not, and who must not have it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, EventKind, Status

Said = tuple[str, str, dt.datetime | None]


def said_by_residents(target: ServiceRequest, history: Iterable[RequestEvent]) -> list[Said]:
    """Lines for the facts: a heading, what was said, and when. ``history`` is newest first."""
    lines: list[Said] = []
    if target.review_asked_at:
        words = _("The reporter asks a supervisor to look. A note to residents answers it.")
        lines.append((_("Review asked"), words, target.review_asked_at))
    if target.disputed_at:
        words = _(
            "Somebody says so after the closing. A note to residents answers it, reopening takes it up."
        )
        lines.append((_("Says not solved"), words, target.disputed_at))
    confirmed = _confirmed(history) if target.status == Status.CLOSED else None
    if confirmed:
        lines.append((_("Confirmed"), _("The reporter says it is solved"), confirmed))
    names = _kept_away(history) if target.is_open and target.reopened_count > 1 else []
    if names:
        words = _("The reporter said “no” twice. It must go to somebody other than %(names)s.")
        lines.append((_("Not to"), words % {"names": ", ".join(names)}, None))
    return lines


def _confirmed(history: Iterable[RequestEvent]) -> dt.datetime | None:
    for event in history:
        if event.kind == EventKind.CONFIRMED:
            return event.occurred_at
        if event.to_status == Status.CLOSED and event.from_status != Status.CLOSED:
            break
    return None


def _kept_away(history: Iterable[RequestEvent]) -> list[str]:
    for event in history:
        if event.kind == EventKind.REOPENED and event.actor_kind == ActorKind.REPORTER:
            return [str(name) for name in (event.data.get("not_to") or {}).values()]
    return []
