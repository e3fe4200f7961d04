"""Each button of the request page: its form, its words, and the one action it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.queue import answering, forms
from departments.kinds import Priority
from departments.models import Category, Department, Partner, StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.clockwork import WaitKind
from requests_app.actions.mirroring import LED
from requests_app.actions.priority import prioritize
from requests_app.models import Photo, ServiceRequest
from requests_app.workflow import BY_NAME, Audience, Outcome, Status, Transition, available

Perform = Callable[[ServiceRequest, dict[str, Any], Actor, dt.datetime], object]


@dataclass(frozen=True)
class Move:
    """A transition of the workflow as the screen offers it. ``is_quick`` moves need one press, others open a form."""

    name: str
    button: Promise
    done: Promise
    form: type[forms.MoveForm]
    perform: Perform
    is_quick: bool = False

    @property
    def transition(self) -> Transition:
        return BY_NAME[self.name]


def _common(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> dict[str, Any]:
    return {"request_id": target.pk, "version": data["version"], "by": by, "now": now}


def _assign(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    chosen = data["assignee"]
    to = None if chosen == forms.NOBODY else StaffUser.objects.get(pk=chosen)
    return actions.assign(to=to, **_common(target, data, by, now))


def _acknowledge(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.acknowledge(**_common(target, data, by, now))


def _start(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.start(public_note=data["public_note"], **_common(target, data, by, now))


def _hold(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.hold(
        reason=data["reason"],
        waiting_for=data["waiting_for"],
        review_on=data["review_on"],
        kind=WaitKind(data["kind"] or WaitKind.OTHER),
        pauses=data.get("pauses", False),
        **_common(target, data, by, now),
    )


def _resume(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.resume(**_common(target, data, by, now))


def _hand_over(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    partner = Partner.objects.get(pk=data["partner"])
    return actions.hand_over(
        partner=partner, public_note=data["public_note"], **_common(target, data, by, now)
    )


def _close(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    outcome = Outcome(data["outcome"])
    return actions.close(
        outcome=outcome,
        public_answer=answering.whole_answer(data),
        internal_note=data["internal_note"],
        details={
            "case_number": data.get("case_number") or "",
            "comply_by": data["comply_by"].isoformat() if data.get("comply_by") else "",
            "try_again_on": data["try_again_on"].isoformat() if data.get("try_again_on") else "",
            "lead": data["lead"],
            "partner_id": data["partner"],
            "partner_reference": data["partner_reference"],
        },
        cancel_tasks=bool(data.get("cancel_tasks")),
        **_common(target, data, by, now),
    )


def _reopen(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.reopen(reason=data["reason"], **_common(target, data, by, now))


def _recategorize(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    category = Category.objects.get(pk=data["category"])
    return actions.recategorize(category=category, **_common(target, data, by, now))


def _reroute(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    department = Department.objects.get(pk=data["department"])
    return actions.reroute(department=department, reason=data["reason"], **_common(target, data, by, now))


def _note(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    audience = Audience(data["audience"])
    return actions.add_note(text=data["text"], audience=audience, **_common(target, data, by, now))


def _prioritize(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    priority = Priority(data["priority"])
    return prioritize(priority=priority, internal_note=data["reason"], **_common(target, data, by, now))


def _publish(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.publish(**_common(target, data, by, now))


def _unpublish(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.unpublish(
        reason=data["reason"],
        published_reason=data["published_reason"],
        **_common(target, data, by, now),
    )


def _photo(target: ServiceRequest, data: dict[str, Any]) -> Photo:
    photo = Photo.objects.filter(request=target, public_id=data["photo"]).first()
    if photo is None:
        raise Http404
    return photo


def _publish_photo(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.publish_photo(photo=_photo(target, data), version=data["version"], by=by, now=now)


def _hide_photo(target: ServiceRequest, data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
    return actions.hide_photo(photo=_photo(target, data), version=data["version"], by=by, now=now)


_ALL = (
    Move("assign", _("Assign"), _("Assigned."), forms.AssignForm, _assign),
    Move("acknowledge", _("Acknowledge"), _("Acknowledged."), forms.MoveForm, _acknowledge, is_quick=True),
    Move("start", _("Start work"), _("Work is marked as started."), forms.StartForm, _start, is_quick=True),
    Move("close", _("Close with an answer"), _("Closed."), answering.CloseForm, _close),
    Move("hold", _("Put on hold"), _("On hold until the day you chose."), forms.HoldForm, _hold),
    Move("resume", _("Take up again"), _("Taken up again."), forms.MoveForm, _resume, is_quick=True),
    Move(
        "hand_over",
        _("Hand to a partner"),
        _("Handed over. We keep tracking it."),
        forms.HandOverForm,
        _hand_over,
    ),
    Move("reopen", _("Reopen"), _("Reopened."), forms.ReopenForm, _reopen),
    Move("recategorize", _("Change category"), _("Category changed."), forms.RecategorizeForm, _recategorize),
    Move("reroute", _("Send to another department"), _("Sent."), forms.RerouteForm, _reroute),
    Move("prioritize", _("Change priority"), _("Priority changed."), forms.PrioritizeForm, _prioritize),
    Move("note", _("Add note"), _("Note added."), answering.NoteForm, _note),
    Move("publish", _("Show online"), _("Shown online."), forms.MoveForm, _publish, is_quick=True),
    Move("unpublish", _("Take offline"), _("Taken offline."), forms.UnpublishForm, _unpublish),
    Move(
        "publish_photo", _("Show"), _("The photo is shown."), forms.PhotoForm, _publish_photo, is_quick=True
    ),
    Move("hide_photo", _("Hide"), _("The photo is hidden."), forms.PhotoForm, _hide_photo, is_quick=True),
)
MOVES: dict[str, Move] = {move.name: move for move in _ALL}
IN_PANELS = frozenset(
    {
        "undo",
        "merge",
        "join",
        "part",
        "renew",
        "ask",
        "answer",
        "give_task",
        "finish_task",
        "cancel_task",
        "plan_closing",
        "correct_place",
        "split",
        "send_back",
        "bump",
        "add_result_photo",
        "redact_photo",
        "redact_text",
        "dispose",
    }
)
"""Moves with a place and an address of their own: `dashboards.queue.panels`, the desk, the crew's pages."""

