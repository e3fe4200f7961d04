"""The columns of the queue's table: their names, their order, and which of them somebody wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """One column. ``key`` is also what the table sorts by; ``css`` aligns the header like its cells."""

    key: str
    label: Promise
    css: str = ""
    short: str = ""
    """What stands in the header instead of the label, which is then read out and shown on pointing."""


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("category", _("Category")),
        Column("where", _("Where")),
        Column("age", _("Age"), "num"),
        Column("due", _("Due")),
        Column("status", _("Status")),
        Column("assignee", _("Assignee")),
        Column("reporters", _("Other residents with this problem"), "num", "♦"),
        Column("photos", _("Photos"), "num"),
        Column("priority", _("Priority")),
        Column("department", _("Department")),
        Column("neighborhood", _("Neighborhood")),
        Column("channel", _("Came by")),
        Column("opened", _("Reported on")),
        Column("updated", _("Last change")),
    )
}
USUAL = ("category", "where", "age", "due", "status", "assignee", "reporters", "photos")


def columns_of(names: Iterable[str]) -> list[Column]:
    """The columns with these names in this order; names of no column are left out; none: the usual ones."""
    chosen = [COLUMNS[name] for name in dict.fromkeys(names) if name in COLUMNS]
    return chosen or [COLUMNS[name] for name in USUAL]
