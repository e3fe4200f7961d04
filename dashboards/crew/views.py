"""The crew's list, one job, the day's sheet, and what the phone keeps for bad reception."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from civic311.lib import clock
from dashboards.crew.access import SUPERVISORS, crew_user
from dashboards.crew.forms import FoundForm, JobForm
from dashboards.crew.found import found_context
from dashboards.crew.moves import FieldMove
from dashboards.crew.ordering import Order, Point, in_order
from dashboards.crew.presenters import actions_for, cards, way_url
from dashboards.crew.qr import qr
from dashboards.crew.where import Way, way
from dashboards.queue.history import HistoryEntry, entry
from dashboards.queue.screen import load
from dashboards.queue.undo import bars
from departments.directory import categories
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.queries import fieldwork
from requests_app.queries.answers import staff_answers
from requests_app.queries.pictures import photo_rows
from requests_app.workflow import Status

KEPT_MOST = 40
SHEET_MOST = 60
NOTES_SHOWN = 4


def end_of(today: dt.date) -> dt.datetime:
    """Midnight after this day, in the city's zone."""
    return timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min))


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """``/crew/``: my jobs, the next one on top; ``?list=free`` is what nobody has."""
    user, now = crew_user(request), clock.now()
    today = timezone.localdate(now)
    which = "free" if request.GET.get("list") == "free" else "mine"
    mine = fieldwork.my_jobs(user)
    finished = fieldwork.done_since(user, end_of(today) - dt.timedelta(days=1))
    chosen = way(request, last=_last_place(mine, finished))
    waiting = [
        job for job in mine if job.status == Status.ON_HOLD and job.review_on and job.review_on > today
    ]
    due = [job for job in mine if job not in waiting]
    shown = fieldwork.free_jobs(user) if which == "free" else due
    jobs = in_order(shown, chosen.order, chosen.start)
    end = end_of(today)
    context = {
        "which": which,
        "cards": cards(jobs, start=chosen.start, now=now, end_of_day=end),
        "waiting": cards(waiting, start=chosen.start, now=now, end_of_day=end),
        "way": chosen,
        "orders": [(order.value, order.label, order == chosen.order) for order in Order],
        "count": len(due),
        "overdue": sum(1 for job in due if job.due_at is not None and job.due_at < now),
        "done": len(finished),
        "key": str(uuid.uuid4()),
        "undo": own_undo(user, now, reverse("crew:list")),
        "now": now,
        "is_supervisor": user.role in SUPERVISORS,
    }
    return render(request, "dashboards/crew/list.html", context, status=400 if chosen.problem else 200)


def own_undo(user: StaffUser, now: dt.datetime, back_to: str) -> dict[str, Any] | None:
    """What this person did just now and can take back; the way back leads here."""
    bar = bars.own(user, now)
    return bar | {"next": back_to} if bar else None


def _last_place(mine: list[fieldwork.Job], finished: list[tuple[float | None, float | None]]) -> Point | None:
    """Where this person worked last: the job under way, else the one finished last today."""
    running = [job for job in mine if job.status == Status.IN_PROGRESS and job.point is not None]
    if running:
        return max(running, key=lambda job: job.updated_at).point
    for latitude, longitude in finished:
        if latitude is not None and longitude is not None:
            return (latitude, longitude)
    return None


@require_safe
def job(request: HttpRequest, number: str) -> HttpResponse:
    """``/crew/<number>/``: one job with its buttons."""
    user = crew_user(request)
    try:
        target = load(user, number)
    except Http404:
        return gone_page(request, user, number)
    return job_page(request, target, user=user)


def gone_page(request: HttpRequest, user: StaffUser, number: str) -> HttpResponse:
    """404 with the reason, for a job this person had before; a plain 404 for every other number."""
    last = fieldwork.once_mine(user, number)
    if last is None:
        raise Http404
    context = {"number": number, "last": entry(last), "now": clock.now()}
    return render(request, "dashboards/crew/gone.html", context, status=404)


