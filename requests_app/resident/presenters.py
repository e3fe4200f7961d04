"""Events and requests as sentences a resident can read. A kind of event without a sentence is a defect and raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from civic311.lib.templatetags.ui import long_date
from departments.kinds import Kind
from requests_app.queries.public import PublicEvent, PublicRequest
from requests_app.workflow import ActorKind, Channel, EventKind, Outcome, Status


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, as `components/timeline.html` draws it."""

    what: str
    who: str
    at: dt.datetime
    words: str
    state: str
    audience: str


def timeline(request: PublicRequest, *, for_holder: bool) -> list[Entry]:
    """The steps that concern residents, newest first, in sentences."""
    entries = []
    for event in request.events:
        sentence = _SENTENCES[EventKind(event.kind)](event, request, for_holder)
        notes = [event.public_note, event.reporter_note if for_holder else ""]
        words = "\n\n".join(note for note in notes if note)
        if not sentence and not words:
            continue
        entries.append(
            Entry(
                what=sentence or _("Note"),
                who=_who(event, for_holder),
                at=event.occurred_at,
                words=words,
                state=_state(event),
                audience=_("Only you see this")
                if event.reporter_note and not event.public_note and for_holder
                else "",
            )
        )
    return entries


def outcome_sentence(outcome: str, kind: Kind, closed_at: dt.datetime | None, department: str) -> str:
    """How it ended, in words that promise nothing more than what was recorded. Raises KeyError for an unknown outcome."""
    on = long_day(closed_at) if closed_at else _("an unrecorded day")
    name = department or _("The department")
    patterns: dict[Outcome, str] = {
        Outcome.FIXED: _("Fixed on %(day)s by %(name)s."),
        Outcome.DELIVERED: _("Delivered on %(day)s.") if kind == Kind.DELIVER else _("Collected on %(day)s."),
        Outcome.ALREADY_FIXED: _("It was already done when our crew came on %(day)s."),
        Outcome.RESOLVED_BY_OTHERS: _("Somebody else took care of it by %(day)s."),
        Outcome.VIOLATION_FOUND: _("Our inspector confirmed it on %(day)s."),
        Outcome.NO_VIOLATION: _("Our inspector looked on %(day)s and found the rules were met."),
        Outcome.NOT_FOUND: _("We looked on %(day)s and did not find it. Still there? Tell us where to look."),
        Outcome.NOT_OURS: _("Closed on %(day)s: this does not belong to the City."),
        Outcome.DECLINED: _("On %(day)s %(name)s decided not to do this. The reason is below."),
        Outcome.NO_ACCESS: _("We could not get to it on %(day)s."),
        Outcome.INFORMATION_GIVEN: _("Answered on %(day)s by %(name)s."),
        Outcome.WITHDRAWN: _("The reporter withdrew this report on %(day)s."),
        Outcome.DUPLICATE: _("Somebody told us first. This report was closed on %(day)s."),
        Outcome.SPAM: _("This report was closed on %(day)s."),
        Outcome.NOT_RECORDED: _("Closed on %(day)s. How it ended was not recorded."),
    }
    return capfirst(patterns[Outcome(outcome)] % {"day": on, "name": name})


def next_step(request: PublicRequest) -> str:
    """What happens next, or how it ended: the sentence under the heading. Raises KeyError for an unknown status."""
    if request.status == Status.CLOSED:
        return outcome_sentence(request.outcome, request.kind, request.closed_at, request.department)
    name = request.department or _("the right department")
    waiting = request.waiting_for or _("others")
    sentences = {
        Status.NEW: _("%(name)s has this report. A person there reads it next.")
        if request.department
        else _("A person reads this report and finds the right department for it."),
        Status.OPEN: _("%(name)s has read this report and plans the work."),
        Status.IN_PROGRESS: _("%(name)s is working on it."),
        Status.ON_HOLD: _("Paused: %(reason)s. Waiting for %(waiting)s. We look at it again on %(review)s."),
        Status.WITH_PARTNER: _("%(partner)s looks after this. We passed your report on and follow it."),
    }
    return capfirst(
        sentences[request.status]
        % {
            "name": name,
            "reason": request.hold_reason,
            "waiting": waiting,
            "review": long_date(request.review_on),
            "partner": request.partner or _("Somebody else"),
        }
    )


