"""From rows to what the queue's table shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from dashboards.queue.choices import Catalogue
from departments.kinds import Priority
from requests_app.queries.worklists import COUNT_CAP, QueueView, capped_count
from requests_app.workflow import Outcome, Status

_STATUS_WORDS = {status.value: status.label for status in Status}
_OUTCOME_WORDS = {outcome.value: outcome.label for outcome in Outcome}
_ALERTING = frozenset(
    {
        QueueView.OVERDUE,
        QueueView.PROMISES,
        QueueView.REVIEW,
        QueueView.ASKED,
        QueueView.DISPUTED,
        QueueView.APPEALS,
        QueueView.TRIAGE,
    }
)
_ONLY_WITH_SOMETHING = frozenset(
    {
        QueueView.REVIEW,
        QueueView.TASKS,
        QueueView.ASKED,
        QueueView.DISPUTED,
        QueueView.APPEALS,
        QueueView.TRIAGE,
    }
)
"""Lists that are empty on most days: their tabs appear when there is something to do."""


class QueueRow(NamedTuple):
    """One line of the table; a tuple, because a page makes fifty."""

    number: str
    category: str
    where: str
    neighborhood: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    is_open: bool
    is_overdue: bool
    status: str
    status_label: str
    outcome_label: str
    review_is_due: bool
    assignee: str
    is_mine: bool
    owner: str
    photo_count: int
    reporters: int
    priority: int
    channel: str
    updated_at: dt.datetime
    version: int
    follows: bool
    waits: bool

    @property
    def is_urgent(self) -> bool:
        return self.priority >= Priority.URGENT

    @property
    def is_high(self) -> bool:
        return self.priority == Priority.HIGH


def queue_row(
    row: dict[str, Any], *, known: Catalogue, user_id: int, now: dt.datetime, today: dt.date
) -> QueueRow:
    """One line from the columns of `requests_app.queries.queue_lines.queue_rows`; ``known`` names what they refer to."""
    is_open = row["status"] != Status.CLOSED
    return QueueRow(
        number=row["number"],
        category=known.category_names.get(row["category_id"], ""),
        where=row["address"] or row["place_note"] or _("No place given"),
        neighborhood=row["neighborhood"] or "",
        created_at=row["created_at"],
        due_at=row["due_at"],
        is_open=is_open,
        is_overdue=is_open and row["due_at"] is not None and row["due_at"] < now,
        status=row["status"],
        status_label=str(_STATUS_WORDS[row["status"]]),
        outcome_label=str(_OUTCOME_WORDS[row["outcome"]]).lower() if row["outcome"] else "",
        review_is_due=row["review_on"] is not None and row["review_on"] <= today,
        assignee=row["assignee__name"] or "",
        is_mine=row["assignee_id"] == user_id,
        owner=known.owner_names.get(row["department_id"])
        or known.partner_names.get(row["partner_id"])
        or _("Triage"),
        photo_count=row["photo_count"],
        reporters=row["support_count"] + row["merged_count"],
        priority=row["priority"],
        channel=row["channel"],
        updated_at=row["updated_at"],
        version=row["version"],
        follows=row["lead_id"] is not None,
        waits=row["held_until"] is not None,
    )


@dataclass(frozen=True)
class Tab:
    """One list above the table, with how much it holds."""

    view: QueueView
    label: str
    count: str
    is_current: bool
    is_alert: bool
    is_shown: bool


def tabs(counts: dict[QueueView, int], current: QueueView) -> list[Tab]:
    """The lists with their counts; the reader's eye is drawn to what is late or lost."""
    return [
        Tab(
            view=view,
            label=str(view.label),
            count=count_words(counts[view]) if view in counts else "",
            is_current=view == current,
            is_alert=view in _ALERTING and bool(counts.get(view)),
            is_shown=view not in _ONLY_WITH_SOMETHING or view == current or bool(counts.get(view)),
        )
        for view in QueueView
    ]


def count_words(count: int) -> str:
    """ "212", or "1,000+" past the cap."""
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages over at most `COUNT_CAP` rows: nobody reads page 400, and counting them costs.

    ``rows`` is a queryset, or anything with ``counted()`` and slices, such as `requests_app.queries.list_pages` has.
    """

    def __init__(self, rows: Any, per_page: int, *, known_count: int | None = None) -> None:
        super().__init__(rows, per_page)
        self.known_count = known_count

    @cached_property
    def _counted(self) -> int:
        if self.known_count is not None:
            return self.known_count
        rows: Any = self.object_list
        return int(rows.counted() if hasattr(rows, "counted") else capped_count(rows))

    @cached_property
    def count(self) -> int:
        return min(self._counted, COUNT_CAP)

    @property
    def count_words(self) -> str:
        """The total in words."""
        return count_words(self._counted)

    @property
    def is_capped(self) -> bool:
        return self._counted > COUNT_CAP
