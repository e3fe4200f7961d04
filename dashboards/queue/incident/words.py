"""The history's sentences about reports of one problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import RequestEvent
from requests_app.workflow import EventKind

NAMED = 5
Sentence = Callable[[RequestEvent], str]


def merged(event: RequestEvent) -> str:
    """The report follows another one now."""
    return _("Joined with %(lead)s, which leads") % {"lead": event.data.get("lead") or _("another report")}


def parted(event: RequestEvent) -> str:
    """The report stands for itself again."""
    return _("Parted from %(lead)s; stands for itself again") % {
        "lead": event.data.get("lead") or _("another report")
    }


def joined(event: RequestEvent) -> str:
    """Other reports came to this one, left it, or let it lead."""
    if event.data.get("left"):
        return _("%(numbers)s no longer follows this report") % {"numbers": _names(event.data["left"])}
    if event.data.get("leads"):
        return _("Leads now, in place of %(before)s") % {"before": event.data.get("before", "")}
    numbers = event.data.get("numbers") or []
    words = ngettext(
        "Another report follows this one: %(numbers)s",
        "%(count)s reports follow this one: %(numbers)s",
        len(numbers),
    )
    return words % {"count": len(numbers), "numbers": _names(numbers)}


def mirrored(event: RequestEvent, sentences: dict[Any, Sentence]) -> str:
    """What the first report went through, and this one with it."""
    lead = event.data.get("lead") or _("the first report")
    if event.data.get("swapped"):
        return _("Follows %(lead)s now") % {"lead": lead}
    if event.told_as == EventKind.MIRRORED:
        return str(EventKind.MIRRORED.label)
    return _("With %(lead)s: %(what)s") % {"lead": lead, "what": sentences[event.told_as](event)}


def disputed_elsewhere(event: RequestEvent) -> str:
    """Somebody whose report follows this one says it is not solved."""
    return _("The reporter of %(number)s says it is not solved") % {"number": event.data["follower"]}


def _names(numbers: list[str]) -> str:
    shown = ", ".join(numbers[:NAMED])
    more = len(numbers) - NAMED
    return _("%(shown)s and %(more)s more") % {"shown": shown, "more": more} if more > 0 else shown