def answer(request: PublicRequest) -> str:
    """What the department wrote when it closed the report; empty while it is open."""
    if request.is_open:
        return ""
    closings = (event.public_note for event in request.events if event.kind == EventKind.CLOSED)
    return next(closings, "")


def target(request: PublicRequest, now: dt.datetime) -> str:
    """The target date of an open report in words; empty when nothing is promised or it is closed."""
    if not request.is_open or request.due_at is None:
        return ""
    if request.due_at < now:
        return _("The target was %(day)s. We missed it.") % {"day": long_day(request.due_at)}
    return long_day(request.due_at)


def how_reported(request: PublicRequest) -> str:
    """The channel as words."""
    return str(Channel(request.channel).label) if request.channel in Channel.values else request.channel


def long_day(instant: dt.datetime) -> str:
    """The day in the city's zone, with its name ("Wednesday, March 4", "miércoles 4 de marzo"), and the year when it is another one."""
    return long_date(instant)


def masked_email(email: str) -> str:
    """An address its owner recognises and a bystander cannot use: "j…@e….org"."""
    name, _at, domain = email.partition("@")
    host, _dot, ending = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}….{ending}" if host else f"{name[:1]}…"


def _who(event: PublicEvent, for_holder: bool) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return _("You") if for_holder else _("The reporter")
    return capfirst(event.department)


def _state(event: PublicEvent) -> str:
    if event.to_status == Status.CLOSED and event.from_status != Status.CLOSED:
        return "closed"
    return "now" if event.kind in {EventKind.STARTED, EventKind.REOPENED} else ""


Sentence = Callable[[PublicEvent, PublicRequest, bool], str]


def _received(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("We received your report") if for_holder else _("We received this report")


def _sent_to(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.department:
        return _("Sent to %(name)s") % {"name": event.department}
    return _("Waits for a person who finds the right department")


def _recategorized(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("We filed it under another category")


def _held(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("Paused for now")


def _handed_over(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    name = str(event.data.get("partner") or request.partner)
    return _("We passed it on to %(name)s") % {"name": name} if name else _("We passed it on to its owner")


def _noted(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.public_note:
        return _("News from the department")
    return _("A note for you") if event.reporter_note and for_holder else ""


def _closed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    outcome = Outcome(event.data.get("outcome") or Outcome.NOT_RECORDED)
    return _("Closed: %(outcome)s") % {"outcome": str(outcome.label).lower()}


def _withdrawn(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You withdrew this report") if for_holder else _("The reporter withdrew this report")


def _reopened(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return (
            _("You said it is not fixed. It is open again")
            if for_holder
            else _("Open again: the reporter says it is not fixed")
        )
    return _("Open again")


def _confirmed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You said it is solved") if for_holder else _("The reporter says it is solved")


def _review_asked(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You asked a supervisor to look at it") if for_holder else _("The reporter asked for a review")


def _edited(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You changed the report") if for_holder else _("The reporter changed the report")


def _photo_added(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You added a photo") if for_holder else _("The reporter added a photo")


def _always(text: str) -> Sentence:
    return lambda event, request, for_holder: _(text)


def _silent(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    """Matters to staff only; shown when a public note came with it."""
    return ""


_SENTENCES: dict[EventKind, Sentence] = {
    EventKind.SUBMITTED: _received,
    EventKind.ROUTED: _sent_to,
    EventKind.ACKNOWLEDGED: _always(gettext_noop("A person has read it")),
    EventKind.ASSIGNED: _silent,
    EventKind.RECATEGORIZED: _recategorized,
    EventKind.REROUTED: _sent_to,
    EventKind.STARTED: _always(gettext_noop("Work has started")),
    EventKind.HELD: _held,
    EventKind.RESUMED: _always(gettext_noop("Taken up again")),
    EventKind.HANDED_OVER: _handed_over,
    EventKind.NOTED: _noted,
    EventKind.PHOTO_PUBLISHED: _silent,
    EventKind.PHOTO_HIDDEN: _silent,
    EventKind.PUBLISHED: _silent,
    EventKind.UNPUBLISHED: _silent,
    EventKind.CLOSED: _closed,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.REOPENED: _reopened,
    EventKind.CONFIRMED: _confirmed,
    EventKind.DISPUTED: _silent,
    EventKind.REVIEW_ASKED: _review_asked,
    EventKind.EDITED: _edited,
    EventKind.PHOTO_ADDED: _photo_added,
    EventKind.ERASED: _always(gettext_noop("Personal data was removed")),
}
