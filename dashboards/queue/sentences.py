"""What each kind of event says in the staff's history: one sentence a kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import dateformat
from django.utils.translation import gettext as _

from dashboards.queue import datewords
from dashboards.queue.incident import words as incident
from dashboards.queue.privacy import sentences
from dashboards.queue.undo import marks
from departments.kinds import Priority
from requests_app.models import RequestEvent
from requests_app.workflow import ActorKind, Channel, EventKind, Outcome


def _text(event: RequestEvent, key: str) -> str:
    return str(event.data.get(key) or "")


def _day(text: str) -> str:
    try:
        return dateformat.format(dt.date.fromisoformat(text), "l, F j")
    except ValueError:
        return text


def _submitted(event: RequestEvent) -> str:
    if part := sentences.born_of(event):
        return part
    channel = _text(event, "channel")
    how = str(Channel(channel).label).lower() if channel in Channel.values else ""
    category = _text(event, "category")
    if how and category:
        return _("Received by %(how)s as “%(category)s”") % {"how": how, "category": category}
    return _("Received")


def _routed(event: RequestEvent) -> str:
    to = _text(event, "department_to")
    reason = _text(event, "reason")
    sentence = _("Routed to %(to)s") % {"to": to} if to else _("No rule found a department; waits in triage")
    return f"{sentence} · {reason}" if reason else sentence


def _assigned(event: RequestEvent) -> str:
    before, after = _text(event, "from"), _text(event, "to")
    if not after:
        return (
            _("Taken from %(name)s; nobody has it now") % {"name": before} if before else _("Given to nobody")
        )
    if before and before != after:
        return _("Passed from %(before)s to %(after)s") % {"before": before, "after": after}
    return _("Assigned to %(name)s") % {"name": after}


def _recategorized(event: RequestEvent) -> str:
    names = {"before": _text(event, "category_from"), "after": _text(event, "category_to")}
    sentence = _("Category changed from “%(before)s” to “%(after)s”") % names
    before, after = _text(event, "department_from"), _text(event, "department_to")
    if before != after:
        sentence += " · " + _("now with %(department)s") % {"department": after or _("triage")}
    return sentence


def _rerouted(event: RequestEvent) -> str:
    before, after = _text(event, "department_from"), _text(event, "department_to")
    if before:
        return _("Sent from %(before)s to %(after)s") % {"before": before, "after": after}
    return _("Sent to %(after)s") % {"after": after}


def _held(event: RequestEvent) -> str:
    parts = [_("Put on hold: %(reason)s") % {"reason": _text(event, "reason")}]
    if _text(event, "waiting_for"):
        parts.append(_("waiting for %(whom)s") % {"whom": _text(event, "waiting_for")})
    if _text(event, "review_on"):
        parts.append(_("to be looked at again on %(day)s") % {"day": _day(_text(event, "review_on"))})
    return " · ".join(parts) + datewords.pause(event)


def _handed_over(event: RequestEvent) -> str:
    return _("Handed to %(partner)s") % {"partner": _text(event, "partner") or _("a partner")}


def _closed(event: RequestEvent) -> str:
    outcome = _text(event, "outcome")
    if event.data.get("silence"):
        return _("Closed: the reporter did not answer the question")
    if outcome in Outcome.values:
        return _("Closed: %(outcome)s") % {"outcome": str(Outcome(outcome).label).lower()}
    return _("Closed")


def _reopened(event: RequestEvent) -> str:
    days = event.data.get("days_closed")
    if event.actor_kind == ActorKind.REPORTER:
        return _("Reopened by the reporter: it is not solved")
    return _("Reopened after %(days)s days") % {"days": days} if days else _("Reopened")


def _noted(event: RequestEvent) -> str:
    if event.public_note:
        return _("Note for everyone")
    return _("Note to the reporter") if event.reporter_note else _("Note for staff")


def _task_given(event: RequestEvent) -> str:
    words = _("Question to %(to)s") if event.data.get("is_question") else _("Task for %(to)s")
    parts = [words % {"to": _text(event, "to")}]
    if _text(event, "due_on"):
        parts.append(_("until %(day)s") % {"day": _day(_text(event, "due_on"))})
    return " · ".join(parts)


def _task_done(event: RequestEvent) -> str:
    if event.data.get("is_question"):
        return _("Answer from %(to)s") % {"to": _text(event, "to")}
    return _("Task of %(to)s is done") % {"to": _text(event, "to")}


def _task_cancelled(event: RequestEvent) -> str:
    return _("Task for %(to)s cancelled") % {"to": _text(event, "to")}


def _closing_planned(event: RequestEvent) -> str:
    outcome = _text(event, "outcome")
    if outcome not in Outcome.values:
        return _("No longer closes by itself")
    return _("Closes when all tasks are done: %(outcome)s") % {"outcome": str(Outcome(outcome).label).lower()}


def _prioritized(event: RequestEvent) -> str:
    before, after = event.data.get("from"), event.data.get("to")
    if before in Priority.values and after in Priority.values:
        names = {"before": Priority(before).label, "after": Priority(after).label}
        return _("Priority changed from %(before)s to %(after)s") % names
    return _plain(event)


def _disputed(event: RequestEvent) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return _("The reporter says it is not solved")
    if event.data.get("follower"):
        return incident.disputed_elsewhere(event)
    return _("Another resident says it is not solved")


def _plain(event: RequestEvent) -> str:
    return str(EventKind(event.kind).label)


def _returned(event: RequestEvent) -> str:
    if suggested := str(event.data.get("suggested") or ""):
        return _("Sent back to dispatch: may be for %(department)s") % {"department": suggested}
    return _("Sent back to dispatch")


SENTENCES: dict[EventKind, Callable[[RequestEvent], str]] = {
    EventKind.SUBMITTED: _submitted,
    EventKind.ROUTED: _routed,
    EventKind.ACKNOWLEDGED: lambda event: _("Acknowledged"),
    EventKind.ASSIGNED: _assigned,
    EventKind.RECATEGORIZED: _recategorized,
    EventKind.REROUTED: _rerouted,
    EventKind.STARTED: lambda event: _("Work started"),
    EventKind.HELD: _held,
    EventKind.RESUMED: datewords.resumed,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.NOTED: _noted,
    EventKind.PHOTO_PUBLISHED: lambda event: _("A photo was shown online"),
    EventKind.PHOTO_HIDDEN: lambda event: _("A photo was hidden"),
    EventKind.PUBLISHED: sentences.published,
    EventKind.UNPUBLISHED: sentences.unpublished,
    EventKind.CLOSED: _closed,
    EventKind.WITHDRAWN: lambda event: _("Withdrawn by the reporter"),
    EventKind.REOPENED: _reopened,
    EventKind.CONFIRMED: lambda event: _("The reporter says it is solved"),
    EventKind.DISPUTED: _disputed,
    EventKind.REVIEW_ASKED: lambda event: _("The reporter asks a supervisor for a review"),
    EventKind.EDITED: lambda event: _("Changed by the reporter"),
    EventKind.PHOTO_ADDED: lambda event: _("The reporter added a photo"),
    EventKind.ERASED: lambda event: _("Personal data was erased"),
    EventKind.UNDONE: marks.undone,
    EventKind.MIRRORED: lambda event: incident.mirrored(event, SENTENCES),
    EventKind.MERGED: incident.merged,
    EventKind.JOINED: incident.joined,
    EventKind.PARTED: incident.parted,
    EventKind.PRIORITIZED: _prioritized,
    EventKind.RENEWED: datewords.renewed,
    EventKind.AT_RISK: datewords.at_risk,
    EventKind.ESCALATED: datewords.escalated,
    EventKind.ASKED: datewords.asked,
    EventKind.ANSWERED: datewords.answered,
    EventKind.REMINDED: datewords.reminded,
    EventKind.TASK_GIVEN: _task_given,
    EventKind.TASK_DONE: _task_done,
    EventKind.TASK_CANCELLED: _task_cancelled,
    EventKind.CLOSING_PLANNED: _closing_planned,
    EventKind.PLACE_CORRECTED: sentences.place_corrected,
    EventKind.SPLIT: sentences.split,
    EventKind.RETURNED: _returned,
    EventKind.BUMPED: _plain,
    EventKind.RESULT_PHOTO: _plain,
    EventKind.PHOTO_REDACTED: sentences.photo_redacted,
    EventKind.TEXT_REDACTED: sentences.text_redacted,
    EventKind.DISPOSED: sentences.disposed,
    EventKind.APPEALED: sentences.appealed,
}
