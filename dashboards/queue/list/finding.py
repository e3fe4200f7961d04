"""Who looked for a reporter is recorded, as a look at the contact details is: finding a request says who reported it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dashboards.models import ContactReveal
from dashboards.queue.contact import STAYS_OPEN
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.models.request import ServiceRequestQuerySet

SEARCH_MOST = 501
"""No page, map or change of many shows more of one person's requests at once."""


def record_search(user: StaffUser, numbers: Iterable[str], *, now: dt.datetime) -> None:
    """One look for each request found, and none twice in a quarter of an hour: pages and orders are one search."""
    _record(user, ServiceRequest.objects.visible_to(user).filter(number__in=list(numbers)), now)


def record_rows(user: StaffUser, rows: ServiceRequestQuerySet, *, now: dt.datetime) -> None:
    """The same for a search that answers with a count, a map or a choice, and not with lines."""
    found = rows.order_by().values("pk")[:SEARCH_MOST]
    _record(user, ServiceRequest.objects.visible_to(user).filter(pk__in=found), now)


def _record(user: StaffUser, rows: ServiceRequestQuerySet, now: dt.datetime) -> None:
    ids = set(rows.filter(reporter__isnull=False).values_list("pk", flat=True))
    looks = ContactReveal.objects.filter(request__in=ids, user=user, revealed_at__gt=now - STAYS_OPEN)
    ids -= set(looks.values_list("request_id", flat=True))
    ContactReveal.objects.bulk_create(
        ContactReveal(request_id=pk, user=user, revealed_at=now) for pk in sorted(ids)
    )
