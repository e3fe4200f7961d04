"""Storm mode: one switch with a start and an end."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic311.lib import clock
from dashboards.storms.forms import StormForm
from departments.declaring import StormRefused, declare_storm, end_storm
from departments.models import StaffUser, Storm
from departments.roles import Role

DECLARERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
PAST_SHOWN = 30


def _declarer(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if user.role not in DECLARERS:
        raise PermissionDenied
    return user


@require_safe
def storm_list(request: HttpRequest) -> HttpResponse:
    """``/storms/``: in force, to come and past. All staff read it; supervisors and administrators declare."""
    now = clock.now()
    storms = list(
        Storm.objects.select_related("declared_by", "ended_by")
        .prefetch_related("categories")
        .order_by("-starts_at")[: PAST_SHOWN + 10]
    )
    context = {
        "current": [storm for storm in storms if storm.starts_at <= now < storm.over_at],
        "coming": [storm for storm in storms if storm.starts_at > now],
        "past": [storm for storm in storms if storm.over_at <= now],
        "may_declare": cast(StaffUser, request.user).role in DECLARERS,
    }
    return render(request, "dashboards/storms/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Declare a storm."""
    user, now = _declarer(request), clock.now()
    form = StormForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_bound and form.is_valid():
        try:
            storm = declare_storm(declaration=form.declaration(), by=user, now=now)
        except StormRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            began = storm.starts_at <= now
            messages.success(request, _("Storm mode is on.") if began else _("The storm is declared."))
            return HttpResponseRedirect(reverse("storms:list"), status=303)
    status = 400 if form.is_bound else 200
    return render(request, "dashboards/storms/form.html", {"form": form}, status=status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a storm now, or take back one that has not begun."""
    user = _declarer(request)
    storm = get_object_or_404(Storm, pk=pk)
    try:
        end_storm(storm_id=storm.pk, by=user, now=clock.now())
    except StormRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Storm mode is off. Targets of new reports are as usual."))
    return HttpResponseRedirect(reverse("storms:list"), status=303)
