"""How a request ended, in words that promise nothing more than what was recorded: for the page and for messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from civic311.lib.templatetags.ui import long_date
from departments.kinds import Kind
from requests_app.workflow import Outcome


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known about an ending; empty where nothing was recorded.

    ``by_reporter`` when the reporter closed it; ``for_holder`` when the reader is the reporter. ``lead`` is the number
    told first, ``handed_on`` when we passed the report to ``partner``, ``reference`` their number for it.
    """

    outcome: str
    kind: Kind
    closed_at: dt.datetime | None
    department: str = ""
    by_reporter: bool = False
    for_holder: bool = False
    case_number: str = ""
    comply_by: dt.date | None = None
    try_again_on: dt.date | None = None
    lead: str = ""
    partner: str = ""
    partner_phone: str = ""
    reference: str = ""
    handed_on: dt.datetime | None = None


def outcome_sentence(ending: Ending) -> str:
    """How it ended. Raises ValueError for an unknown outcome."""
    sentences = [sentence for sentence in _sentences(ending) if sentence]
    words = {
        "day": long_date(ending.closed_at) if ending.closed_at else _("an unrecorded day"),
        "name": ending.department or _("The department"),
        "until": long_date(ending.comply_by),
        "again": long_date(ending.try_again_on),
        "case": ending.case_number,
        "lead": ending.lead,
        "partner": ending.partner,
        "phone": ending.partner_phone,
        "reference": ending.reference,
        "sent": long_date(ending.handed_on),
    }
    return " ".join(capfirst(sentence % words) for sentence in sentences)


def _sentences(ending: Ending) -> list[str]:
    match Outcome(ending.outcome):
        case Outcome.FIXED:
            return [_("Fixed on %(day)s by %(name)s.")]
        case Outcome.DELIVERED:
            return [_delivered(ending.kind)]
        case Outcome.ALREADY_FIXED:
            return [
                _("It was already collected when our crew came on %(day)s.")
                if ending.kind == Kind.COLLECT
                else _("It was already done when our crew came on %(day)s.")
            ]
        case Outcome.RESOLVED_BY_OTHERS:
            return [_by_others(ending)]
        case Outcome.VIOLATION_FOUND:
            return [
                _("Our inspector confirmed it on %(day)s and gave the owner until %(until)s to put it right.")
                if ending.comply_by
                else _("Our inspector confirmed it on %(day)s."),
                _("The case number is %(case)s.") if ending.case_number else "",
            ]
        case Outcome.NO_VIOLATION:
            return [_("Our inspector looked on %(day)s and found the rules were met.")]
        case Outcome.NOT_FOUND:
            return [_("We looked on %(day)s and did not find it. Still there? Tell us where to look.")]
        case Outcome.NOT_OURS:
            return _not_ours(ending)
        case Outcome.NO_ACCESS:
            return [
                _("We could not get to it on %(day)s."),
                _("We try again on %(again)s.") if ending.try_again_on else "",
            ]
        case Outcome.DUPLICATE:
            return [_told_first(ending)]
        case Outcome.WITHDRAWN:
            return [
                _("You withdrew this report on %(day)s.")
                if ending.for_holder
                else _("The reporter withdrew this report on %(day)s.")
            ]
        case Outcome.INFORMATION_GIVEN:
            return [_answered(ending)]
        case Outcome.DECLINED:
            return [_("On %(day)s %(name)s decided not to do this.")]
        case Outcome.SPAM:
            return [_("This report was closed on %(day)s.")]
        case Outcome.NOT_RECORDED:
            return [_("Closed on %(day)s. How it ended was not recorded.")]


def _delivered(kind: Kind) -> str:
    if kind == Kind.COLLECT:
        return _("Collected on %(day)s by %(name)s.")
    return _("Delivered on %(day)s by %(name)s.")


def _by_others(ending: Ending) -> str:
    if not ending.by_reporter:
        return _("Somebody else took care of it by %(day)s. Thank you to whoever did.")
    if ending.for_holder:
        return _("You told us on %(day)s that it is taken care of. Thank you.")
    return _("The reporter told us on %(day)s that it is taken care of. Thank you to all who helped.")


def _not_ours(ending: Ending) -> list[str]:
    if not ending.partner:
        return [_("Closed on %(day)s: this does not belong to the City.")]
    return [
        _("This belongs to %(partner)s, not to the City."),
        _("We sent them this report on %(sent)s.") if ending.handed_on else "",
        _("Their number for it is %(reference)s.") if ending.reference else "",
        _("You can reach them at %(phone)s.") if ending.partner_phone else "",
    ]


def _told_first(ending: Ending) -> str:
    if not ending.lead:
        return _("Somebody told us first. This number stays valid.")
    if ending.for_holder:
        return _("Somebody told us first: %(lead)s. You get its news; your number stays valid.")
    return _("Somebody told us first: %(lead)s. This number stays valid.")


def _answered(ending: Ending) -> str:
    if ending.kind == Kind.ANSWER:
        if ending.for_holder:
            return _("Here is the answer to your question, given on %(day)s by %(name)s.")
        return _("The question was answered on %(day)s by %(name)s.")
    return _("Answered on %(day)s by %(name)s.")
