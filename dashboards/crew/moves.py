"""The steps of a job as a crew presses them: the form of each, its words, and the one action it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.crew import forms
from departments.kinds import Kind
from departments.models import Department, StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import ServiceRequest
from requests_app.workflow import BY_NAME, Outcome, Status, outcomes_for


@dataclass(frozen=True)
class Step:
    """What was sent for one job: by whom, when, the cleaned form, and the key of photos stored with it."""

    target: ServiceRequest
    data: dict[str, Any]
    by: Actor
    now: dt.datetime
    draft_key: str

    def common(self) -> dict[str, Any]:
        """What every action takes."""
        return {
            "request_id": self.target.pk,
            "version": self.target.version,
            "by": self.by,
            "now": self.now,
        }


@dataclass(frozen=True)
class FieldMove:
    """One step. ``keeps`` says that the job stays in hand after it, so that its page is shown again."""

    name: str
    transition: str
    button: Promise
    done: Promise
    form: type[forms.JobForm]
    perform: Callable[[Step], object]
    keeps: bool = False


def usual_answer(outcome: Outcome, kind: Kind) -> str:
    """The sentence residents read when the crew typed none; empty where there is no usual one."""
    if outcome == Outcome.DELIVERED and kind == Kind.COLLECT:
        return _("Our crew picked it up.")
    sentences = {
        Outcome.FIXED: _("Our crew fixed it."),
        Outcome.DELIVERED: _("Our crew delivered it."),
        Outcome.ALREADY_FIXED: _("It was done when our crew came."),
        Outcome.RESOLVED_BY_OTHERS: _("Somebody else had taken care of it when our crew came."),
        Outcome.VIOLATION_FOUND: _("Our inspector confirmed it."),
        Outcome.NO_VIOLATION: _("Our inspector looked and found that the rules are met."),
        Outcome.NOT_FOUND: _("Our crew looked and did not find it."),
        Outcome.NO_ACCESS: _("Our crew could not get to it."),
    }
    return sentences.get(outcome, "")


def _start(step: Step) -> object:
    return actions.begin(**step.common())


def _done(step: Step) -> object:
    data = step.data
    comply_by = data.get("comply_by")
    reason = data.get("without_photo") or ""
    return _close(
        step,
        Outcome(data["outcome"]),
        details={
            "case_number": data.get("case_number") or "",
            "comply_by": comply_by.isoformat() if comply_by else "",
        },
        internal_note=_("Without a photo: %(reason)s") % {"reason": reason} if reason else "",
    )


def _not_found(step: Step) -> object:
    return _close(step, Outcome.NOT_FOUND)


def _no_access(step: Step) -> object:
    day = step.data["again_on"]
    if day is None:
        return _close(step, Outcome.NO_ACCESS)
    return actions.hold(
        reason=_("We could not get to it: %(words)s") % {"words": step.data["words"].strip()},
        waiting_for=_("access"),
        review_on=day,
        **step.common(),
    )


def _need_material(step: Step) -> object:
    return actions.hold(
        reason=_("We need material: %(words)s") % {"words": step.data["words"].strip()},
        waiting_for=_("material"),
        review_on=step.data["again_on"],
        **step.common(),
    )


def _other_department(step: Step) -> object:
    chosen = step.data["department"]
    suggested = Department.objects.filter(pk=chosen).first() if chosen else None
    return actions.send_back(reason=step.data["reason"], suggested=suggested, **step.common())


def _photo(step: Step) -> object:
    return actions.add_result_photo(draft_key=step.draft_key, public_note=step.data["words"], **step.common())


def _close(
    step: Step, outcome: Outcome, *, details: dict[str, str] | None = None, internal_note: str = ""
) -> object:
    kind = Kind(step.target.category.kind)
    return actions.close(
        outcome=outcome,
        public_answer=step.data["words"].strip() or usual_answer(outcome, kind),
        details=details,
        internal_note=internal_note,
        draft_key=step.draft_key,
        **step.common(),
    )


_ALL = (
    FieldMove(
        "start",
        "start",
        gettext_lazy("Start"),
        gettext_lazy("Started. It is yours."),
        forms.JobForm,
        _start,
        keeps=True,
    ),
    FieldMove("done", "close", gettext_lazy("Done"), gettext_lazy("Done."), forms.DoneForm, _done),
    FieldMove(
        "not-found",
        "close",
        gettext_lazy("Not found"),
        gettext_lazy("Closed as not found."),
        forms.NotFoundForm,
        _not_found,
    ),
    FieldMove(
        "no-access", "hold", gettext_lazy("No access"), gettext_lazy("Noted."), forms.NoAccessForm, _no_access
    ),
    FieldMove(
        "other-department",
        "send_back",
        gettext_lazy("Not ours"),
        gettext_lazy("Sent back to dispatch."),
        forms.OtherDepartmentForm,
        _other_department,
    ),
    FieldMove(
        "need-material",
        "hold",
        gettext_lazy("Need material"),
        gettext_lazy("On hold until the day you chose."),
        forms.MaterialForm,
        _need_material,
    ),
    FieldMove(
        "photo",
        "add_result_photo",
        gettext_lazy("Only a photo"),
        gettext_lazy("The photo is shown."),
        forms.PhotoForm,
        _photo,
        keeps=True,
    ),
)
MOVES: dict[str, FieldMove] = {move.name: move for move in _ALL}


def possible(target: ServiceRequest, user: StaffUser) -> list[FieldMove]:
    """The steps this person can take now, in the order of the buttons; none for a report that follows another."""
    if target.lead_id is not None:
        return []
    return [move for move in _ALL if _fits(move, target, user)]


def _fits(move: FieldMove, target: ServiceRequest, user: StaffUser) -> bool:
    step = BY_NAME[move.transition]
    if Role(user.role) not in step.roles:
        return False
    if move.name == "photo":
        return Status(target.status) in step.sources
    if target.status == Status.CLOSED:
        return False
    if move.name == "start":
        return Status(target.status) in step.sources and target.assignee_id in {None, user.pk}
    if move.name == "not-found":
        return Outcome.NOT_FOUND in outcomes_for(Kind(target.category.kind))
    if move.name in {"no-access", "need-material"}:
        return Status(target.status) in step.sources
    return True
