"""One step of a job: checked against what others did meanwhile, done once for each key, answered in words."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civic311.lib import clock
from dashboards.crew.access import crew_user
from dashboards.crew.answers import refused, saved
from dashboards.crew.forms import JobForm
from dashboards.crew.moves import MOVES, FieldMove, Step, possible
from dashboards.crew.views import gone_page, job_page
from dashboards.queue.history import HistoryEntry, entry
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, StaleRequest
from requests_app.actions.field import key_scope
from requests_app.actions.keys import hashed, once, was_spent
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.queries import fieldwork, staff
from requests_app.resident.uploads import receive
from requests_app.workflow import BY_NAME, ActorKind, EventKind

HARMLESS = frozenset(
    {
        EventKind.PHOTO_PUBLISHED,
        EventKind.PHOTO_HIDDEN,
        EventKind.PRIORITIZED,
        EventKind.BUMPED,
        EventKind.JOINED,
        EventKind.REMINDED,
        EventKind.AT_RISK,
        EventKind.ESCALATED,
    }
)
"""What may happen to a job while the phone has no reception without a word to its crew."""


@require_POST
@transaction.non_atomic_requests
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """``/crew/<number>/do/<name>/``. 404 out of sight, 409 when others were faster; nothing typed is lost."""
    user, now = crew_user(request), clock.now()
    move = MOVES.get(name)
    if move is None:
        raise Http404
    if user.role not in BY_NAME[move.transition].roles:
        raise PermissionDenied
    by = Actor.staff(user)
    key = request.POST.get("key", "")[:64]
    try:
        target = load(user, number)
    except Http404:
        return _gone(request, user, number)
    url = reverse("crew:job", args=[number]) if move.keeps else reverse("crew:list")
    if key and was_spent(scope=key_scope(by), key=key):
        return saved(request, str(move.done), url)
    form = move.form(request.POST, target=target, user=user, today=timezone.localdate(now), name=move.name)
    is_valid = form.is_valid()
    seen = form.cleaned_data.get("version")
    if seen is None:
        raise BadRequest("version")
    others = _by_others(target, seen, user)
    if others or move not in possible(target, user):
        return _overtaken(request, target, move, form, others, user=user)
    if not is_valid:
        return _again(request, target, move, form, user=user, status=400)
    received = receive(request, "photos", now=now)
    for refusal in received.refusals:
        form.add_error("photos" if "photos" in form.fields else None, refusal)
    if form.errors or not _photo_said(form, received.draft_key):
        return _again(request, target, move, form, user=user, status=400)
    step = Step(target, form.cleaned_data, by, now, received.draft_key)
    content = hashed(
        [number, name, [[each, str(form.cleaned_data[each])] for each in sorted(form.cleaned_data)]]
    )
    try:
        once(
            lambda: move.perform(step),
            scope=key_scope(by),
            key=form.cleaned_data["key"] or form.initial["key"],
            content=content,
            request_id=target.pk,
            now=now,
        )
    except StaleRequest:
        target = load(user, number)
        return _overtaken(request, target, move, form, _by_others(target, seen, user), user=user)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _again(request, target, move, form, user=user, status=409)
    return saved(request, f"{number}: {move.done}", url)


def _by_others(target: ServiceRequest, seen: int, user: StaffUser) -> list[RequestEvent]:
    """What others did since the screen was drawn that the crew must know before its own step is written.

    One's own steps do not count: a phone without reception keeps several, all drawn with the same version.
    """
    return [
        event
        for event in staff.events_since(target, seen)
        if event.actor_id != user.pk
        and event.kind not in HARMLESS
        and not (event.actor_kind == ActorKind.SYSTEM and event.from_status == event.to_status)
    ]


def _photo_said(form: JobForm, draft_key: str) -> bool:
    """A supervisor who closes without the photo the category asks for says why."""
    if "without_photo" not in form.fields or draft_key or form.cleaned_data["without_photo"].strip():
        return True
    form.add_error("without_photo", _("Add a photo, or say why there is none."))
    return False


def _gone(request: HttpRequest, user: StaffUser, number: str) -> HttpResponse:
    last = fieldwork.once_mine(user, number)
    if last is None:
        raise Http404
    words = _("%(number)s is no longer with your department. Yours was not saved.") % {"number": number}
    answer = refused(request, f"{words}\n{_sentence(entry(last))}", status=404)
    return answer or gone_page(request, user, number)


def _overtaken(
    request: HttpRequest,
    target: ServiceRequest,
    move: FieldMove,
    form: JobForm,
    others: list[RequestEvent],
    *,
    user: StaffUser,
) -> HttpResponse:
    """409: what happened meanwhile beside what was typed; the form on the present version, when it is still possible."""
    lines = [_sentence(entry(event)) for event in reversed(others)] or [_no_longer(target, user)]
    words = "\n".join([*lines, _("Yours was not saved. What you typed is here.")])
    answer = refused(request, words, status=409, url=reverse("crew:job", args=[target.number]))
    if answer is not None:
        return answer
    typed = [
        (str(field.label), str(field.value()))
        for field in form.visible_fields()
        if field.value() and field.name in {"words", "reason", "case_number", "without_photo"}
    ]
    bound = None
    if move in possible(target, user):
        data = request.POST.copy()
        data["version"] = str(target.version)
        fresh = move.form(
            data, target=target, user=user, today=timezone.localdate(clock.now()), name=move.name
        )
        bound, typed = (move, fresh), []
    return job_page(request, target, user=user, bound=bound, overtaken=lines, typed=typed, status=409)


def _no_longer(target: ServiceRequest, user: StaffUser) -> str:
    """Why the step does not fit, when nobody did anything since the screen was drawn."""
    if target.lead is not None:
        words = _("This was joined with %(number)s. Do the work there; this one follows.")
        return words % {"number": target.lead.number}
    if target.assignee_id not in {None, user.pk} and target.assignee is not None:
        return _("%(name)s has this job.") % {"name": target.assignee.name}
    return _("This is not possible while the job is %(status)s.") % {
        "status": str(target.get_status_display()).lower()
    }


def _sentence(each: HistoryEntry) -> str:
    """Such as "Maria Ortiz: Closed: fixed (Tue 10:20)"."""
    local: dt.datetime = timezone.localtime(each.at)
    who = each.who or _("The system")
    return f"{who}: {each.what} ({local:%a %H:%M})"


def _again(
    request: HttpRequest,
    target: ServiceRequest,
    move: FieldMove,
    form: JobForm,
    *,
    user: StaffUser,
    status: int,
) -> HttpResponse:
    errors = [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, each in form.errors.items()
        for error in each
    ]
    answer = refused(request, "\n".join(errors), status=status, url=reverse("crew:job", args=[target.number]))
    return answer or job_page(request, target, user=user, bound=(move, form), status=status)
