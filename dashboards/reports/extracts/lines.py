"""The lines of a file of requests, read in pieces so that a million of them need no more memory than a thousand."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from django.utils.translation import gettext as _

from civic311.lib.csvout import Column
from dashboards.reports.content import Rows
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.queries.public import public_address
from requests_app.workflow import Channel, Outcome, Status

PIECE = 2_000
Line = tuple[object, ...]
_FIELDS = (
    "number",
    "category__name",
    "department__name",
    "status",
    "outcome",
    "channel",
    "address",
    "created_at",
    "first_due_at",
    "due_at",
    "closed_at",
)


def columns() -> list[Column]:
    """What each line holds: nothing of the reporter, no text, no exact place where the category's is sensitive."""
    return [
        Column(_("Number")),
        Column(_("Category")),
        Column(_("Department")),
        Column(_("Status")),
        Column(_("Outcome")),
        Column(_("Channel")),
        Column(_("Where")),
        Column(_("Opened"), "datetime"),
        Column(_("First due"), "datetime"),
        Column(_("Due"), "datetime"),
        Column(_("Closed"), "datetime"),
    ]


def lines(rows: Rows, *, user: StaffUser) -> Iterator[Line]:
    """One line for each row in its order, as long as it is in the lists of ``user``.

    The ids come by a server-side cursor (8 bytes each are kept), then each piece by its ids: no statement runs long
    and no transaction stays open while a slow reader takes the file.
    """
    ids = array("q", rows.values_list("pk", flat=True).iterator(chunk_size=PIECE))
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE].tolist()
        found = {
            pk: (sensitive, line)
            for pk, sensitive, *line in ServiceRequest.objects.listed_for(user)
            .filter(pk__in=piece)
            .values_list("pk", "category__place_is_sensitive", *_FIELDS)
        }
        for pk in piece:
            # gone to others while the file is read
            if pk in found:
                yield _line(*found[pk])


def _line(sensitive: bool, row: list[object]) -> Line:
    number, category, department, status, outcome, channel, address, *times = row
    return (
        number,
        category,
        department,
        str(Status(str(status)).label),
        str(Outcome(str(outcome)).label) if outcome else "",
        str(Channel(str(channel)).label),
        public_address(str(address), sensitive=sensitive),
        *times,
    )
