"""Sentences of the timeline about what was hidden, corrected and split; and what stands where a report is not shown."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from requests_app.queries.public import PublicRequest
from requests_app.queries.steps import PublicEvent
from requests_app.workflow import EventKind


def place_corrected(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    before, after = str(event.data.get("department_from") or ""), str(event.data.get("department_to") or "")
    if before and after:
        words = _("The place was corrected. It moved from %(before)s to %(after)s")
        return words % {"before": before, "after": after}
    return _("The place was corrected")


def split(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("Split in two: the other part is report %(number)s") % {"number": event.data.get("into", "")}


def born_of(event: PublicEvent) -> str:
    """What a report says first that was a part of another; empty for nearly all."""
    number = str(event.data.get("split_from") or "")
    return (
        _("Split from report %(number)s, which told of two problems") % {"number": number} if number else ""
    )


def other_part(event: PublicEvent) -> str:
    """The number of the other part; empty for events that know none."""
    return str(event.data.get("into") or event.data.get("split_from") or "")


def photo_redacted(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("Parts of a photo were hidden")


def text_redacted(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("Words were hidden")


def unpublished(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if not (for_holder and event.reporter_note):
        return ""
    if event.data.get("objection"):
        return _("We looked at it again: it stays hidden")
    return _("No longer shown online")


def published(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("Shown online again") if for_holder and event.reporter_note else ""


def appealed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You asked us to show it online") if for_holder else ""


def became(events: Iterable[PublicEvent]) -> dict[str, str]:
    """The photos that stand in the place of others, by the address of the one before."""
    return {
        str(event.data["photo"]): str(event.data["became"])
        for event in events
        if event.kind == EventKind.PHOTO_REDACTED and "photo" in event.data
    }


def now_at(public_id: str, successors: dict[str, str]) -> str:
    """The address of a photo today, after it was redacted once, or again."""
    while public_id in successors:
        public_id = successors[public_id]
    return public_id