def job_page(
    request: HttpRequest,
    target: ServiceRequest,
    *,
    user: StaffUser,
    bound: tuple[FieldMove, JobForm] | None = None,
    overtaken: list[str] | None = None,
    typed: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the job; ``bound`` is a form that comes back, ``overtaken`` why it was not saved, ``typed`` its words."""
    now = clock.now()
    photos = [
        photo
        for photo in photo_rows(target.pk)
        if photo.state not in {PhotoState.HIDDEN, PhotoState.RESTRICTED}
    ]
    context = job_context(target, user, today=timezone.localdate(now), bound=bound) | {
        "now": now,
        "is_overdue": target.is_overdue(now),
        "photos": [(photo, photo.purpose == PhotoPurpose.RESULT) for photo in photos],
        "answers": staff_answers(target.pk),
        "joined": fieldwork.joined_with(target.pk, user) if target.merged_count else [],
        "overtaken": overtaken,
        "typed": typed,
        "error_form": bound[1] if bound and bound[1].errors else None,
        "notes": _notes(target),
    }
    return render(request, "dashboards/crew/job.html", context, status=status)


def job_context(
    target: ServiceRequest,
    user: StaffUser,
    *,
    today: dt.date,
    bound: tuple[FieldMove, JobForm] | None = None,
) -> dict[str, Any]:
    """What the job's card with its forms needs; also drawn for the phone to keep."""
    actions = actions_for(target, user, today=today, bound=bound)
    return {
        "target": target,
        "way_url": way_url(target.latitude, target.longitude)
        if target.latitude is not None and target.longitude is not None
        else "",
        "reporters": 1 + target.merged_count + target.support_count,
        "start": next((each for each in actions if each.move.name == "start"), None),
        "actions": [each for each in actions if each.move.name != "start"],
        "holder": target.assignee if target.assignee_id != user.pk else None,
    }


def _notes(target: ServiceRequest) -> list[HistoryEntry]:
    """The last events that carry words of staff, the newest first."""
    events = target.events.exclude(internal_note="", public_note="").order_by("-id")[:NOTES_SHOWN]
    return [entry(event) for event in events]


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """``/crew/kept/``: my jobs with their forms in one answer, for the phone to keep until the reception is back."""
    user, now = crew_user(request), clock.now()
    today = timezone.localdate(now)
    context = {
        "jobs": [job_context(target, user, today=today) for target in _my_requests(user)],
        "found": found_context(user, FoundForm(), now=now),
        "now": now,
    }
    return render(request, "dashboards/crew/kept.html", context)


def _my_requests(user: StaffUser) -> list[ServiceRequest]:
    known = categories()
    rows = list(
        ServiceRequest.objects.visible_to(user)
        .open()
        .filter(assignee=user, lead__isnull=True)
        .select_related("assignee", "department")
        .order_by("due_at", "id")[:KEPT_MOST]
    )
    for row in rows:
        row.category = known[row.category_id]
    return rows


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """``/crew/sheet/``: the day on paper, each job with a code that opens it on the phone."""
    user, now = crew_user(request), clock.now()
    today = timezone.localdate(now)
    mine = fieldwork.my_jobs(user)
    chosen: Way = way(request, last=_last_place(mine, []))
    due = [job for job in mine if not (job.review_on and job.review_on > today)]
    jobs = in_order(due, chosen.order, chosen.start)[:SHEET_MOST]
    rows = [
        (card, qr(settings.SITE_URL + reverse("crew:job", args=[card.job.number])))
        for card in cards(jobs, start=chosen.start, now=now, end_of_day=end_of(today))
    ]
    context = {
        "rows": rows,
        "more": len(due) - len(rows),
        "order": chosen.order.label,
        "today": today,
        "now": now,
    }
    return render(request, "dashboards/crew/sheet.html", context)


@require_safe
def token(request: HttpRequest) -> JsonResponse:
    """``/crew/token/``: a fresh proof for forms the phone kept, and whose phone this is now."""
    user = crew_user(request)
    answer = JsonResponse({"token": get_token(request), "user": user.pk})
    answer["Cache-Control"] = "no-store"
    return answer


@login_not_required
@transaction.non_atomic_requests
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """``/crew/offline/``: the empty page the phone shows without reception; it fills itself from what the phone kept."""
    response = render(request, "dashboards/crew/offline.html")
    response["Cache-Control"] = "no-cache"
    return response
