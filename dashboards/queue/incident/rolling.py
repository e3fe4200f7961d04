"""Many reports of one problem at once: a selection of the queue follows one report."""

from __future__ import annotations

import re
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.queue.incident.views import ROLES
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.incidents import MOST_AT_ONCE
from requests_app.queries.matching import reports_named

REASONS_SHOWN = 5
_SEPARATORS = re.compile(r"[\s,;]+")


@require_http_methods(["GET", "HEAD", "POST"])
def roll_up(request: HttpRequest) -> HttpResponse:
    """``/queue/roll-up/?n=…``: look at the chosen reports, choose the one that leads, join the others to it."""
    user = cast(StaffUser, request.user)
    if user.role not in ROLES:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    named = [part for text in sent.getlist("n") for part in _SEPARATORS.split(text[:20_000]) if part]
    named = list(dict.fromkeys(named))
    if len(named) > MOST_AT_ONCE:
        words = _("Choose at most %(most)s reports at a time.") % {"most": MOST_AT_ONCE}
        return _page(request, user, [], words)
    if request.method != "POST":
        return _page(request, user, named, "")
    reports = {report.number: report for report in reports_named(named, user)}
    lead = reports.get(request.POST.get("lead", ""))
    if lead is None:
        return _page(request, user, named, _("Choose the report that leads."))
    try:
        rolled = actions.roll_up(
            request_ids=[report.id for report in reports.values()],
            lead_id=lead.id,
            by=Actor.staff(user),
            now=clock.now(),
        )
    except ActionRefused as refusal:
        return _page(request, user, named, str(refusal))
    words = ngettext(
        "%(count)s report follows %(lead)s now.",
        "%(count)s reports follow %(lead)s now.",
        len(rolled.joined),
    )
    messages.success(request, words % {"count": len(rolled.joined), "lead": lead.number})
    if rolled.refused:
        shown = " ".join(f"{number}: {why}" for number, why in rolled.refused[:REASONS_SHOWN])
        words = ngettext(
            "%(count)s report was left as it is.",
            "%(count)s reports were left as they are.",
            len(rolled.refused),
        )
        messages.warning(request, f"{words % {'count': len(rolled.refused)}} {shown}")
    return HttpResponseRedirect(reverse("queue:incident", args=[lead.number]), status=303)


def _page(request: HttpRequest, user: StaffUser, named: list[str], problem: str) -> HttpResponse:
    reports = reports_named(named, user) if named else []
    known = {report.number for report in reports}
    context = {
        "reports": reports,
        "unknown": [number[:40] for number in named if number not in known],
        "leading": request.POST.get("lead") or (reports[0].number if reports else ""),
        "problem": problem,
        "now": clock.now(),
    }
    status = 400 if problem else 200
    return render(request, "dashboards/queue/incident/roll_up.html", context, status=status)
