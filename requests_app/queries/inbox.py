"""A colleague's inbox: its lines with the requests they are about, as far as they may be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from departments.directory import categories
from departments.models import StaffUser
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind

_OF_MANY = frozenset({StaffNoticeKind.ASSIGNED, StaffNoticeKind.FOLLOW_UP})


@dataclass(frozen=True)
class InboxRow:
    """One line. ``number`` is empty where the line is about no request; out of sight there is no text."""

    pk: int
    what: str
    number: str
    category: str
    address: str
    text: str
    at: dt.datetime
    is_new: bool
    in_sight: bool
    has_way: bool


def inbox_rows(user: StaffUser, notices: Iterable[StaffNotice]) -> list[InboxRow]:
    """The lines in the order given, in two statements. What left the reader's sight keeps its number alone."""
    rows = list(notices)
    about = {row.request_id for row in rows if row.request_id}
    columns = ("pk", "number", "category_id", "address")
    numbers = dict(ServiceRequest.objects.filter(pk__in=about).values_list("pk", "number"))
    visible = {
        pk: (number, category_id, address)
        for pk, number, category_id, address in ServiceRequest.objects.visible_to(user)
        .filter(pk__in=about)
        .values_list(*columns)
    }
    known = categories()

    def line(row: StaffNotice) -> InboxRow:
        seen = visible.get(row.request_id) if row.request_id else None
        category = known.get(seen[1]) if seen else None
        return InboxRow(
            pk=row.pk,
            what=str(StaffNoticeKind(row.kind).label),
            number=seen[0] if seen else numbers.get(row.request_id or 0, ""),
            category=category.name if category else "",
            address=seen[2] if seen else "",
            text=row.text if seen or not row.request_id else "",
            at=row.created_at,
            is_new=row.read_at is None,
            in_sight=seen is not None,
            has_way=seen is not None or (row.request_id is None and row.kind in _OF_MANY),
        )

    return [line(row) for row in rows]
