"""What the page of a report shows, to the public and to the holder of its link."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from civic311.lib import clock
from departments.directory import categories
from departments.kinds import Kind
from departments.models import City
from departments.notices import current_notices
from requests_app.actions.reporter import PHOTOS_OF_REPORTER, UNANSWERABLE
from requests_app.queries.asked import waiting_question
from requests_app.queries.expected import Expected, expected_time
from requests_app.queries.holder import message_state
from requests_app.queries.public import PublicPhoto, PublicRequest, public_face
from requests_app.queries.steps import news_of
from requests_app.queries.withheld import hiding_of
from requests_app.resident import presenters
from requests_app.resident.holder_forms import AnswerForm, NotSolvedByReporter, ReviewForm
from requests_app.resident.pins import pin_of
from requests_app.resident.timeline import timeline
from requests_app.workflow import ActorKind, EventKind, Outcome, Status, outcomes_for

JUST_SENT = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Pictures:
    """The photos of a report: one before and one after side by side where there are both, and all the others."""

    before: PublicPhoto | None
    after: PublicPhoto | None
    others: tuple[PublicPhoto, ...]

    def __bool__(self) -> bool:
        return bool(self.before or self.others)


@dataclass(frozen=True)
class Offers:
    """What the holder may do now. ``answered`` is "yes" or "no" when the question of the last closing was answered."""

    confirm: bool = False
    reopen: bool = False
    dispute: bool = False
    answered: str = ""
    review: bool = False
    review_again_on: dt.datetime | None = None
    edit: bool = False
    add_photo: bool = False
    resolve: bool = False
    withdraw: bool = False

    @property
    def asks(self) -> bool:
        """Whether the page asks "is it solved?"."""
        return self.confirm or self.reopen or self.dispute

    @property
    def changes(self) -> bool:
        """Whether anything about the report itself can be changed."""
        return self.edit or self.add_photo or self.resolve or self.withdraw


def page_context(found: PublicRequest, *, token: str) -> dict[str, Any]:
    """What both faces of the page show; ``token`` is empty for the public."""
    now = clock.now()
    for_holder = bool(token)
    category = categories()[found.category_id]
    news = news_of(found.status, found.events)
    return {
        "item": found,
        "token": token,
        "now": now,
        "next_step": presenters.next_step(found, now=now, for_holder=for_holder),
        "answer": presenters.answer(found),
        "lead": _lead(found),
        "where": presenters.whereabouts(found),
        "expected": expected_of(found),
        "target": presenters.target(found, now),
        "missed": presenters.missed(found, now),
        "at_risk": presenters.at_risk(found),
        "clock_words": presenters.clock_words(found, now),
        "how": presenters.how_reported(found),
        "area_words": " · ".join(found.areas),
        "pictures": pictures(found.photos),
        "timeline": timeline(found, token=token),
        "notices": current_notices(category_id=found.category_id, area_ids=found.area_ids)
        if found.is_open
        else [],
        "self_help": category.self_help_in(get_language() or "en") if found.is_open else {},
        "site_url": settings.SITE_URL,
        "bounds": City.current().bounds,
        "news": news,
        "news_url": reverse("resident:own_state", kwargs={"token": token})
        if token
        else reverse("resident:state", kwargs={"number": found.number}),
    }


def holder_context(
    found: PublicRequest,
    *,
    token: str,
    not_solved: NotSolvedByReporter | None = None,
    review: ReviewForm | None = None,
    answer_form: AnswerForm | None = None,
) -> dict[str, Any]:
    """What is added for the holder of the link; forms that were sent come back with their errors."""
    now = clock.now()
    state = message_state(found.id)
    just_sent = found.status == Status.NEW and now - found.created_at < JUST_SENT
    return page_context(found, token=token) | {
        "just_sent": just_sent,
        "hiding": None if found.is_public else hiding_of(found.id),
        "pin": pin_of(found.id) if just_sent else "",
        "own_url": settings.SITE_URL + reverse("resident:track", kwargs={"token": token}),
        "message_address": presenters.masked_email(state.email) if state else "",
        "messages_on": state is not None and state.is_on,
        "offers": offers(found, now),
        "not_solved": not_solved or NotSolvedByReporter(),
        "review": review or ReviewForm(),
        "question": waiting_question(
            found.id, found.events, status=found.status, closed_at=found.closed_at, now=now
        ),
        "answer_form": answer_form or AnswerForm(),
        "reopen_days": settings.REOPEN_WINDOW_DAYS,
        "edit_minutes": settings.EDIT_WINDOW_MINUTES,
        "room_for_photos": PHOTOS_OF_REPORTER - sum(1 for photo in found.photos if not photo.is_result),
    }


def expected_of(found: PublicRequest) -> Expected | None:
    """How long it usually takes and how many are ahead, for an open report. Praise and ideas wait for nothing."""
    if not found.is_open or found.kind == Kind.FEEDBACK:
        return None
    return expected_time(
        category_id=found.category_id,
        area_ids=found.area_ids,
        department_id=found.department_id,
        before=found.created_at,
    )


def pictures(photos: tuple[PublicPhoto, ...]) -> Pictures:
    """The first photo of the reporter beside the first one of the result."""
    before = next((photo for photo in photos if not photo.is_result), None)
    after = next((photo for photo in photos if photo.is_result), None)
    if before is None or after is None:
        return Pictures(None, None, photos)
    return Pictures(before, after, tuple(photo for photo in photos if photo not in (before, after)))


def offers(found: PublicRequest, now: dt.datetime) -> Offers:
    """What the workflow and the time allow the reporter; the actions check it again."""
    if found.is_open:
        return _while_open(found, now)
    answered = _answered(found)
    can_answer = found.outcome not in UNANSWERABLE
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    in_time = found.closed_at is None or now - found.closed_at <= window
    may_object = found.outcome not in {Outcome.WITHDRAWN, Outcome.SPAM}
    # a "no" about a report that follows another one flags both; it does not open the others' reports
    may_open = in_time and found.outcome != Outcome.DUPLICATE and not found.follows
    return Offers(
        confirm=can_answer and answered != "yes",
        reopen=may_object and may_open,
        dispute=may_object and not may_open and answered != "no",
        answered=answered,
    )


def _while_open(found: PublicRequest, now: dt.datetime) -> Offers:
    asked = next((event.occurred_at for event in found.events if event.kind == EventKind.REVIEW_ASKED), None)
    again = asked + dt.timedelta(days=settings.REVIEW_EVERY_DAYS) if asked else None
    is_late = found.due_at is not None and found.due_at < now
    category = categories()[found.category_id]
    return Offers(
        review=is_late and (again is None or again <= now),
        review_again_on=again if again and again > now else None,
        edit=found.status == Status.NEW
        and now - found.created_at <= dt.timedelta(minutes=settings.EDIT_WINDOW_MINUTES),
        add_photo=sum(1 for photo in found.photos if not photo.is_result) < PHOTOS_OF_REPORTER,
        resolve=bool(category.self_help) and Outcome.RESOLVED_BY_OTHERS in outcomes_for(found.kind),
        withdraw=True,
    )


def _answered(found: PublicRequest) -> str:
    """The reporter's newest answer since the last closing."""
    for event in found.events:
        if event.to_status == Status.CLOSED and event.from_status != Status.CLOSED:
            break
        if event.actor_kind == ActorKind.REPORTER and event.kind in {EventKind.CONFIRMED, EventKind.DISPUTED}:
            return "yes" if event.kind == EventKind.CONFIRMED else "no"
    return ""


def _lead(found: PublicRequest) -> dict[str, str] | None:
    """The report that told first, when it is shown online: its number and how it stands."""
    if not found.follows and found.outcome != Outcome.DUPLICATE:
        return None
    number = found.lead if found.follows else presenters.ending(found, for_holder=False).lead
    lead = public_face(number) if number else None
    if lead is None:
        return None
    return {
        "number": lead.number,
        "status": lead.status.value,
        "label": str(lead.status.label),
        "outcome": lead.outcome_label,
    }
