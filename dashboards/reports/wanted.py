"""The requests behind a number: which figure and parameters an address names, and the list they give."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

from dashboards.reports.access import valid_scope
from dashboards.reports.content import Drill, Params, Rows, UnknownFigure
from dashboards.reports.forms import ParamsForm
from dashboards.reports.frames import TooManyRows
from dashboards.reports.pages import DRILLS
from dashboards.reports.scope import Scope


@dataclass(frozen=True)
class Wanted:
    """A list of requests: the report, the figure and what narrows it, and the rows, newest first."""

    scope: Scope
    figure: str
    drill: Drill
    params: Params
    rows: Rows


def wanted(request: HttpRequest) -> Wanted:
    """The list an address asks for. Raises `BadRequest` for one that makes no sense or counts too much, `Http404` for an unknown figure."""
    scope = valid_scope(request)
    form = ParamsForm(request.GET)
    if not form.is_valid():
        raise BadRequest("rows")
    figure, params = form.cleaned_data["figure"], form.params()
    drill = DRILLS.get(figure)
    if drill is None:
        raise Http404
    try:
        found = drill.find(scope, params)
    except UnknownFigure:
        raise Http404 from None
    except TooManyRows as too_many:
        raise BadRequest(str(too_many)) from None
    return Wanted(scope, figure, drill, params, found.order_by("-created_at", "-pk"))
