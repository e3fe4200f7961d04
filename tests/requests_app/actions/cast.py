"""What the tests of actions share: calling any action with sensible words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from departments.kinds import Priority
from departments.models import EscalationRule, Partner
from requests_app import actions
from requests_app.actions import Actor, tasks
from requests_app.actions.desk import bump
from requests_app.actions.hiding import Phrases
from requests_app.actions.priority import prioritize
from requests_app.actions.transition import transition
from requests_app.models import Photo, ReporterQuestion, RequestEvent, ServiceRequest, Task, UndoWindow
from requests_app.models.photo import PhotoState
from requests_app.photos.pipeline import ProcessedPhoto
from requests_app.workflow import Audience, Outcome, Status
from tests import makers

NOW = makers.NOW
LATER = NOW + dt.timedelta(hours=3)
SOON = NOW + dt.timedelta(minutes=30)
NEXT_WEEK = (NOW + dt.timedelta(days=7)).date()

Call = Callable[..., RequestEvent]


def calls(
    city: makers.SmallCity, made: ServiceRequest
) -> dict[str, Callable[[Actor, int | None], RequestEvent]]:
    """Each action of the workflow by name, to be called with who and the version of the screen."""

    def call(action: Call, **words: Any) -> Callable[[Actor, int | None], RequestEvent]:
        return lambda by, version: action(request_id=made.pk, version=version, by=by, now=LATER, **words)

    partner, _ = Partner.objects.get_or_create(slug="state", defaults={"name": "State Highways"})
    photo, _ = Photo.objects.get_or_create(
        request=made, sha256="0" * 64, defaults={"width": 8, "height": 8, "created_at": NOW}
    )
    Photo.objects.get_or_create(
        draft_key="draft", sha256="1" * 64, defaults={"width": 8, "height": 8, "created_at": NOW}
    )
    return {
        "assign": call(actions.assign, to=None),
        "acknowledge": call(actions.acknowledge),
        "start": call(actions.start),
        "hold": call(actions.hold, reason="Rain", waiting_for="sun", review_on=NEXT_WEEK),
        "resume": call(actions.resume),
        "hand_over": call(actions.hand_over, partner=partner),
        "close": call(actions.close, outcome=Outcome.FIXED, public_answer="Done."),
        "withdraw": lambda by, version: actions.withdraw(request_id=made.pk, by=by, now=LATER),
        "reopen": call(actions.reopen, reason="Not right"),
        "recategorize": call(actions.recategorize, category=city.rats),
        "reroute": call(actions.reroute, department=city.waste, reason="Theirs"),
        "note": call(actions.add_note, text="A note", audience=Audience.STAFF),
        "prioritize": call(prioritize, priority=Priority.URGENT),
        "publish_photo": lambda by, version: actions.publish_photo(
            photo=photo, version=version, by=by, now=LATER
        ),
        "hide_photo": lambda by, version: actions.hide_photo(photo=photo, version=version, by=by, now=LATER),
        "publish": call(actions.publish),
        "unpublish": call(actions.unpublish, reason="A name"),
        "confirm": call(actions.confirm),
        "dispute": call(actions.dispute, reason="Still there"),
        "resolve_own": call(actions.resolve_own),
        "ask_review": call(actions.ask_review),
        "edit": lambda by, version: actions.edit(
            request_id=made.pk, version=version, description="A hole", place_note="", by=by, now=SOON
        ),
        "erase": call(actions.erase),
        "add_photo": call(actions.add_photo, draft_key="draft"),
        "correct_place": call(
            actions.correct_place, place=actions.NewPlace("200 Main St", latitude=39.3, longitude=-76.55)
        ),
        "split": call(
            actions.split, category=city.rats, description="Rats in the hole", remaining="A deep hole"
        ),
        "redact_photo": lambda by, version: actions.redact_photo(
            photo=photo,
            version=version,
            redacted=ProcessedPhoto("2" * 64, 8, 8, {}, None),
            boxes=1,
            show=False,
            reason="A license plate",
            by=by,
            now=LATER,
        ),
        "redact_text": call(actions.redact_text, phrases=Phrases(("hole",)), reason="Somebody's hole"),
        "dispose": lambda by, version: actions.dispose(
            request_id=restricted(made).pk, version=version, reason="Schedule 12", by=by, now=LATER
        ),
        "appeal": lambda by, version: actions.appeal(
            request_id=hidden(made).pk, version=version, words="It is my street", by=by, now=LATER
        ),
        "bump": call(bump, note="Deeper now"),
        "renew": call(actions.renew, due_on=NEXT_WEEK, reason="The asphalt plant is closed."),
        "warn": lambda by, version: actions.warn(request_id=made.pk, version=version, by=by, now=SOON),
        "escalate": lambda by, version: actions.escalate(
            request_id=made.pk, rule_id=late_rule().pk, version=version, by=by, now=LATER
        ),
        "ask": call(actions.ask, text="Which side of the street?"),
        "answer": lambda by, version: actions.answer(
            request_id=question(made).request_id, version=version, text="The left side", by=by, now=LATER
        ),
        "remind": lambda by, version: actions.remind(
            request_id=question(made).request_id, version=version, by=by, now=LATER
        ),
        "give_task": call(tasks.give_task, text="Is the pipe yours?", department=city.waste),
        "finish_task": lambda by, version: tasks.finish_task(
            task_id=task(city, made).pk, version=version, result="It is ours.", by=by, now=LATER
        ),
        "cancel_task": lambda by, version: tasks.cancel_task(
            task_id=task(city, made).pk, version=version, by=by, now=LATER
        ),
        "plan_closing": lambda by, version: tasks.plan_closing(
            request_id=task(city, made).request_id,
            version=version,
            outcome=Outcome.FIXED,
            public_answer="The pipe is mended.",
            by=by,
            now=LATER,
        ),
        "merge": lambda by, version: actions.merge(
            request_id=made.pk,
            version=version,
            lead_id=makers.submitted(city.pothole).request.pk,
            by=by,
            now=LATER,
        ),
        "join": lambda by, version: actions.take_in(
            request_id=made.pk,
            version=version,
            others={makers.submitted(city.pothole).request.pk: None},
            by=by,
            now=LATER,
        ),
        "mirror": lambda by, version: transition(
            request_id=made.pk, version=version, move="mirror", by=by, now=LATER, target=Status.OPEN
        ),
        "part": lambda by, version: actions.part(
            request_id=following(city, made).pk, version=version, by=by, now=LATER
        ),
        "send_back": call(actions.send_back, reason="Not our road"),
        "undo": lambda by, version: actions.undo(
            event_id=window(city, made).event_id, version=version, by=by, now=LATER
        ),
        "add_result_photo": call(actions.add_result_photo, draft_key="draft"),
    }


def window(city: makers.SmallCity, made: ServiceRequest) -> UndoWindow:
    """The newest event of the request can still be undone, as if a dispatcher had just made it."""
    return UndoWindow.objects.get_or_create(
        event=RequestEvent.objects.filter(request=made).latest("pk"),
        defaults={
            "request": made,
            "user": makers.staff("dispatcher", city.streets),
            "before": {},
            "until": LATER + dt.timedelta(minutes=5),
        },
    )[0]


def task(city: makers.SmallCity, made: ServiceRequest) -> Task:
    """An open task for another department, as if somebody had given it before."""
    return Task.objects.create(
        request=made,
        department=city.waste,
        text="Is the pipe yours?",
        given_by=makers.staff("dispatcher", city.streets),
        created_at=NOW,
    )


def following(city: makers.SmallCity, made: ServiceRequest) -> ServiceRequest:
    """The request as if somebody had joined it with an earlier one before."""
    lead = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(lead=lead)
    return made


def late_rule() -> EscalationRule:
    """A rule that acts one hour after the date."""
    rule, _ = EscalationRule.objects.get_or_create(
        name="Late", defaults={"hours": 1, "to_role": "supervisor"}
    )
    return rule


def restricted(made: ServiceRequest) -> ServiceRequest:
    """The request with an unredacted photo, as if somebody had redacted one before."""
    Photo.objects.get_or_create(
        request=made,
        sha256="3" * 64,
        defaults={"width": 8, "height": 8, "state": PhotoState.RESTRICTED, "created_at": NOW},
    )
    return made


def hidden(made: ServiceRequest) -> ServiceRequest:
    """The request as if staff had taken it offline before."""
    ServiceRequest.objects.filter(pk=made.pk).update(is_public=False)
    return made


def question(made: ServiceRequest) -> ReporterQuestion:
    """The question that waits for its answer, as if somebody had asked it before."""
    asked = ReporterQuestion.objects.filter(request=made).first()
    if asked is not None:
        return asked
    return ReporterQuestion.objects.create(
        request=made,
        event=made.events.order_by("pk")[0],
        text="Which side?",
        asked_by=makers.staff("dispatcher"),
        asked_at=NOW,
        warn_at=NOW + dt.timedelta(days=7),
        close_at=NOW + dt.timedelta(days=14),
    )


def made_in(status: Status, city: makers.SmallCity, by: Actor) -> ServiceRequest:
    """A pothole brought to this status through the real actions."""
    city.pothole.self_help = {"en": {"text": "A broom helps."}}
    city.pothole.save()
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(due_at=NOW + dt.timedelta(hours=1))
    todo = calls(city, made)
    steps = {
        Status.NEW: (),
        Status.OPEN: ("acknowledge",),
        Status.IN_PROGRESS: ("start",),
        Status.ON_HOLD: ("hold",),
        Status.WITH_PARTNER: ("hand_over",),
        Status.CLOSED: ("close",),
    }[status]
    for step in steps:
        todo[step](by, None)
    return ServiceRequest.objects.get(pk=made.pk)
