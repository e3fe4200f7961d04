"""Who reads the reports, and the report an address asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from civic311.lib import clock
from dashboards.reports.forms import ScopeForm
from dashboards.reports.scope import READERS, Scope
from departments.models import StaffUser

View = Callable[..., HttpResponseBase]


def readers_only(view: View) -> View:
    """Those who answer for the work or watch over it; operators and crews have no use for these figures."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if cast(StaffUser, request.user).role not in READERS:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def scope_form(request: HttpRequest) -> tuple[ScopeForm, Scope]:
    """The form above a report as it was sent, and the report it asks for: the default one where it has errors."""
    now = clock.now()
    form = ScopeForm(request.GET, user=cast(StaffUser, request.user), today=timezone.localdate(now))
    return form, form.scope(now=now, zone=timezone.get_current_timezone())


def valid_scope(request: HttpRequest) -> Scope:
    """The report an address asks for. Raises `BadRequest` for one that makes no sense."""
    form, scope = scope_form(request)
    if not form.is_valid():
        raise BadRequest("scope")
    return scope
