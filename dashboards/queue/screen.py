"""The request page: loading it, and everything it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dashboards.queue.choices import catalogue
from dashboards.queue.contact import may_reveal, revealed_reporter
from dashboards.queue.drawn import Action, begun, blank
from dashboards.queue.forms import Desk, MoveForm
from dashboards.queue.history import Show, entries
from dashboards.queue.moves import MOVES, Move, allowed_names, form_moves, quick_moves
from dashboards.queue.panels import LEFT, RIGHT, TOP, At, draw
from dashboards.queue.preview import Preview
from dashboards.queue.said import said_by_residents
from dashboards.queue.undo.marks import waits_from
from departments.directory import categories
from departments.models import StaffUser
from departments.rules import organisation
from requests_app.actions.closing import not_to
from requests_app.models import ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.queries import staff
from requests_app.queries.answers import staff_answers
from requests_app.queries.areas import area_ids
from requests_app.queries.moderation import comments_for_staff
from requests_app.queries.opened import opened_request, request_history
from requests_app.queries.pictures import PhotoRow, photo_rows


def load(user: StaffUser, number: str) -> ServiceRequest:
    """The request, or 404 when it does not exist for this person. The only way the staff's screens reach one."""
    target = opened_request(user, number)
    if target is None:
        raise Http404
    # Categories, departments and partners are few and at hand: three joins less for the most opened page of the day.
    known = categories()
    if target.category_id in known:
        target.category = known[target.category_id]
    departments, partners = organisation()
    if target.department_id in departments:
        target.department = departments[target.department_id]
    if target.partner_id in partners:
        target.partner = partners[target.partner_id]
    return target


@dataclass(frozen=True)
class ShownPhoto:
    """A photo with its state in words and the one thing that can be done about it."""

    public_id: str
    is_waiting: bool
    is_hidden: bool
    is_result: bool
    can_publish: bool
    can_hide: bool
    can_redact: bool


def desk(target: ServiceRequest, user: StaffUser, now: dt.datetime) -> Desk:
    """What the forms of this request need to know."""
    return Desk(
        target=target,
        user=user,
        today=timezone.localdate(now),
        assignable=_assignable(target, user) if target.is_open else (),
    )


def _assignable(target: ServiceRequest, user: StaffUser) -> tuple[tuple[int, str], ...]:
    """Who can have it: colleagues of its department, but for those a second "no" of the reporter keeps away."""
    kept_away = not_to(target)
    people = staff.assignable(user, target.department_id)
    return tuple((pk, name) for pk, name in people if pk not in kept_away)


def make_form(move: Move, at: Desk, data: QueryDict | None = None) -> MoveForm:
    """The form of a move, bound when ``data`` was sent."""
    return move.form(data, desk=at, move=move.name)


def request_page(
    request: HttpRequest,
    target: ServiceRequest,
    *,
    user: StaffUser,
    now: dt.datetime,
    bound: tuple[Move, MoveForm] | None = None,
    preview: Preview | None = None,
    reply_warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the request; ``bound`` is a form that was sent and comes back with its errors, a ``preview``,
    or a template's text and what it leaves open."""
    at = bound[1].desk if bound else desk(target, user, now)
    allowed = allowed_names(target, user.role)
    show_name = request.GET.get("history", "")
    show = Show(show_name) if show_name in Show.values else Show.ALL

    def action(move: Move) -> Action:
        return begun(move, bound[1]) if bound and move.name == bound[0].name else blank(move, at)

    known = catalogue()
    history = request_history(target)
    place = At(target, user, now, allowed, history)
    context: dict[str, Any] = {
        "target": target,
        "now": now,
        "today": at.today,
        "is_overdue": target.is_overdue(now),
        "areas": [known.area_names[pk] for pk in area_ids(target.pk) if pk in known.area_names],
        "act": reverse("queue:detail", args=[target.number]) + "do/",
        "answers": staff_answers(target.pk),
        "photos": [_shown(photo, allowed) for photo in photo_rows(target.pk)],
        "history": entries(history, show, waits_from=waits_from(target)),
        "said": said_by_residents(target, history),
        "history_shows": [(choice.value, choice.label, choice == show) for choice in Show],
        "quick": quick_moves(target, user.role),
        "actions": [action(move) for move in form_moves(target, user.role)],
        "note": action(MOVES["note"]) if "note" in allowed else None,
        "can_publish": "publish" in allowed,
        "unpublish": action(MOVES["unpublish"]) if "unpublish" in allowed else None,
        "can_take": "assign" in allowed
        and target.assignee_id != user.pk
        and any(person == user.pk for person, name in at.assignable),
        "comments": comments_for_staff(target.pk) if target.category.comments_allowed else [],
        "may_reveal": may_reveal(user),
        "reporter": revealed_reporter(target, user=user, session=request.session, now=now)
        if target.has_reporter  # type: ignore[attr-defined]
        else None,
        "error_form": bound[1] if bound and bound[1].errors else None,
        "preview": preview,
        "reply_warning": reply_warning,
        "top_panels": draw(TOP, place),
        "left_panels": draw(LEFT, place),
        "right_panels": draw(RIGHT, place),
    }
    return render(request, "dashboards/queue/detail.html", context, status=status)


def _shown(photo: PhotoRow, allowed: frozenset[str]) -> ShownPhoto:
    return ShownPhoto(
        public_id=photo.public_id,
        is_waiting=photo.state == PhotoState.WAITING,
        is_hidden=photo.state == PhotoState.HIDDEN,
        is_result=photo.purpose == PhotoPurpose.RESULT,
        can_publish="publish_photo" in allowed and photo.state != PhotoState.PUBLISHED,
        can_hide="hide_photo" in allowed and photo.state != PhotoState.HIDDEN,
        can_redact="redact_photo" in allowed,
    )
