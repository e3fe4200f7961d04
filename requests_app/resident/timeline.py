"""The timeline: events as sentences a resident can read. A kind of event without a sentence is a defect and raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from civic311.lib.templatetags.ui import long_date
from departments.kinds import Kind
from requests_app.queries.public import PublicRequest, is_public_number
from requests_app.queries.steps import PublicEvent
from requests_app.resident import protecting
from requests_app.workflow import ActorKind, EventKind, Outcome, Status


@dataclass(frozen=True)
class Thumb:
    """A photo of one step, as `components/timeline.html` draws it."""

    url: str
    thumb: str
    alt: str


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, as `components/timeline.html` draws it."""

    what: str
    who: str
    at: dt.datetime
    words: str
    state: str
    audience: str
    photos: tuple[Thumb, ...] = ()
    other: str = ""
    """The number of another report shown online that this step made, or came from."""


def timeline(request: PublicRequest, *, token: str) -> list[Entry]:
    """The steps that concern residents, newest first, in sentences; ``token`` is empty for the public."""
    for_holder = bool(token)
    shown = {photo.public_id for photo in request.photos}
    successors = protecting.became(request.events)
    entries = []
    for event in request.events:
        sentence = _SENTENCES[EventKind(event.kind)](event, request, for_holder)
        notes = (event.public_note, event.reporter_note if for_holder else "")
        words = "\n\n".join(note for note in notes if note)
        if not sentence and not words:
            continue
        only_theirs = bool(event.reporter_note and not event.public_note)
        entries.append(
            Entry(
                what=sentence or _("Note"),
                who=_who(event, for_holder),
                at=event.occurred_at,
                words=words,
                state=_state(event),
                audience=_("Not shown online") if only_theirs else "",
                photos=tuple(
                    photo_links(public_id, token)
                    for public_id in (
                        protecting.now_at(sent, successors) for sent in event.data.get("photos", ())
                    )
                    if public_id in shown
                ),
                other=_shown_online(protecting.other_part(event)),
            )
        )
    return entries


def _shown_online(number: str) -> str:
    """The number of the other part, when anybody may read it. One statement, for split reports alone."""
    return number if number and is_public_number(number) else ""


def photo_links(public_id: str, token: str) -> Thumb:
    """Where a photo of a step is, for the public or for the holder of the link."""
    name, words = ("resident:own_photo", {"token": token}) if token else ("resident:photo", {})
    large, small = (
        reverse(name, kwargs={**words, "public_id": public_id, "size": size}) for size in ("large", "small")
    )
    return Thumb(large, small, _("Photo sent with this"))


def _who(event: PublicEvent, for_holder: bool) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return _("You") if for_holder else _("The reporter")
    if event.actor_kind == ActorKind.RESIDENT:
        return _("A neighbor")
    return capfirst(event.department)


def _state(event: PublicEvent) -> str:
    if event.to_status == Status.CLOSED and event.from_status != Status.CLOSED:
        return "closed"
    return "now" if event.kind in {EventKind.STARTED, EventKind.REOPENED} else ""


Sentence = Callable[[PublicEvent, PublicRequest, bool], str]


