"""A request as sentences: what happens next, how it ended, where it is now, what was promised."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.templatetags.ui import long_date
from departments.kinds import Kind
from departments.rules import organisation
from requests_app.actions.asking import HOLD_REASON
from requests_app.queries.endings import Ending, outcome_sentence
from requests_app.queries.pauses import clocks
from requests_app.queries.public import PublicRequest
from requests_app.queries.steps import PublicEvent
from requests_app.workflow import ActorKind, Channel, EventKind, Outcome, Status

PLACED = frozenset({EventKind.ROUTED, EventKind.REROUTED, EventKind.RECATEGORIZED})
"""Events that may bring a request to another department."""


@dataclass(frozen=True)
class Whereabouts:
    """Who has the request now and since when, and through how many hands it came."""

    name: str
    since: dt.datetime | None
    moves: int


@dataclass(frozen=True)
class Answer:
    """What the department wrote when it closed the report, under a heading that fits the outcome."""

    title: str
    words: str


def ending(request: PublicRequest, *, for_holder: bool) -> Ending:
    """What is known about how a closed request ended."""
    closing = _closing(request)
    data = closing.data if closing else {}
    partner = _partner(data)
    handed = next((event for event in request.events if event.kind == EventKind.HANDED_OVER), None)
    return Ending(
        outcome=request.outcome,
        kind=request.kind,
        closed_at=request.closed_at,
        department=request.department,
        by_reporter=closing is not None and closing.actor_kind == ActorKind.REPORTER,
        for_holder=for_holder,
        case_number=_text(data, "case_number"),
        comply_by=_day(data, "comply_by"),
        try_again_on=_day(data, "try_again_on"),
        lead=_text(data, "lead"),
        partner=partner[0] or request.partner,
        partner_phone=partner[1] or request.partner_phone,
        reference=_text(data, "partner_reference"),
        handed_on=handed.occurred_at if handed else None,
    )


def next_step(request: PublicRequest, *, now: dt.datetime, for_holder: bool) -> str:
    """What happens next, or how it ended: the sentence under the heading. Raises KeyError for an unknown status."""
    if request.status == Status.CLOSED:
        closing = _closing(request)
        if closing is not None and closing.data.get("silence"):
            return _("Closed on %(day)s because our question was not answered.") % {
                "day": long_date(request.closed_at)
            }
        return outcome_sentence(ending(request, for_holder=for_holder))
    if request.status == Status.ON_HOLD:
        if for_holder and request.hold_reason == HOLD_REASON:
            return _("We asked you a question and wait for your answer.")
        return paused(request, now)
    name = request.department or _("the right department")
    sentences = {
        Status.NEW: _new(request),
        Status.OPEN: _planned(request.kind),
        Status.IN_PROGRESS: _under_way(request.kind),
        Status.WITH_PARTNER: _("%(partner)s looks after this. We passed your report on and follow it.")
        if for_holder
        else _("%(partner)s looks after this. We passed the report on and follow it."),
    }
    words = {"name": name, "partner": request.partner or _("Somebody else")}
    return capfirst(sentences[request.status] % words)


def paused(request: PublicRequest, now: dt.datetime) -> str:
    """ "Paused 3 days: waiting for the State. Reason: … We look at it again on …"."""
    asked = next((event for event in request.events if event.to_status == Status.ON_HOLD), None)
    if asked is not None and request.hold_reason == HOLD_REASON:
        return _("We asked the reporter a question and wait for the answer.")
    days = (now - _paused_since(request, now)).days
    whom = request.waiting_for or _("others")
    if days < 1:
        first = _("Paused since today: waiting for %(whom)s.") % {"whom": whom}
    else:
        first = ngettext(
            "Paused %(days)s day: waiting for %(whom)s.", "Paused %(days)s days: waiting for %(whom)s.", days
        ) % {"days": days, "whom": whom}
    reason = _("The reason: %(reason)s.") % {"reason": request.hold_reason.rstrip(".")}
    again = (
        _("We look at it again on %(day)s.") % {"day": long_date(request.review_on)}
        if request.review_on
        else ""
    )
    return " ".join(part for part in (first, reason, again) if part)


def answer(request: PublicRequest) -> Answer | None:
    """What the department wrote when it closed the report; None while it is open or when nothing was written."""
    closing = _closing(request)
    if request.is_open or closing is None or not closing.public_note:
        return None
    titles = {
        Outcome.NO_VIOLATION: _("Why"),
        Outcome.DECLINED: _("The reason, and what you can do instead"),
        Outcome.NO_ACCESS: _("Why"),
        Outcome.INFORMATION_GIVEN: _("The answer"),
    }
    outcome = Outcome(request.outcome)
    return Answer(titles.get(outcome) or _("What the department says"), closing.public_note)


def target(request: PublicRequest, now: dt.datetime) -> str:
    """The target date of an open report in words; empty when nothing is promised, it has passed, or it is closed."""
    if not request.is_open or request.due_at is None or request.due_at < now:
        return ""
    return long_date(request.due_at)


def clock_words(request: PublicRequest, now: dt.datetime) -> str:
    """Both clocks in words, for an open report whose clock stood still for a day or stands still now."""
    if not request.is_open:
        return ""
    both = clocks(request.events, created_at=request.created_at, closed_at=None, now=now)
    parts = []
    if both.paused_days:
        parts.append(
            ngettext(
                "Open for %(open)s days; for %(days)s of them the clock stood still.",
                "Open for %(open)s days; for %(days)s of them the clock stood still.",
                both.paused_days,
            )
            % {"open": both.open_days, "days": both.paused_days}
        )
    if both.paused_since is not None:
        parts.append(_("The clock stands still now, and the target moves with it."))
    return " ".join(parts)


def at_risk(request: PublicRequest) -> str:
    """That the target may be missed, until there is a new one; empty when nobody said so."""
    if not request.is_open or request.due_at is None:
        return ""
    for event in request.events:
        if event.kind == EventKind.RENEWED:
            return ""
        if event.kind == EventKind.AT_RISK:
            same = _text(event.data, "due_at") == request.due_at.astimezone(dt.UTC).isoformat()
            return _("We may miss this target. The department was asked for a new one.") if same else ""
    return ""


def missed(request: PublicRequest, now: dt.datetime) -> str:
    """One apology for a target that has passed, with the reason staff gave, if any; empty otherwise."""
    if not request.is_open or request.due_at is None or request.due_at >= now:
        return ""
    sorry = _("We missed the target of %(day)s. We are sorry.") % {"day": long_date(request.due_at)}
    if request.status == Status.ON_HOLD:
        return sorry
    held = next((event for event in request.events if event.kind == EventKind.HELD), None)
    reason = _text(held.data, "reason").rstrip(".") if held else ""
    return f"{sorry} {_('The reason: %(reason)s.') % {'reason': reason}}" if reason else sorry


def whereabouts(request: PublicRequest) -> Whereabouts:
    """Who has it now, since when, and how often it moved between departments."""
    if request.status == Status.WITH_PARTNER:
        handed = next((event for event in request.events if event.kind == EventKind.HANDED_OVER), None)
        return Whereabouts(request.partner, handed.occurred_at if handed else None, _moves(request))
    since = None
    for event in request.events:
        if event.kind not in PLACED:
            continue
        if since is not None and event.department != request.department:
            break
        since = event.occurred_at
        if event.kind == EventKind.REROUTED:
            break
    return Whereabouts(request.department or request.partner, since, _moves(request))


def how_reported(request: PublicRequest) -> str:
    """The channel as words."""
    return str(Channel(request.channel).label) if request.channel in Channel.values else request.channel


def long_day(instant: dt.datetime) -> str:
    """The day in the city's zone, with its name, and the year when it is another one."""
    return long_date(instant)