_FORMS_IN_ORDER: dict[Status, tuple[str, ...]] = {
    Status.NEW: ("assign", "close", "hold", "hand_over", "recategorize", "reroute", "prioritize"),
    Status.OPEN: ("assign", "close", "hold", "hand_over", "recategorize", "reroute", "prioritize"),
    Status.IN_PROGRESS: ("close", "hold", "assign", "hand_over", "recategorize", "reroute", "prioritize"),
    Status.ON_HOLD: ("close", "hold", "assign", "hand_over", "recategorize", "reroute", "prioritize"),
    Status.WITH_PARTNER: ("close", "assign", "recategorize", "reroute", "prioritize"),
    Status.CLOSED: ("reopen",),
}
_QUICK_IN_ORDER: dict[Status, tuple[str, ...]] = {
    Status.NEW: ("start", "acknowledge"),
    Status.OPEN: ("start",),
    Status.IN_PROGRESS: (),
    Status.ON_HOLD: ("resume", "start"),
    Status.WITH_PARTNER: ("resume", "start"),
    Status.CLOSED: (),
}


def allowed_names(target: ServiceRequest, role: str) -> frozenset[str]:
    """The moves the workflow offers this role now; showing and hiding follow what is shown now.

    A report that follows another one goes through that one's moves.
    """
    names = {move.name for move in available(Status(target.status), Role(role))}
    if target.lead_id is not None:
        names -= LED
    return frozenset(names - {"publish" if target.is_public else "unpublish"})


def quick_moves(target: ServiceRequest, role: str) -> list[Move]:
    """One-press moves, the likeliest first."""
    allowed = allowed_names(target, role)
    return [MOVES[name] for name in _QUICK_IN_ORDER[Status(target.status)] if name in allowed]


def form_moves(target: ServiceRequest, role: str) -> list[Move]:
    """Moves that ask something first, the likeliest first."""
    allowed = allowed_names(target, role)
    return [MOVES[name] for name in _FORMS_IN_ORDER[Status(target.status)] if name in allowed]
