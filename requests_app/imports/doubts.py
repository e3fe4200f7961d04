"""What may be wrong with an imported row: the codes in ``ImportedRow.problems``, and how a query reads them.

A code is set by the converter from the row alone, so the same file says the same each time. What the request itself
still shows is read from the request: a stand-in point (``place_is_fallback``), a closing the source dates before the
opening (``times_are_impossible``), one in the second of the opening, a due date before the opening, no point,
the outcome "duplicate".
"""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from requests_app.models import ServiceRequest
from requests_app.models.request import ServiceRequestQuerySet


class Doubt(models.TextChoices):
    """Codes of warnings, with the words for a row that has one."""

    OPENED_DATE_ONLY = "opened_date_only", _("opened on a date without a time of day")
    CLOSED_DATE_ONLY = "closed_date_only", _("closed on a date without a time of day")
    CLOSED_AS_OPENED = "closed_as_opened", _("closed in the second it was opened")
    CLOSED_BEFORE_OPENED = "closed_before_opened", _("closed before it was opened, as the source says")
    CLOSED_WITHOUT_TIME = "closed_without_time", _("closed, but the source does not say when")
    CLOSED_PLACEHOLDER = "closed_at_placeholder", _("closed on a date that only stands for “unknown”")
    CLOSED_UNREADABLE = "closed_at_unreadable", _("closed at a time that can’t be read")
    CLOSING_FROM_UPDATE = "closing_time_from_update", _("closing time taken from the last change")
    OPEN_WITH_CLOSING = "open_with_closing_time", _("open, but with a closing time")
    UPDATED_PLACEHOLDER = (
        "updated_at_placeholder",
        _("last changed on a date that only stands for “unknown”"),
    )
    UPDATED_UNREADABLE = "updated_at_unreadable", _("last changed at a time that can’t be read")
    DUE_BEFORE_OPENED = "due_before_opened", _("due before it was opened")
    DUE_PLACEHOLDER = "due_at_placeholder", _("due on a date that only stands for “unknown”")
    DUE_UNREADABLE = "due_at_unreadable", _("due at a time that can’t be read")
    FALLBACK_POINT = "fallback_point", _("at a stand-in point, because the place was not found")
    NO_POINT = "no_point", _("without a point on the map")
    POINT_OUT_OF_RANGE = "point_out_of_range", _("at a point that does not exist")
    POINT_OUTSIDE = "point_outside_the_city", _("at a point far outside the city")
    DUPLICATE = "duplicate_in_source", _("called a duplicate by the source")
    ON_TIME_FLAG_MISSING = "on_time_flag_missing", _("without the source’s own word for on time or late")
    ON_TIME_FLAG_DIFFERS = (
        "on_time_flag_differs",
        _("called on time by the source and late by its dates, or the reverse"),
    )
    UNKNOWN_STATUS = "unknown_status", _("with a status the import does not know")
    UNKNOWN_CHANNEL = "unknown_channel", _("reported in a way the import does not know")


UNBELIEVED_TIMES = (
    Doubt.OPENED_DATE_ONLY,
    Doubt.CLOSED_DATE_ONLY,
    Doubt.CLOSED_AS_OPENED,
    Doubt.CLOSED_BEFORE_OPENED,
    Doubt.CLOSED_WITHOUT_TIME,
    Doubt.CLOSED_PLACEHOLDER,
    Doubt.CLOSED_UNREADABLE,
)
"""A row with one of these is left out of every figure of time."""

SOURCE_JOIN = "LEFT JOIN imports_importedrow source ON source.request_id = r.id"
"""Joins what the source said to requests ``r``: at most one row each, by a unique index."""

TIMES_UNBELIEVED_SQL = (
    "(r.times_are_impossible OR coalesce(r.closed_at = r.created_at, false) OR coalesce(source.problems ?| ARRAY["
    + ", ".join(f"'{code}'" for code in UNBELIEVED_TIMES)
    + "], false))"
)
"""True for a request ``r`` whose times can't be believed; needs `SOURCE_JOIN`. Never null."""


def with_doubt(*codes: Doubt) -> ServiceRequestQuerySet:
    """Imported requests whose row has at least one of these doubts."""
    return ServiceRequest.objects.filter(imported_row__problems__has_any_keys=[str(code) for code in codes])


def late_without_flag() -> ServiceRequestQuerySet:
    """Requests that were closed after their due date although the source's own on-time flag is blank."""
    return with_doubt(Doubt.ON_TIME_FLAG_MISSING).filter(closed_at__gt=F("first_due_at"))