def masked_email(email: str) -> str:
    """An address its owner recognises and a bystander cannot use: "j…@e….org"."""
    name, _at, domain = email.partition("@")
    host, _dot, ending_ = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}….{ending_}" if host else f"{name[:1]}…"


def _new(request: PublicRequest) -> str:
    if not request.department:
        return _("A person reads this and finds the right department for it.")
    return {
        Kind.DELIVER: _("%(name)s has this order. A person there reads it next."),
        Kind.ANSWER: _("%(name)s has this question. A person there reads it next."),
        Kind.FEEDBACK: _("%(name)s has this message. A person there reads it next."),
    }.get(request.kind) or _("%(name)s has this report. A person there reads it next.")


def _planned(kind: Kind) -> str:
    return {
        Kind.REPAIR: _("%(name)s has read this report and plans the work."),
        Kind.DELIVER: _("%(name)s has read this order and plans the delivery."),
        Kind.COLLECT: _("%(name)s has read this report and plans the collection."),
        Kind.INSPECT: _("%(name)s has read this report and plans an inspection."),
        Kind.ANSWER: _("%(name)s has read this question and looks for the answer."),
        Kind.FEEDBACK: _("%(name)s has read this message and answers it."),
    }[kind]


def _under_way(kind: Kind) -> str:
    return {
        Kind.REPAIR: _("%(name)s is working on it."),
        Kind.DELIVER: _("%(name)s is preparing the delivery."),
        Kind.COLLECT: _("%(name)s is sending a crew to collect it."),
        Kind.INSPECT: _("An inspector of %(name)s is looking into it."),
        Kind.ANSWER: _("%(name)s is writing the answer."),
        Kind.FEEDBACK: _("%(name)s is talking about it."),
    }[kind]


def _closing(request: PublicRequest) -> PublicEvent | None:
    """The step that closed it last; the newest first, so the first one found."""
    return next((event for event in request.events if event.kind == EventKind.CLOSED), None)


def _paused_since(request: PublicRequest, now: dt.datetime) -> dt.datetime:
    for event in request.events:
        if event.to_status == Status.ON_HOLD and event.from_status != Status.ON_HOLD:
            return event.occurred_at
    return now


def _moves(request: PublicRequest) -> int:
    """How often it went to another department; the first routing is no move."""
    names = [event.department for event in reversed(request.events) if event.kind in PLACED]
    return sum(1 for before, after in pairwise(names) if before != after)


def _text(data: dict[str, object], key: str) -> str:
    return str(data.get(key) or "")


def _day(data: dict[str, object], key: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(_text(data, key))
    except ValueError:
        return None


def _partner(data: dict[str, object]) -> tuple[str, str]:
    """Name and phone of the owner a closing names."""
    key = _text(data, "partner_id")
    partner = organisation()[1].get(int(key)) if key.isdecimal() else None
    return (partner.shown_name, partner.phone) if partner else ("", "")
