"""The dispatcher's list, and one request with everything on one screen."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.queue.answering import WithReply
from dashboards.queue.contact import may_reveal, record_reveal
from dashboards.queue.moves import MOVES, Move
from dashboards.queue.preview import PREVIEWS
from dashboards.queue.screen import desk, load, make_form, request_page
from dashboards.queue.stale import stale_page
from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, StaleRequest
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome

MOVES_AWAY = frozenset({"reroute", "recategorize"})


@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/``: the request with everything on one screen."""
    user = cast(StaffUser, request.user)
    return request_page(request, load(user, number), user=user, now=clock.now())


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One press: one action, one event, a message, and back to the page.

    404 outside the person's sight, 403 where the role does not include the move, 409 when the screen was overtaken.
    """
    user = cast(StaffUser, request.user)
    now = clock.now()
    target = load(user, number)
    move = MOVES.get(name)
    if move is None:
        raise Http404
    if user.role not in move.transition.roles:
        raise PermissionDenied
    form = make_form(move, desk(target, user, now), request.POST)
    if "fill" in request.POST and isinstance(form, WithReply):
        filled = make_form(move, form.desk)
        warning = filled.fill(request.POST) if isinstance(filled, WithReply) else ""
        return request_page(request, target, user=user, now=now, bound=(move, filled), reply_warning=warning)
    is_valid = form.is_valid()
    seen = form.cleaned_data.get("version")
    if seen is None:
        raise BadRequest("version")
    if seen != target.version:
        return stale_page(request, number, move=move, seen=seen, user=user, now=now)
    if is_valid and "preview" in request.POST and move.name in PREVIEWS:
        words = PREVIEWS[move.name](target, form.cleaned_data, now)
        return request_page(request, target, user=user, now=now, bound=(move, form), preview=words)
    if is_valid:
        try:
            move.perform(target, form.cleaned_data, Actor.staff(user), now)
        except StaleRequest:
            return stale_page(request, number, move=move, seen=seen, user=user, now=now)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, target, move, user)
    return request_page(request, target, user=user, now=now, bound=(move, form), status=400)


def _done(request: HttpRequest, target: ServiceRequest, move: Move, user: StaffUser) -> HttpResponse:
    if move.name in MOVES_AWAY and not ServiceRequest.objects.visible_to(user).filter(pk=target.pk).exists():
        words = _("%(number)s is now with another department and left your queue.")
        messages.success(request, words % {"number": target.number})
        return _see_other(reverse("queue:list"))
    messages.success(request, _words(target, move))
    return _see_other(reverse("queue:detail", args=[target.number]))


def _words(target: ServiceRequest, move: Move) -> str:
    """What was done. A closing nobody can undo any more is said to be out; else the bar says when residents see it."""
    if move.name == "close" and target.is_public:
        target.refresh_from_db(fields=["held_until", "outcome"])
        if target.held_until is None and target.outcome != Outcome.SPAM:
            return _("Closed. Residents see it now.")
    return str(move.done)


@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Record who looks at the reporter's contact details, then show them for a quarter of an hour."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if not may_reveal(user):
        raise PermissionDenied
    record_reveal(target, user=user, session=request.session, now=clock.now())
    return _see_other(reverse("queue:detail", args=[number]) + "#reporter")


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
