"""Calls to follow up, and the figures of the desk."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.desk.roles import OPERATORS, READS_FIGURES, SUPERVISES
from dashboards.desk.screen import midnight
from dashboards.desk.views import operator_of
from departments.models import City, StaffUser
from requests_app.actions.desk import finish_follow_up
from requests_app.models import Call
from requests_app.queries import desk as reads
from requests_app.queries.calls import AGAIN_WITHIN_DAYS, call_figures

DAYS, LONGEST = 7, 366
FIRST_YEAR, LAST_YEAR = 2000, 2099
SHOWN = 100


class PeriodForm(forms.Form):
    """Which days."""

    start = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, dt.date]:
        data: dict[str, dt.date] = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        for name in ("start", "end"):
            if data.get(name) and not FIRST_YEAR <= data[name].year <= LAST_YEAR:
                self.add_error(name, _("Choose a day of this century."))
        if start and end and end < start:
            self.add_error("end", _("The last day is before the first one."))
        elif start and end and (end - start).days > LONGEST:
            self.add_error("end", _("Choose a year at most."))
        return data


@require_safe
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Who waits for a call: one's own, and those of everybody for who supervises."""
    user = operator_of(request)
    everybody = user.role in SUPERVISES
    rows = list(reads.follow_ups(user, everybody=everybody)[:SHOWN])
    context = {"rows": rows, "everybody": everybody, "now": clock.now()}
    response = render(request, "dashboards/desk/follow_ups.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def follow_up_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The caller was called back."""
    user = operator_of(request)
    rows = Call.objects.filter(follow_up_by__isnull=False)
    if user.role not in SUPERVISES:
        rows = rows.filter(follow_up_by=user)
    call = get_object_or_404(rows, pk=pk)
    finish_follow_up(call_id=call.pk, by=user, now=clock.now())
    messages.success(request, _("Done. The caller's number is removed from the note."))
    return HttpResponseRedirect(reverse("desk:follow_ups"), status=303)


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Volumes by hour and operator, outcomes, topics, first-contact resolution."""
    user, now = cast(StaffUser, request.user), clock.now()
    if user.role not in READS_FIGURES:
        raise PermissionDenied
    today = timezone.localdate(now)
    usual = {"start": today - dt.timedelta(days=DAYS - 1), "end": today}
    form = PeriodForm(request.GET or None, initial=usual)
    period = form.cleaned_data if form.is_valid() else usual
    zone = City.current().zone
    start = dt.datetime.combine(period["start"], dt.time.min, zone)
    end = dt.datetime.combine(period["end"] + dt.timedelta(days=1), dt.time.min, zone)
    context = {
        "form": form,
        "figures": call_figures(start=start, end=end, zone=str(zone)),
        "again_days": AGAIN_WITHIN_DAYS,
        "start": period["start"],
        "end": period["end"],
        "is_operator": user.role in OPERATORS,
        "calls_today": reads.calls_today(user, midnight(now)),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "dashboards/desk/calls.html", context, status=status)
