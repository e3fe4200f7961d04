"""The lines of the queue: searched, sorted, and read in one statement."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from departments.kinds import AreaKind
from departments.models import Area
from requests_app.models import Photo, Reporter
from requests_app.models.photo import PhotoState
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.workflow import Channel, Status

_NUMBER = re.compile(r"\d{2}-\d{0,12}")


def is_number(text: str) -> bool:
    """Whether the text is a request's number, or the beginning of one."""
    return bool(_NUMBER.fullmatch(_compact(text)))


def matching(rows: ServiceRequestQuerySet, text: str, *, one_plan: bool = False) -> ServiceRequestQuerySet:
    """Requests whose number begins with the text, or whose description and address hold its words.

    With ``one_plan`` the database plans for words it does not know: right for the few rows of a short time.
    """
    if is_number(text):
        return rows.filter(number__startswith=_compact(text))
    query = _ReadFirst if one_plan else SearchQuery
    vector = SearchVector("description", "address", config="english")
    return rows.annotate(words=vector).filter(words=query(text, config="english", search_type="websearch"))


class _ReadFirst(SearchQuery):
    """The words looked for, as a subquery of their own: the plan is the same for all words.

    A planner that knows the words takes them for independent. "pothole wheel" would be held to be fifty times rarer
    than it is, and every request with both words be read where the newest suffice.
    """

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return f"(SELECT {sql})", params


def reported_by(rows: ServiceRequestQuerySet, text: str) -> ServiceRequestQuerySet:
    """Requests of the reporter with this e-mail address, phone number, or all these words in the name."""
    if "@" in text:
        found = Reporter.objects.filed_with(text)
    elif sum(letter.isdigit() for letter in text) >= PHONE_LIKE:
        found = Reporter.objects.calling_from(text).order_by()
    else:
        found = Reporter.objects.named(text)
    return rows.filter(pk__in=found.values("request"))


PHONE_LIKE = 7
"""So many digits are a phone number and no name."""


def _compact(text: str) -> str:
    return text.strip().replace(" ", "")


def _in_order(column: str, values: list[str]) -> Case:
    return Case(
        *(When(**{column: value}, then=Value(position)) for position, value in enumerate(values)),
        output_field=IntegerField(),
    )


_SORTS: dict[str, Any] = {
    "number": F("number"),
    "category": F("category__name"),
    "department": F("department__short_name"),
    "where": F("address"),
    "neighborhood": F("neighborhood"),
    "opened": F("created_at"),
    "updated": F("updated_at"),
    "due": F("due_at"),
    "status": _in_order("status", [status.value for status in Status]),
    "assignee": F("assignee__name"),
    "priority": F("priority"),
    "channel": _in_order("channel", [channel.value for channel in Channel]),
    "reporters": F("support_count") + F("merged_count"),
    "photos": F("photo_count"),
    "closed": F("closed_at"),
}
_NEVER_EMPTY = frozenset(
    {"number", "where", "opened", "updated", "status", "priority", "channel", "reporters", "photos"}
)
SORT_KEYS = frozenset(_SORTS) | {"age"} | {f"-{key}" for key in (*_SORTS, "age")}


def ordered(rows: ServiceRequestQuerySet, sort: str) -> ServiceRequestQuerySet:
    """Sort by one of `SORT_KEYS`; ties go by newest. "age" counts upwards: the youngest come first."""
    key, falls = sort.removeprefix("-"), sort.startswith("-")
    if key == "age":
        key, falls = "opened", not falls
    empty_last = None if key in _NEVER_EMPTY else True
    order = OrderBy(_SORTS[key], descending=falls, nulls_last=empty_last)
    return _with(rows, key).order_by(order, "-id")


def _with(rows: ServiceRequestQuerySet, key: str) -> ServiceRequestQuerySet:
    """The rows with what sorting by this key needs."""
    if key == "photos":
        return rows.annotate(photo_count=_photos())
    return rows.annotate(neighborhood=_neighborhood()) if key == "neighborhood" else rows


def _photos() -> Coalesce:
    """How many pictures there are; an unredacted version is none beside the one in its place."""
    there = Photo.objects.filter(request=OuterRef("pk")).exclude(state=PhotoState.RESTRICTED)
    counted = there.order_by().values("request")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


def _neighborhood() -> Subquery:
    areas = Area.objects.filter(requests=OuterRef("pk"), kind=AreaKind.NEIGHBORHOOD)
    return Subquery(areas.order_by("name").values("name")[:1])


QUEUE_COLUMNS = (
    "number",
    "version",
    "status",
    "outcome",
    "priority",
    "channel",
    "address",
    "place_note",
    "created_at",
    "updated_at",
    "due_at",
    "review_on",
    "held_until",
    "category_id",
    "department_id",
    "partner_id",
    "assignee_id",
    "assignee__name",
    "photo_count",
    "support_count",
    "merged_count",
    "lead_id",
    "neighborhood",
)


def queue_rows(rows: ServiceRequestQuerySet) -> QuerySet[Any, Any]:
    """The columns of the queue's table, one statement for a page of any size.

    Names of categories, departments and partners are few and known to the caller: no join for them.
    """
    shown: QuerySet[Any, Any] = rows.annotate(photo_count=_photos(), neighborhood=_neighborhood())
    return shown.values(*QUEUE_COLUMNS)


def chosen_ids(rows: ServiceRequestQuerySet, most: int) -> dict[int, int]:
    """The first rows of a list as versions by id; one more than ``most`` says that there are more."""
    return dict(rows.values_list("pk", "version")[: most + 1])
