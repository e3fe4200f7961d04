"""Digests for boards: staff choose who gets one of which area; the reader stops it with the link in the mail."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from civic311.lib.tokens import board_token, matches
from dashboards.reports.extracts.views import only
from dashboards.reports.mail.boards import Refused, add_reader, stop_reader
from dashboards.reports.mail.forms import ReaderForm
from dashboards.reports.models import BoardReader, Every
from departments.models import Area, StaffUser
from departments.roles import Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.COUNCIL_AIDE})
"""Who chooses the readers of digests; aides those of their own district."""
MOST_SHOWN = 500


def _readers(user: StaffUser) -> QuerySet[BoardReader]:
    rows = BoardReader.objects.select_related("area", "added_by")
    return rows.filter(area=user.area_id) if user.role == Role.COUNCIL_AIDE else rows


@require_http_methods(["GET", "HEAD", "POST"])
@only(KEEPERS)
def digests(request: HttpRequest) -> HttpResponse:
    """``/reports/digests/``: the readers of digests, and a form for one more."""
    user = cast(StaffUser, request.user)
    own_area = (user.area_id or 0) if user.role == Role.COUNCIL_AIDE else None
    form = ReaderForm(request.POST if request.method == "POST" else None, area_id=own_area)
    if form.is_bound and form.is_valid():
        area = get_object_or_404(Area, pk=form.cleaned_data["area"])
        try:
            add_reader(
                email=form.cleaned_data["email"],
                area=area,
                every=Every(form.cleaned_data["every"]),
                by=user,
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The digest goes to this address from now on."))
            return HttpResponseRedirect(reverse("reports:digests"), status=303)
    rows = _readers(user).order_by("stopped_at", "area__name", "email")[:MOST_SHOWN]
    context = {"form": form, "rows": rows}
    return render(request, "dashboards/reports/digests.html", context, status=400 if form.errors else 200)


@require_POST
@only(KEEPERS)
def stop_digest(request: HttpRequest, pk: int) -> HttpResponse:
    """Send no more to this address."""
    row = get_object_or_404(_readers(cast(StaffUser, request.user)), pk=pk)
    stop_reader(reader_id=row.pk, is_refused=False, now=clock.now())
    messages.success(request, _("This mail is stopped."))
    return HttpResponseRedirect(reverse("reports:digests"), status=303)


@login_not_required
@csrf_exempt
@limited("link", 600, 3600, methods=("GET", "POST"))
def board_link(request: HttpRequest, reader_id: int, token: str) -> HttpResponse:
    """The link of a digest: a GET shows a button, a POST stops it.

    Mail programs post here by themselves (RFC 8058), so the secret in the address is the proof of origin.
    """
    row = BoardReader.objects.select_related("area").filter(pk=reader_id).first()
    if not matches(board_token(reader_id), token) or row is None:
        raise Http404
    if request.method == "POST":
        stop_reader(reader_id=row.pk, is_refused=True, now=clock.now())
        row.refresh_from_db(fields=["stopped_at"])
    context = {"area": row.area, "is_stopped": row.stopped_at is not None, "action": request.path}
    response = render(request, "dashboards/reports/board_link.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
