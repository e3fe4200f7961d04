"""The figures a city publishes, for everybody; and the page where they are chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from civic311.lib.csvout import Column, stream_csv
from dashboards.reports.extracts.views import only
from dashboards.reports.public.choosing import PlacesForm, publish, published_keys
from departments.models import StaffUser
from departments.roles import Role
from requests_app.queries.performance import open_now, performance
from requests_app.resident.performed import FIGURES, PublicFigure, figure

PUBLISHERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""Who chooses what the city publishes."""
CACHE = "private, max-age=60"
"""A minute in the visitor's own browser: the page has their language and a token in its forms."""


def _figures(keys: list[str]) -> list[PublicFigure]:
    if not keys:
        return []
    found, waiting = performance(), open_now()
    return [figure(key, found, waiting) for key in keys]


@login_not_required
@transaction.non_atomic_requests
def performance_page(request: HttpRequest) -> HttpResponse:
    """``/performance/``: what the city publishes of its figures; says so where that is nothing."""
    response = render(request, "resident/performance.html", {"figures": _figures(published_keys())})
    response["Cache-Control"] = CACHE
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


@login_not_required
@transaction.non_atomic_requests
def performance_csv(request: HttpRequest) -> HttpResponseBase:
    """``/performance.csv``: the same numbers, a line for each."""
    columns = [
        Column(_("Figure")),
        Column(_("Row")),
        Column(_("Column")),
        Column(_("Number"), "number"),
        Column(_("Text")),
    ]
    return stream_csv(columns, list(_lines(_figures(published_keys()))), filename="performance.csv")


def _lines(figures: list[PublicFigure]) -> Iterator[tuple[object, ...]]:
    for each in figures:
        for line in each.lines:
            for header, value in zip(each.headers[1:], line.values, strict=True):
                yield each.title, line.label, header, value.number, value.text


@require_http_methods(["GET", "HEAD", "POST"])
@only(PUBLISHERS)
def published(request: HttpRequest) -> HttpResponse:
    """``/reports/published/``: which figures are published, in which order, with all of them as residents would see them."""
    keys = published_keys()
    form = PlacesForm(request.POST if request.method == "POST" else None, keys=keys)
    if form.is_bound and form.is_valid():
        publish(keys=form.keys(), by=cast(StaffUser, request.user), now=clock.now())
        messages.success(request, _("Saved. The public page shows it within a minute."))
        return HttpResponseRedirect(reverse("reports:published"), status=303)
    rest = [key for key in FIGURES if key not in keys]
    context = {"form": form, "shown": _figures(keys), "rest": _figures(rest)}
    return render(request, "dashboards/reports/published.html", context, status=400 if form.errors else 200)
