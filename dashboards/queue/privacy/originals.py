"""The unredacted version of a request: to look at for those allowed, to destroy for those who may."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.queue.privacy.common import back_to, drawn, seen_version
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, StaleRequest, dispose
from requests_app.actions.looking import record_look
from requests_app.models import ServiceRequest
from requests_app.queries.restricted import may_see_unredacted, unredacted
from requests_app.workflow import BY_NAME


@require_http_methods(["GET", "HEAD", "POST"])
def originals(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/unredacted/``: what was hidden; each look is written down. A POST destroys it, once it is confirmed by a tick."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if not may_see_unredacted(user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, target, user)
    if user.role not in BY_NAME["dispose"].roles:
        raise PermissionDenied
    seen = seen_version(request)
    if seen != target.version:
        return _page(request, target, user, seen=seen)
    if request.POST.get("sure") != "on":
        return _page(request, target, user, _("Tick the box: it cannot be brought back."), status=400)
    try:
        dispose(
            request_id=target.pk,
            version=seen,
            reason=request.POST.get("reason", ""),
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest:
        return _page(request, load(user, number), user, seen=seen)
    except ActionRefused as refusal:
        return _page(request, target, user, str(refusal), status=400)
    messages.success(
        request, _("The unredacted version is destroyed. The history says when, by whom and why.")
    )
    return back_to(target)


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    user: StaffUser,
    problem: str = "",
    *,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = unredacted(target.pk)
    if kept:
        record_look(request_id=target.pk, by=user, now=clock.now())
    context = {
        "kept": kept,
        "may_dispose": user.role in BY_NAME["dispose"].roles,
        "problems": [problem] if problem else [],
        "reason": request.POST.get("reason", "")[:1_000],
    }
    return drawn(request, "unredacted", target, context, move="dispose", seen=seen, status=status)
