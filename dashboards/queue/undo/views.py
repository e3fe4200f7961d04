"""The buttons "undo" and "send now": for one change, and for one of many requests at once."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from civic311.lib.redirects import safe_next
from dashboards.queue.undo import bars
from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, NotAllowed
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, UndoWindow
from requests_app.queries.undoing import numbered
from requests_app.workflow import BY_NAME

SEES_ALL_CHANGES = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@require_POST
def undo(request: HttpRequest, event_id: int) -> HttpResponse:
    """Take one change back, also where the change took the request out of the sight of who made it."""
    user = _may_undo(request)
    event = RequestEvent.objects.select_related("request").filter(pk=event_id).first()
    if event is None or not _knows(user, event.request):
        raise Http404
    try:
        actions.undo(event_id=event_id, by=Actor.staff(user), now=clock.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(number)s: undone. Nobody was told.") % {"number": event.request.number}
        )
    return _back(request, user, event.request)


@require_POST
def send_now(request: HttpRequest, number: str) -> HttpResponse:
    """What waits on a request goes out at once."""
    user = _may_undo(request)
    target = numbered(number)
    if target is None or not _knows(user, target):
        raise Http404
    if actions.send_now(request_id=target.pk, by=Actor.staff(user), now=clock.now()):
        messages.success(request, _("%(number)s: sent. Residents see it now.") % {"number": number})
    else:
        messages.info(request, _("%(number)s: nothing waits any more.") % {"number": number})
    return _back(request, user, target)


@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each request of a bulk change."""
    user = cast(StaffUser, request.user)
    bulk = _bulk(user, pk)
    now = clock.now()
    touched = UndoWindow.objects.filter(bulk=bulk).values("request")
    seen = ServiceRequest.objects.visible_to(user).filter(pk__in=touched).values_list("pk", flat=True)
    context = {
        "bulk": bulk,
        "move": BY_NAME[bulk.move].label if bulk.move in BY_NAME else bulk.move,
        "fates": bars.fates(bulk, seen, now),
        "undo": bars.of_bulk(bulk, user, now),
        "now": now,
    }
    return render(request, "dashboards/queue/undo/change.html", context)


@require_POST
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bulk change back: each request that nobody changed since."""
    user = _may_undo(request)
    bulk = _bulk(user, pk)
    try:
        done, refused = actions.undo_bulk(bulk=bulk, by=Actor.staff(user), now=clock.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    words = ngettext("%(n)d request undone.", "%(n)d requests undone.", done) % {"n": done}
    if refused:
        words += " " + ngettext(
            "%(n)d could not be: see below.", "%(n)d could not be: see below.", refused
        ) % {"n": refused}
    if done and not refused:
        messages.success(request, words)
    elif done or refused:
        messages.warning(request, words)
    else:
        messages.error(request, _("Too late: nothing of this can be undone any more."))
    return _see_other(reverse("queue:change", args=[bulk.pk]))


@require_POST
def send_change(request: HttpRequest, pk: int) -> HttpResponse:
    """All of a bulk change goes out at once."""
    user = _may_undo(request)
    bulk = _bulk(user, pk)
    now = clock.now()
    waiting = UndoWindow.objects.pending().filter(bulk=bulk)
    sent = sum(
        1
        for request_id in waiting.order_by("event_id").values_list("request_id", flat=True)
        if actions.send_now(request_id=request_id, by=Actor.staff(user), now=now)
    )
    words = ngettext(
        "%(n)d request sent. Residents see it now.", "%(n)d requests sent. Residents see them now.", sent
    )
    messages.success(request, words % {"n": sent})
    return _see_other(reverse("queue:change", args=[bulk.pk]))


def _may_undo(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if user.role not in BY_NAME["undo"].roles:
        raise PermissionDenied
    return user


def _knows(user: StaffUser, target: ServiceRequest) -> bool:
    """Whoever changed a request a moment ago may still take that back, wherever it went."""
    if ServiceRequest.objects.visible_to(user).filter(pk=target.pk).exists():
        return True
    return UndoWindow.objects.filter(request=target, user=user).exists()


def _bulk(user: StaffUser, pk: int) -> BulkChange:
    bulk = BulkChange.objects.select_related("user").filter(pk=pk).first()
    if bulk is None or (bulk.user != user and not _oversees(user, bulk)):
        raise Http404
    return bulk


def _oversees(user: StaffUser, bulk: BulkChange) -> bool:
    """Whether the change of a colleague is this person's to take back: the role, and every request within sight."""
    if user.role not in SEES_ALL_CHANGES:
        return False
    touched = UndoWindow.objects.filter(bulk=bulk)
    unseen = touched.exclude(request__in=ServiceRequest.objects.visible_to(user))
    return touched.exists() and not unseen.exists()


def _back(request: HttpRequest, user: StaffUser, target: ServiceRequest) -> HttpResponse:
    """To the page the button was on, or to the queue when the request is not the person's to see."""
    if not ServiceRequest.objects.visible_to(user).filter(pk=target.pk).exists():
        return _see_other(reverse("queue:list"))
    return _see_other(safe_next(request, reverse("queue:detail", args=[target.number])))


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
