"""Many requests at once for figures that need them: copies of one request, and their facts written directly."""

from __future__ import annotations

import datetime as dt

from departments.models import Category
from requests_app.actions.facts import rebuild_facts
from requests_app.models import RequestFact, ServiceRequest
from tests.dashboards.reports.scenes import at, opened


def crowd(category: Category, n: int, *, moment: dt.datetime | None = None) -> list[int]:
    """`n` requests of a category with their facts; the ids."""
    first = opened(category, moment or at(3))
    values = {field.attname: getattr(first, field.attname) for field in ServiceRequest._meta.fields}
    copies = [
        ServiceRequest(
            **values
            | {"id": None, "number": f"9{first.pk:04}-{index:05}", "token_hash": f"{first.pk:032}{index:032}"}
        )
        for index in range(1, n)
    ]
    made = [first.pk, *[each.pk for each in ServiceRequest.objects.bulk_create(copies)]]
    rebuild_facts()
    return made


def facts_are(ids: list[int], **values: object) -> None:
    """Write columns of facts as if their histories said so."""
    RequestFact.objects.filter(pk__in=ids).update(**values)
