"""A question to the reporter: the answer brings the request back, silence reminds and then closes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from departments.models import City
from requests_app.actions.actors import Actor
from requests_app.actions.clockwork import WaitKind, stopped
from requests_app.actions.closing import reopen
from requests_app.actions.errors import ActionRefused
from requests_app.actions.responsible import keepers
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, permitted, record, transition
from requests_app.models import ReporterQuestion, RequestEvent, ServiceRequest
from requests_app.models.attention import StaffNoticeKind
from requests_app.workflow import Outcome, Population, Status

WORDS_MAX = 2_000
HOLD_REASON = gettext_noop("We asked the reporter a question")
WAITING_FOR = gettext_noop("the reporter")


@transaction.atomic
def ask(*, request_id: int, version: int | None, text: str, by: Actor, now: dt.datetime) -> RequestEvent:
    """Ask the reporter; the request waits and its clock stands still, when its date has not passed.

    The reporter gets a message and finds the question on the own page. Raises `ActionRefused` for an empty question,
    while another one waits, and for what a colleague found.
    """
    request = lock(request_id)
    permitted(request, "ask", by=by, version=version)
    text = _words(text, _("Write the question."))
    if by.user is None:
        raise ActionRefused(_("Only a colleague can ask."))
    if request.population != Population.RESIDENT:
        raise ActionRefused(_("A colleague found this: there is no reporter to ask."))
    waiting = open_questions(request).first()
    if waiting is not None and request.status == Status.ON_HOLD:
        raise ActionRefused(_("A question waits already: “%(text)s”") % {"text": waiting.text})
    open_questions(request).update(ended_at=now)
    close_at = now + dt.timedelta(days=settings.QUESTION_CLOSE_DAYS)
    review_on = timezone.localdate(close_at, City.current().zone)
    changes: dict[str, Any] = {
        "hold_reason": HOLD_REASON,
        "waiting_for": WAITING_FOR,
        "review_on": review_on,
    }
    data: dict[str, Any] = {"kind": WaitKind.REPORTER.value, "review_on": review_on.isoformat()}
    columns, clock = stopped(request, until=review_on, now=now)
    event = transition(
        request_id=request_id,
        version=version,
        move="ask",
        by=by,
        now=now,
        changes=changes | columns,
        reporter_note=text,
        data=data | clock,
    )
    ReporterQuestion.objects.create(
        request=request,
        event=event,
        text=text,
        asked_by=by.user,
        asked_at=now,
        warn_at=now + dt.timedelta(days=settings.QUESTION_WARN_DAYS),
        close_at=close_at,
    )
    return event


def open_questions(request: ServiceRequest) -> QuerySet[ReporterQuestion]:
    """The question that waits for its answer: one at most."""
    return ReporterQuestion.objects.filter(request=request, ended_at__isnull=True).select_related("asked_by")


@transaction.atomic
def answer(
    *, request_id: int, text: str, by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """The reporter answers, or a colleague writes the answer down for a caller: the request is back in the queue.

    After a closing for silence the answer opens the report again, within the days for a "no".
    """
    request = lock(request_id)
    if request.status == Status.CLOSED:
        late = _silent(request)
        if late is not None:
            return _answer_late(late, request, text, by, now, version)
    step = permitted(request, "answer", by=by, version=version)
    text = _words(text, _("Write your answer."))
    question = open_questions(request).first()
    if question is None:
        raise ActionRefused(_("No question waits for an answer."))
    status = Status(request.status)
    waited = status in {Status.ON_HOLD, Status.NEW}
    event = record(
        request,
        step,
        by=by,
        now=now,
        changes={},
        public_note="",
        reporter_note=text,
        internal_note="",
        data={"question": question.text},
        target=Status.OPEN if waited else status,
    )
    _end(question, text, event, by, now)
    return event


def _answer_late(
    question: ReporterQuestion,
    request: ServiceRequest,
    text: str,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> RequestEvent:
    text = _words(text, _("Write your answer."))
    event = reopen(request_id=request.pk, version=version, reason=text, by=by, now=now)
    _end(question, text, event, by, now)
    return event


def _end(question: ReporterQuestion, text: str, event: RequestEvent, by: Actor, now: dt.datetime) -> None:
    question.answer, question.ended_at = text, now
    question.save(update_fields=["answer", "ended_at"])
    request = event.request
    people = [question.asked_by, *keepers(request)]
    tell(people, StaffNoticeKind.ANSWER, request=request, event=event, now=now, text=text, but=by.user)


def _silent(request: ServiceRequest) -> ReporterQuestion | None:
    """The question whose silence closed this request, if that is how it ended."""
    last = request.events.filter(to_status=Status.CLOSED).exclude(from_status=Status.CLOSED).order_by("-id")
    closing = last.first()
    if closing is None or not closing.data.get("silence"):
        return None
    silence = closing.data["silence"]
    return ReporterQuestion.objects.filter(pk=silence, answer="", request=request).first()


@transaction.atomic
def remind(*, request_id: int, by: Actor, now: dt.datetime, version: int | None = None) -> RequestEvent:
    """Remind the reporter once; from then on there is the whole rest of the time to answer."""
    request = lock(request_id)
    permitted(request, "remind", by=by, version=version)
    question = open_questions(request).first()
    if question is None or question.warned_at is not None or request.status != Status.ON_HOLD:
        raise ActionRefused(_("There is nothing to remind the reporter of."))
    question.close_at = max(question.close_at, now + (question.close_at - question.warn_at))
    question.warned_at = now
    question.save(update_fields=["warned_at", "close_at"])
    review_on = timezone.localdate(question.close_at, City.current().zone)
    columns: dict[str, Any] = {}
    if review_on != request.review_on:
        columns = {"review_on": review_on}
        if request.paused_at is not None:
            columns |= stopped(request, until=review_on, now=now)[0]
    return transition(
        request_id=request_id,
        version=version,
        move="remind",
        by=by,
        now=now,
        changes=columns,
        data={"question": question.text, "close_on": review_on.isoformat()},
    )


@transaction.atomic
def close_for_silence(*, question_id: int, now: dt.datetime) -> RequestEvent:
    """Close what nobody answered, with honest words in the reporter's language; an answer opens it again.

    Reports others joined are not closed over one person's silence: they come back to the queue instead.
    """
    question = ReporterQuestion.objects.select_related("asked_by").get(pk=question_id)
    request = lock(question.request_id)
    question.refresh_from_db()
    waits = question.ended_at is None and question.warned_at is not None and question.close_at <= now
    if not waits or request.status != Status.ON_HOLD:
        raise ActionRefused(_("This question does not wait any more."))
    question.ended_at = now
    question.save(update_fields=["ended_at"])
    by = Actor.system()
    if request.merged_count:
        event = transition(
            request_id=request.pk,
            version=None,
            move="resume",
            by=by,
            now=now,
            data={"because": "silence", "question": question.text},
        )
        people = [question.asked_by, *keepers(request)]
        words = _("The question was not answered.")
        tell(people, StaffNoticeKind.ANSWER, request=request, event=event, now=now, text=words)
        return event
    return transition(
        request_id=request.pk,
        version=None,
        move="close",
        by=by,
        now=now,
        changes={"outcome": Outcome.DECLINED},
        public_note=_farewell(request, question, now),
        data={"outcome": Outcome.DECLINED.value, "silence": question.pk},
    )


def _farewell(request: ServiceRequest, question: ReporterQuestion, now: dt.datetime) -> str:
    zone = City.current().zone
    days = (timezone.localdate(now, zone) - timezone.localdate(question.asked_at, zone)).days
    with translation.override(request.language or "en"):
        return _(
            "We could not go on without an answer to our question, and none came in %(days)s days."
            " The reporter can still answer on the own page within %(more)s days: the report opens again"
            " under the same number."
        ) % {"days": days, "more": settings.REOPEN_WINDOW_DAYS}


def _words(text: str, empty: str) -> str:
    text = text.strip()
    if not text:
        raise ActionRefused(empty)
    if len(text) > WORDS_MAX:
        raise ActionRefused(_("The text is too long: 2,000 characters at most."))
    return text