def _received(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if part := protecting.born_of(event):
        return part
    if request.kind == Kind.ANSWER:
        return _("We received your question") if for_holder else _("We received this question")
    if request.kind == Kind.FEEDBACK:
        return _("We received your message") if for_holder else _("We received this message")
    return _("We received your report") if for_holder else _("We received this report")


def _sent_to(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.department:
        return _("Sent to %(name)s") % {"name": event.department}
    return _("Waits for a person who finds the right department")


def _held(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    reason, whom = str(event.data.get("reason") or ""), str(event.data.get("waiting_for") or "")
    words = {"reason": reason.rstrip("."), "whom": whom}
    if reason and whom:
        return _("Paused, waiting for %(whom)s: %(reason)s") % words
    return _("Paused: %(reason)s") % words if reason else _("Paused for now")


def _sent_on(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    before = str(event.data.get("department_from") or "")
    if before and event.department:
        return _("Moved from %(before)s to %(after)s") % {"before": before, "after": event.department}
    return _sent_to(event, request, for_holder)


def _recategorized(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    before, after = str(event.data.get("department_from") or ""), event.department
    if after and before and after != before:
        return _("We filed it under another category. It moved from %(before)s to %(after)s") % {
            "before": before,
            "after": after,
        }
    return _("We filed it under another category")


def _handed_over(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    name = str(event.data.get("partner") or request.partner)
    return _("We passed it on to %(name)s") % {"name": name} if name else _("We passed it on to its owner")


def _noted(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.public_note:
        return _("News from the department")
    return _("A note for you") if event.reporter_note and for_holder else ""


def _closed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return _("You said it is taken care of") if for_holder else _("The reporter says it is taken care of")
    if event.data.get("silence"):
        return _("Closed: our question was not answered")
    outcome = Outcome(event.data.get("outcome") or Outcome.NOT_RECORDED)
    return _("Closed: %(outcome)s") % {"outcome": str(outcome.label).lower()}


def _withdrawn(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You withdrew this report") if for_holder else _("The reporter withdrew this report")


def _reopened(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.actor_kind == ActorKind.REPORTER:
        return (
            _("You said it is not solved. It is open again")
            if for_holder
            else _("Open again: the reporter says it is not solved")
        )
    return _("Open again")


def _confirmed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You said it is solved") if for_holder else _("The reporter says it is solved")


def _disputed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    """What somebody else says was looked at by nobody yet: only the reporter's own "no" is told, to the reporter."""
    own = event.actor_kind == ActorKind.REPORTER
    return _("You said it is not solved. The department was told") if own and for_holder else ""


def _review_asked(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You asked a supervisor to look at it") if for_holder else _("The reporter asked for a review")


def _edited(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You changed the report") if for_holder else _("The reporter changed the report")


def _photo_added(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You added a photo") if for_holder else _("The reporter added a photo")


def _renewed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    words = {"before": _day(event, "due_before"), "after": _day(event, "due_at")}
    if words["before"]:
        return _("New target: %(after)s instead of %(before)s") % words
    return _("New target: %(after)s") % words


def _at_risk(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("We may miss the target of %(day)s") % {"day": _day(event, "due_at")}


def _asked(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("We asked you a question") if for_holder else _("We asked the reporter a question")


def _answered(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return _("You answered our question") if for_holder else _("The reporter answered our question")


def _resumed(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    if event.data.get("because") == "review":
        return _("The pause is over. It is back with the department")
    return _("Taken up again")


def _day(event: PublicEvent, key: str) -> str:
    """A date of an event in words; empty when it holds none."""
    try:
        return long_date(dt.datetime.fromisoformat(str(event.data.get(key) or "")))
    except ValueError:
        return ""


def _merged(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    """Names the first report only while this one follows it and it is shown online."""
    lead = str(event.data.get("lead") or "")
    if lead and lead == request.lead:
        return _("Somebody told us first: %(lead)s. Both reports are worked on together") % {"lead": lead}
    return _("Somebody told us of this before. Both reports are worked on together")


def _parted(event: PublicEvent, request: PublicRequest, for_holder: bool) -> str:
    return (
        _("We looked again: it is another problem. Your report is worked on by itself")
        if for_holder
        else _("We looked again: it is another problem. This report is worked on by itself")
    )


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
    EventKind.REROUTED: _sent_on,
    EventKind.STARTED: _always(gettext_noop("Work has started")),
    EventKind.HELD: _held,
    EventKind.RESUMED: _resumed,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.NOTED: _noted,
    EventKind.PHOTO_PUBLISHED: _silent,
    EventKind.PHOTO_HIDDEN: _silent,
    EventKind.PUBLISHED: protecting.published,
    EventKind.UNPUBLISHED: protecting.unpublished,
    EventKind.CLOSED: _closed,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.REOPENED: _reopened,
    EventKind.CONFIRMED: _confirmed,
    EventKind.DISPUTED: _disputed,
    EventKind.REVIEW_ASKED: _review_asked,
    EventKind.EDITED: _edited,
    EventKind.PHOTO_ADDED: _photo_added,
    EventKind.ERASED: _always(gettext_noop("Personal data was removed")),
    EventKind.UNDONE: _silent,
    EventKind.MIRRORED: _silent,
    EventKind.MERGED: _merged,
    EventKind.JOINED: _silent,
    EventKind.PARTED: _parted,
    EventKind.PRIORITIZED: _silent,
    EventKind.RENEWED: _renewed,
    EventKind.AT_RISK: _at_risk,
    EventKind.ESCALATED: _silent,
    EventKind.ASKED: _asked,
    EventKind.ANSWERED: _answered,
    EventKind.REMINDED: _silent,
    EventKind.TASK_GIVEN: _silent,
    EventKind.TASK_DONE: _silent,
    EventKind.TASK_CANCELLED: _silent,
    EventKind.CLOSING_PLANNED: _silent,
    EventKind.PLACE_CORRECTED: protecting.place_corrected,
    EventKind.SPLIT: protecting.split,
    EventKind.RETURNED: _silent,
    EventKind.BUMPED: _silent,
    EventKind.RESULT_PHOTO: _silent,
    EventKind.PHOTO_REDACTED: protecting.photo_redacted,
    EventKind.TEXT_REDACTED: protecting.text_redacted,
    EventKind.DISPOSED: _silent,
    EventKind.APPEALED: protecting.appealed,
}
