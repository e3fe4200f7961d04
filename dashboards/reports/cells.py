"""Cells of the tables of numbers: the text for people and the raw value for files, both from one number.

A count of nothing has no link: there are no rows to see. A share over too few requests has no raw value either, so
that no file says what the page does not.
"""

from __future__ import annotations

import datetime as dt

from civic311.lib.statistics import TOO_FEW, Quantile, Share
from dashboards.reports.charts.figure import Cell, amount, day_words, span
from dashboards.reports.names import days, days_range, percent, percent_range

NOTHING = "–"


def text_cell(text: str, href: str = "") -> Cell:
    """Words, the same in files."""
    return Cell(text or NOTHING, href, text)


def count_cell(count: int | None, href: str = "") -> Cell:
    """A number of requests or people, with the address of its rows; a dash where there is none."""
    return Cell(amount(count), href if count else "", count)


def number_cell(value: float | None, decimals: int = 1, href: str = "") -> Cell:
    """Any other number, rounded to `decimals` on the page and in files."""
    rounded = None if value is None else round(value, decimals)
    return Cell(amount(rounded, decimals), href, rounded)


def days_cell(value: float | None, href: str = "", *, none: str = "") -> Cell:
    """A length of time in days; `none` says why there is none, by default "too early to say"."""
    if value is None and none:
        return Cell(none)
    return Cell(days(value), href if value is not None else "", None if value is None else round(value, 1))


def days_range_cell(found: Quantile) -> Cell:
    """The interval of a time, such as "2.9–3.6"; files say the same words."""
    return Cell(days_range(found) or NOTHING)


def share_cell(share: Share | None, href: str = "") -> Cell:
    """A share as "81 %", in files 0.8125; "too few" where it rests on fewer requests than a figure needs."""
    if share is None or share.n < TOO_FEW:
        return Cell(percent(share))
    return Cell(percent(share), href, round(share.value, 4))


def share_range_cell(share: Share | None) -> Cell:
    """The interval of a share, such as "76–85 %"; files say the same words."""
    return Cell(percent_range(share) or NOTHING)


def part_cell(part: float, whole: float, href: str = "") -> Cell:
    """A part of a whole in percent with one decimal, in files a share from 0 to 1; a dash for a part of nothing."""
    if not whole:
        return Cell(NOTHING)
    ratio = part / whole
    return Cell(f"{amount(ratio * 100, 1)}\u00a0%", href if part else "", round(ratio, 4))


def day_cell(day: dt.date | None, href: str = "", *, pattern: str = "M j, Y") -> Cell:
    """A day in words, in files as a date."""
    return Cell(NOTHING) if day is None else Cell(day_words(day, pattern), href, day)


def band_cell(lower: float | None, upper: float | None, decimals: int = 0) -> Cell:
    """A band such as "12 – 18"; files say the same words."""
    return Cell(span(lower, upper, decimals))
