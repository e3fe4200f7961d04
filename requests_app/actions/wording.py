"""Every text of a request in which words can be hidden: the report's own, and whatever was said about it since."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import models

from civic311.lib.masking import mask_personal_data
from requests_app.actions.door import history_door
from requests_app.actions.hiding import Phrases, Text
from requests_app.models import (
    Answer,
    ClosingPlan,
    Comment,
    ReporterQuestion,
    RequestEvent,
    ServiceRequest,
    StaffNotice,
    Task,
)
from requests_app.models.hidden import HiddenIn
from requests_app.workflow import EventKind

NOTES: Final = (HiddenIn.PUBLIC_NOTE, HiddenIn.REPORTER_NOTE, HiddenIn.INTERNAL_NOTE)
COLUMNS: Final = {
    HiddenIn.DESCRIPTION: None,
    HiddenIn.PLACE_NOTE: 300,
    HiddenIn.ADDRESS: 300,
    HiddenIn.HOLD_REASON: 300,
    HiddenIn.WAITING_FOR: 150,
    HiddenIn.WITHHELD_REASON: 300,
}
"""The report's own texts, and how long they may be: the mark can be longer than what it hides."""
FREE_WORDS: Final = ("question", "reason", "waiting_for", "text")
"""What people typed of an event's data; the history's door opens for these alone (migration 0020)."""
NAME_MAX: Final = 80
NOTICE_MAX: Final = 300
_ROWS: Final[tuple[tuple[HiddenIn, type[models.Model], str], ...]] = (
    (HiddenIn.QUESTION, ReporterQuestion, "text"),
    (HiddenIn.REPLY, ReporterQuestion, "answer"),
    (HiddenIn.TASK, Task, "text"),
    (HiddenIn.TASK_RESULT, Task, "result"),
    (HiddenIn.CLOSING_PLAN, ClosingPlan, "public_answer"),
    (HiddenIn.COMMENT, Comment, "text"),
    (HiddenIn.COMMENT_NAME, Comment, "name"),
)


def texts_of(request: ServiceRequest) -> list[Text]:
    """Every text of a request in which words can be hidden, as it stands; empty ones are left out."""
    found = [Text(place, 0, str(getattr(request, place))) for place in COLUMNS]
    found += [
        Text(HiddenIn.ANSWER, pk, value, label)
        for pk, value, label in Answer.objects.filter(request=request)
        .order_by("position", "pk")
        .values_list("pk", "value", "label")
    ]
    for place, model, column in _ROWS:
        rows = model._default_manager.filter(request=request).order_by("pk").values_list("pk", column)
        found += [Text(place, pk, words) for pk, words in rows]
    for row in request.events.order_by("-pk").values("pk", "data", *NOTES):
        found += [Text(place, row["pk"], row[place]) for place in NOTES]
        found.append(Text(HiddenIn.EVENT_DATA, row["pk"], "\n".join(_free_words(row["data"]).values())))
    return [text for text in found if text.words]


def columns_without(request: ServiceRequest, phrases: Phrases) -> dict[str, str]:
    """The report's own texts without the phrases; the public copy of the description follows it."""
    columns = {
        place.value: phrases.hide(str(getattr(request, place)))[:longest]
        for place, longest in COLUMNS.items()
    }
    follows = request.public_description == mask_personal_data(request.description)
    public = (
        mask_personal_data(columns["description"]) if follows else phrases.hide(request.public_description)
    )
    return columns | {"public_description": public}


def hide_in_rows(request: ServiceRequest, changed: list[Text], phrases: Phrases, now: dt.datetime) -> None:
    """Overwrite all texts that stand in rows of their own, and what others carry on from them."""
    _hide_in_answers(request, phrases)
    columns_of = {place: (model, column) for place, model, column in _ROWS}
    for text in changed:
        if text.place in columns_of:
            model, column = columns_of[text.place]
            words = phrases.hide(text.words)
            values = {column: words[:NAME_MAX] if text.place == HiddenIn.COMMENT_NAME else words}
            if text.place == HiddenIn.COMMENT:
                values["public_text"] = mask_personal_data(words)
            model._default_manager.filter(pk=text.row).update(**values)
    for notice in StaffNotice.objects.filter(request=request).exclude(text="").only("text"):
        if (words := phrases.hide(notice.text)) != notice.text:
            StaffNotice.objects.filter(pk=notice.pk).update(text=words[:NOTICE_MAX])
    said = {text.row for text in changed if text.place in {*NOTES, HiddenIn.EVENT_DATA}}
    followers = RequestEvent.objects.filter(request__lead=request, kind=EventKind.MIRRORED)
    mirrored = [event for event in followers if event.data.get("of") in said]
    _hide_in_events([*RequestEvent.objects.filter(pk__in=said), *mirrored], phrases, now)
    for follower in ServiceRequest.objects.filter(lead=request).exclude(hold_reason=""):
        hold_reason, waiting_for = phrases.hide(follower.hold_reason), phrases.hide(follower.waiting_for)
        ServiceRequest.objects.filter(pk=follower.pk).update(
            hold_reason=hold_reason[:300], waiting_for=waiting_for[:150]
        )


def forget_words(request_id: int, now: dt.datetime) -> None:
    """Empty what was asked of a person and answered, what colleagues were told of it, and all notes.

    What a colleague still has to do keeps its row; comments are words of others.
    """
    ReporterQuestion.objects.filter(request=request_id).update(text="", answer="")
    Task.objects.filter(request=request_id).update(text="", result="")
    StaffNotice.objects.filter(request=request_id).update(text="")
    with history_door():
        for event in RequestEvent.objects.filter(request=request_id).only(*NOTES, "data"):
            free = _free_words(event.data)
            if free or any(getattr(event, note) for note in NOTES):
                RequestEvent.objects.filter(pk=event.pk).update(
                    **dict.fromkeys((note.value for note in NOTES), ""),
                    data=event.data | dict.fromkeys(free, ""),
                    redacted_at=now,
                )


def _free_words(data: dict[str, Any]) -> dict[str, str]:
    return {name: data[name] for name in FREE_WORDS if isinstance(data.get(name), str) and data[name].strip()}


def _hide_in_answers(request: ServiceRequest, phrases: Phrases) -> None:
    for answer in Answer.objects.filter(request=request):
        value = phrases.hide(answer.value)
        if value != answer.value:
            answer.public_value = mask_personal_data(value) if answer.public_value else ""
            answer.value = value
            answer.save(update_fields=["value", "public_value"])


def _hide_in_events(events: list[RequestEvent], phrases: Phrases, now: dt.datetime) -> None:
    with history_door():
        for event in events:
            free = {name: phrases.hide(words) for name, words in _free_words(event.data).items()}
            notes = {note.value: phrases.hide(getattr(event, note)) for note in NOTES}
            RequestEvent.objects.filter(pk=event.pk).update(**notes, data=event.data | free, redacted_at=now)
