"""The page of one problem: the reports of it, what may be the same, and what to do about it."""

from __future__ import annotations

import re
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, StaleRequest
from requests_app.actions.notes import NOTE_MAX
from requests_app.models import ServiceRequest
from requests_app.queries.matching import incident_reports, proposals, reports_named
from requests_app.workflow import BY_NAME

ROLES = BY_NAME["merge"].roles
_SEPARATORS = re.compile(r"[\s,;]+")
_MOST_NUMBERS = 50
_VERSION = re.compile(r"\d{1,9}")


@require_safe
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/incident/``: for everybody who may see the request; who may join reports sees proposals."""
    user = cast(StaffUser, request.user)
    return _page(request, load(user, number), user)


@require_POST
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Let the chosen reports follow the one that is to lead."""
    user, target = _entered(request, number)
    seen = _version(request.POST.get("version"))
    typed = [part for part in _SEPARATORS.split(request.POST.get("numbers", "")[:2_000]) if part]
    wanted = list(dict.fromkeys([*request.POST.getlist("with"), *typed]))
    if not wanted:
        return _page(request, target, user, problem=_("Choose at least one other report."))
    if len(wanted) > _MOST_NUMBERS:
        return _page(request, target, user, problem=_("Choose at most 50 reports at a time."))
    rows = {
        row.number: row
        for row in ServiceRequest.objects.visible_to(user).filter(number__in=[*wanted, number])
    }
    missing = [each for each in wanted if each not in rows]
    if missing:
        words = _("There is no report %(number)s that you may see.") % {"number": missing[0][:40]}
        return _page(request, target, user, problem=words)
    leading = request.POST.get("lead") or number
    if leading not in {*wanted, number}:
        return _page(request, target, user, problem=_("Choose the report that leads among those you join."))
    versions: dict[int, int | None] = {
        rows[each].pk: _version(request.POST[f"version_{each}"])
        if f"version_{each}" in request.POST
        else None
        for each in wanted
    }
    versions[target.pk] = seen
    first = rows[leading]
    try:
        actions.take_in(
            request_id=first.pk,
            version=versions.pop(first.pk),
            others=versions,
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest as refusal:
        return _overtaken(request, number, user, refusal)
    except ActionRefused as refusal:
        return _page(request, target, user, problem=str(refusal))
    count = len(versions)
    words = ngettext(
        "%(count)s report follows %(lead)s now.", "%(count)s reports follow %(lead)s now.", count
    )
    messages.success(request, words % {"count": count, "lead": first.number})
    return _see_other(first.number)


@require_POST
def part(request: HttpRequest, number: str) -> HttpResponse:
    """The report stands for itself again."""
    user, target = _entered(request, number)
    seen = _version(request.POST.get("version"))
    reason = request.POST.get("reason", "")
    if len(reason) > NOTE_MAX:
        return _page(request, target, user, problem=_("The note is too long: 10,000 characters at most."))
    try:
        actions.part(
            request_id=target.pk,
            version=seen,
            reason=reason,
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest as refusal:
        return _overtaken(request, number, user, refusal)
    except ActionRefused as refusal:
        return _page(request, target, user, problem=str(refusal))
    words = _("%(number)s stands for itself again: open, in its own department, with its own dates.")
    messages.success(request, words % {"number": number})
    if not ServiceRequest.objects.visible_to(user).filter(pk=target.pk).exists():
        return HttpResponseRedirect(reverse("queue:list"), status=303)
    return _see_other(number)


@require_POST
def lead(request: HttpRequest, number: str) -> HttpResponse:
    """This report leads, and the one it followed follows it."""
    user, target = _entered(request, number)
    seen = _version(request.POST.get("version"))
    try:
        actions.lead_with(request_id=target.pk, version=seen, by=Actor.staff(user), now=clock.now())
    except StaleRequest as refusal:
        return _overtaken(request, number, user, refusal)
    except ActionRefused as refusal:
        return _page(request, target, user, problem=str(refusal))
    messages.success(request, _("%(number)s leads now.") % {"number": number})
    return _see_other(number)


@require_POST
def not_same(request: HttpRequest, number: str) -> HttpResponse:
    """The two are different problems; nothing about the reports changes, so no version is asked."""
    user, target = _entered(request, number)
    other = ServiceRequest.objects.visible_to(user).filter(number=request.POST.get("other", "")).first()
    if other is None:
        raise Http404
    try:
        actions.not_same(request_id=target.pk, other_id=other.pk, by=Actor.staff(user), now=clock.now())
    except ActionRefused as refusal:
        return _page(request, target, user, problem=str(refusal))
    words = _("%(other)s is another problem. It is not proposed again.")
    messages.success(request, words % {"other": other.number})
    return _see_other(number)


def _entered(request: HttpRequest, number: str) -> tuple[StaffUser, ServiceRequest]:
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if user.role not in ROLES:
        raise PermissionDenied
    return user, target


def _version(text: str | None) -> int:
    if text is None or not _VERSION.fullmatch(text):
        raise BadRequest("version")
    return int(text)


def _overtaken(request: HttpRequest, number: str, user: StaffUser, refusal: StaleRequest) -> HttpResponse:
    """409: nothing was joined or parted; what was chosen is still chosen, on the reports as they are now."""
    words = _(
        "%(who)s changed %(number)s while you looked at it. Nothing was done: look, then send it again."
    )
    problem = words % {"who": refusal.changed_by or _("Somebody"), "number": refusal.request.number}
    return _page(request, load(user, number), user, problem=problem, status=409)


def _page(
    request: HttpRequest, target: ServiceRequest, user: StaffUser, *, problem: str = "", status: int = 0
) -> HttpResponse:
    may_join = user.role in ROLES
    lead_id = target.lead_id or target.pk
    reports = incident_reports(lead_id, user) if target.lead_id or target.merged_count else []
    found = proposals(target, user) if may_join else []
    chosen = set(request.POST.getlist("with"))
    beside = reports_named(chosen - {each.number for each in found}, user) if chosen else []
    can_join = may_join and target.is_open and target.lead_id is None and target.category.may_be_shared
    context: dict[str, Any] = {
        "target": target,
        "now": clock.now(),
        "reports": reports,
        "leader": next((each for each in reports if each.id == lead_id), None),
        "proposals": [*found, *beside],
        "chosen": chosen,
        "leading": request.POST.get("lead") or target.number,
        "numbers": request.POST.get("numbers", "")[:2_000],
        "reason": request.POST.get("reason", "")[:NOTE_MAX],
        "may_join": may_join,
        "can_join": can_join,
        "problem": problem,
        "note_max": NOTE_MAX,
    }
    code = status or (400 if problem else 200)
    return render(request, "dashboards/queue/incident/page.html", context, status=code)


def _see_other(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("queue:incident", args=[number]), status=303)
