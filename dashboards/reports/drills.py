"""From facts to the requests behind a number, for the pages that declare lists of them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from dashboards.reports.content import Params, Rows, UnknownFigure
from dashboards.reports.scope import Scope, week_start
from requests_app.models import ClosingFact, RequestFact, ServiceRequest

DAY = dt.timedelta(days=1)
TIMELY = Q(is_timely=True)


def of_facts(scope: Scope, facts: QuerySet[RequestFact]) -> Rows:
    """The requests of these facts, as far as the reader may see them at this moment."""
    return ServiceRequest.objects.listed_for(scope.user).filter(pk__in=facts.order_by().values("pk"))


def of_closings(scope: Scope, closings: QuerySet[ClosingFact]) -> Rows:
    """One line for each of these closings: a request closed twice has two."""
    return ServiceRequest.objects.listed_for(scope.user).filter(
        fact__closings__pk__in=closings.order_by().values("pk")
    )


def in_week(
    scope: Scope, params: Params, rows: QuerySet[RequestFact], column: str = "created_at"
) -> QuerySet[RequestFact]:
    """The rows whose instant lies in the week asked for, if one is."""
    if params.week is None:
        return rows
    begins, ends = week_start(scope, params.week), week_start(scope, params.week + 7 * DAY)
    return rows.filter(**{f"{column}__gte": begins, f"{column}__lt": ends})


def one_of(params: Params, results: dict[str, Q]) -> Q:
    """The condition of the result asked for. Raises `UnknownFigure` for one that is not there."""
    if params.result not in results:
        raise UnknownFigure(params.result)
    return results[params.result]
