"""The list of service notices and their editor."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic311.lib import clock
from dashboards.notices.forms import NoticeForm
from departments.announcing import NoticeChanged, change_notice, publish_notice, withdraw_notice
from departments.models import ServiceNotice, StaffUser
from departments.roles import Role

EDITORS = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR})
PAST_SHOWN = 30


def _editor(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if user.role not in EDITORS:
        raise PermissionDenied
    return user


def _notices() -> list[ServiceNotice]:
    rows = ServiceNotice.objects.select_related("changed_by").prefetch_related("areas", "categories")
    return list(rows.order_by("-starts_at", "-id"))


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """``/notices/``: in force, to come, and past. All staff read it; dispatchers, supervisors and administrators write."""
    now = clock.now()
    notices = _notices()
    running = [row for row in notices if row.withdrawn_at is None and row.ends_at > now]
    context = {
        "current": [row for row in running if row.starts_at <= now],
        "coming": [row for row in running if row.starts_at > now],
        "past": [row for row in notices if row not in running][:PAST_SHOWN],
        "may_edit": cast(StaffUser, request.user).role in EDITORS,
    }
    return render(request, "dashboards/notices/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new notice."""
    user, now = _editor(request), clock.now()
    form = NoticeForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_bound and form.is_valid():
        publish_notice(draft=form.draft(), by=user, now=now)
        messages.success(request, _("The notice is saved."))
        return HttpResponseRedirect(reverse("notices:list"), status=303)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a notice that is not withdrawn. A stale screen is answered with what somebody else wrote; nothing is lost."""
    user, now = _editor(request), clock.now()
    notice = get_object_or_404(ServiceNotice, pk=pk, withdrawn_at=None)
    form = NoticeForm(request.POST if request.method == "POST" else None, notice=notice, now=now)
    if form.is_bound and form.is_valid():
        try:
            change_notice(
                notice_id=pk, seen=_seen(form.cleaned_data["seen"]), draft=form.draft(), by=user, now=now
            )
        except NoticeChanged as conflict:
            again = request.POST.copy()
            again["seen"] = conflict.notice.updated_at.isoformat()
            form.data = again
            return _form_page(request, form, conflict.notice, status=409, stale=True)
        messages.success(request, _("The notice is saved."))
        return HttpResponseRedirect(reverse("notices:list"), status=303)
    return _form_page(request, form, notice)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a notice off the public pages."""
    user = _editor(request)
    notice = get_object_or_404(ServiceNotice, pk=pk)
    try:
        withdraw_notice(
            notice_id=notice.pk, seen=_seen(request.POST.get("seen", "")), by=user, now=clock.now()
        )
    except NoticeChanged as conflict:
        messages.error(request, _("%(reason)s Look at it again, then withdraw it.") % {"reason": conflict})
    else:
        messages.success(request, _("The notice is withdrawn."))
    return HttpResponseRedirect(reverse("notices:list"), status=303)


def _seen(text: str) -> dt.datetime | None:
    """When the screen says the notice was last changed; None for anything else, which counts as stale."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _form_page(
    request: HttpRequest,
    form: NoticeForm,
    notice: ServiceNotice | None,
    *,
    status: int = 200,
    stale: bool = False,
) -> HttpResponse:
    if status == 200 and form.is_bound and form.errors:
        status = 400
    context = {"form": form, "notice": notice, "stale": stale}
    return render(request, "dashboards/notices/form.html", context, status=status)
