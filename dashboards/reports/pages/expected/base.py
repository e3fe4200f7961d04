"""What the figures of promises kept have in common: the requests opened in the period, and bars and rows of shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import Share
from dashboards.reports.cells import count_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Cell, Drawing, Figure, Picture
from dashboards.reports.charts.figure import amount
from dashboards.reports.expected_numbers import Kept, ToldNumbers, told_numbers
from dashboards.reports.frames import Frame, seconds
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names
from dashboards.reports.scope import Scope
from dashboards.reports.share_bars import share_bar, share_bars
from requests_app.queries.calibration import OLD_ENOUGH

SLUG = "expected"


@dataclass(frozen=True)
class Estimates:
    """The requests opened in the period, with what their reporters were told."""

    scope: Scope
    rows: Frame
    called: Names

    @cached_property
    def now(self) -> float:
        """The instant of the page in seconds since 1970."""
        return seconds(self.scope.now)

    @cached_property
    def total(self) -> ToldNumbers:
        """All of them."""
        return told_numbers(self.rows, self.now)

    def figure(self, uid: str, finding: str, description: str, drawing: Picture | None) -> Figure:
        """A figure of how often the times came true."""
        href, pending = self.scope.rows_href, self.total.pending
        return make_figure(
            self.scope,
            SLUG,
            uid,
            finding=finding if drawing else _("It is too early to say whether the times told came true."),
            description=description,
            definition=_(
                "Of requests opened in the period whose reporter was told a time twelve weeks ago or longer, the share"
                " closed by the time told for half (should be 50 %%) and by that for nine of ten (should be 90 %%). N days"
                " are N times 24 hours from the report. What is open past its time counts as not closed. Times are told"
                " in whole days, rounded up: short ones come true more often than told."
            )
            % {},
            excluded=_left_out(pending),
            excluded_href=href("expected", result="pending") if pending else "",
            rows=self.total.told,
            rows_href=href("expected", result="told"),
            drawing=drawing,
            empty=self._empty(),
        )

    def _empty(self) -> str:
        if self.scope.begins > self.scope.now - OLD_ENOUGH:
            return _(
                "Too early: what residents were told is judged after twelve weeks. Choose a period that began earlier."
            )
        return _("Fewer than 10 reporters of this period were told a time that can be judged.")


def _left_out(pending: int) -> str:
    if not pending:
        return _(
            "Left out: requests whose time is not over. Here, none. Duplicates and withdrawn requests are not counted."
        )
    words = ngettext(
        "Left out where the time told is not over yet: %(n)s request. Duplicates and withdrawn requests are not counted.",
        "Left out where the time told is not over yet: %(n)s requests. Duplicates and withdrawn requests are not counted.",
        pending,
    )
    return words % {"n": amount(pending)}


def share_of(found: Kept) -> Share | None:
    """The share kept, None where there are too few."""
    return found.calibration.share if found.calibration else None


def verdict(found: Kept) -> str:
    """What the interval says of a promise."""
    if found.calibration is None:
        return _("too few")
    return {
        0: _("no difference beyond chance"),
        -1: _("less often than told"),
        1: _("more often than told"),
    }[found.calibration.direction]


def kept_bars(rows: Sequence[tuple[str, Kept, str]]) -> Drawing:
    """Bars of the shares kept: label, numbers, and the address of those kept. Too few have none; its table is to be replaced."""
    return share_bars(
        [share_bar(label, kept.kept, kept.n, href) for label, kept, href in rows if share_of(kept)]
    )


def told_headers(first: str) -> tuple[str, ...]:
    """The headers of a table of `told_line`."""
    return (
        first,
        _("Told a time"),
        _("Closed by the time for half"),
        _("Not by then"),
        _("Share (should be 50 %)"),
        _("95 % interval"),
        _("Verdict"),
        _("Closed by the time for nine of ten"),
        _("Not by then"),
        _("Share (should be 90 %)"),
        _("95 % interval"),
        _("Verdict"),
    )


def told_line(
    first: Cell, found: ToldNumbers, scope: Scope, category: int | None = None, ending: str = ""
) -> tuple[Cell, ...]:
    """One row of the table; ``category`` and ``ending`` narrow the lists it leads to."""

    def count(number: int, result: str) -> Cell:
        return count_cell(number, scope.rows_href("expected", category=category, result=result + ending))

    cells = [first, count(found.told, "told")]
    for kept, name in ((found.median, "p50"), (found.p90, "p90")):
        cells += [
            count(kept.kept, f"kept_{name}"),
            count(kept.missed, f"missed_{name}"),
            share_cell(share_of(kept)),
            share_range_cell(share_of(kept)),
            text_cell(verdict(kept)),
        ]
    return tuple(cells)
