"""Sentences of the history about dates and questions."""

from __future__ import annotations

import datetime as dt

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import RequestEvent


def renewed(event: RequestEvent) -> str:
    before, after = moment(event, "due_before"), moment(event, "due_at")
    if before:
        return _("New target %(after)s instead of %(before)s") % {"after": after, "before": before}
    return _("New target %(after)s") % {"after": after}


def at_risk(event: RequestEvent) -> str:
    return _("Residents were told that the target of %(day)s is at risk") % {"day": moment(event, "due_at")}


def escalated(event: RequestEvent) -> str:
    hours = int(event.data.get("hours") or 0)
    when = (
        ngettext("%(n)s hour before the target", "%(n)s hours before the target", -hours)
        if hours < 0
        else ngettext("%(n)s hour after the target", "%(n)s hours after the target", hours)
    ) % {"n": abs(hours)}
    people = ", ".join(str(name) for name in event.data.get("to") or []) or _("nobody: no colleague fits")
    return _("Escalated by the rule “%(rule)s”, %(when)s, to %(people)s") % {
        "rule": event.data.get("rule") or "",
        "when": when,
        "people": people,
    }


def asked(event: RequestEvent) -> str:
    return _("The reporter was asked") + pause(event)


def answered(event: RequestEvent) -> str:
    question = str(event.data.get("question") or "")
    return _("The reporter answered “%(question)s”") % {"question": question[:120]}


def reminded(event: RequestEvent) -> str:
    return _("The reporter was reminded of the question")


def resumed(event: RequestEvent) -> str:
    reason = {
        "review": _("the review date is here"),
        "silence": _("the reporter did not answer"),
    }.get(str(event.data.get("because") or ""))
    return _("Taken up again") + (f" · {reason}" if reason else "")


def pause(event: RequestEvent) -> str:
    """What a hold does to the clock, to be added to its sentence; empty when the clock runs on."""
    if not event.data.get("pauses"):
        return ""
    words = " · " + _("the clock stands still")
    if event.data.get("clock"):
        words += " · " + _("the calendar has no working day, so the target stays as it is")
    return words


def moment(event: RequestEvent, key: str) -> str:
    """A date the event names, in words; empty when it names none."""
    try:
        at = dt.datetime.fromisoformat(str(event.data.get(key) or ""))
    except ValueError:
        return ""
    return dateformat.format(timezone.localtime(at), "l, F j")
