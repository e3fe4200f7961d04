"""The figures a city may publish, in words: a title, a sentence, a table by quarter or kind, and how it is counted.

Counts and shares of fewer than ten reports are not given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.statistics import TOO_FEW, Calibration, Quantile, Share
from departments.directory import categories
from requests_app.queries.performance import Performance, Quarter


@dataclass(frozen=True)
class Value:
    """One cell: what is read, and the number for files; None where none is given."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Line:
    """One row of a figure's table."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class PublicFigure:
    """A figure as anybody reads it. ``headers`` name the columns, the first that of the labels."""

    key: str
    title: str
    finding: str
    definition: str
    headers: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A figure that can be published: its name for those who choose, and how it is made."""

    title: Promise
    build: Callable[[Performance, int], PublicFigure]


def figure(key: str, found: Performance, open_now: int) -> PublicFigure:
    """The figure of this name. Raises KeyError for a name that is not in `FIGURES`."""
    return FIGURES[key].build(found, open_now)


def quarter_words(quarter: Quarter) -> str:
    """A quarter as people say it: "January to March 2026"."""
    return _("%(first)s to %(last)s %(year)s") % {
        "first": MONTHS[quarter.start.month],
        "last": MONTHS[quarter.start.month + 2],
        "year": quarter.start.year,
    }


def count(n: int) -> Value:
    """A count, or that it is small."""
    if n < TOO_FEW:
        return Value(_("fewer than %(most)s") % {"most": TOO_FEW})
    return Value(number_format(n, force_grouping=True), n)


def percent(share: Share | None) -> Value:
    """A share in percent, in files from 0 to 1; "too few to say" where it rests on fewer than ten."""
    if share is None or share.n < TOO_FEW:
        return Value(_("too few to say"))
    return Value(_("%(share)s\u00a0%%") % {"share": round(share.value * 100)}, round(share.value, 4))


def days(found: Quantile) -> Value:
    """A time in days."""
    if found.value is None:
        return Value(_("too early to say"))
    rounded = round(found.value, 1)
    words = ngettext("%(days)s day", "%(days)s days", 1 if rounded == 1 else 2)
    return Value(words % {"days": number_format(rounded, 1)}, rounded)


def _by_quarter(found: Performance, part: str, whole: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            quarter_words(each),
            (
                Value(_("too early to say")) if each.is_too_early(part) else percent(each.share(part, whole)),
                count(each.counts[whole]),
            ),
        )
        for each in found.quarters
    )


def _share_figure(
    key: str, found: Performance, part: str, whole: str, *, said: str, thin: str, of: str, definition: str
) -> PublicFigure:
    """A share by quarter; ``said`` holds it, ``thin`` is said over too few."""
    share = found.last.share(part, whole)
    words = {"share": percent(share).text, "when": quarter_words(found.last)}
    return PublicFigure(
        key=key,
        title=str(FIGURES[key].title),
        finding=thin % words if share is None else said % words,
        definition=definition,
        headers=(_("Quarter"), _("Share"), of),
        lines=_by_quarter(found, part, whole),
    )


def _solved(found: Performance, _open_now: int) -> PublicFigure:
    last = found.last
    made = _share_figure(
        "solved",
        found,
        "solved",
        "answered",
        said=_("%(share)s of residents who answered say their problem was solved (%(when)s)."),
        thin=_("Too few residents answered in %(when)s to say how many problems were solved."),
        of=_("Answers"),
        definition=_(
            "When we close a report, its sender may tell us if the problem is solved."
            " This is the share of “yes” among the answers, by the day of closing."
        ),
    )
    response = last.share("answered", "asked")
    if response is None:
        return made
    words = _("%(share)s of senders answered.") % {"share": percent(response).text}
    return PublicFigure(
        made.key, made.title, f"{made.finding} {words}", made.definition, made.headers, made.lines
    )


def _on_time(found: Performance, _open_now: int) -> PublicFigure:
    return _share_figure(
        "on_time",
        found,
        "due_closed",
        "due",
        said=_("%(share)s of reports due in %(when)s were closed on time."),
        thin=_("Too few reports were due in %(when)s to say how many were closed on time."),
        of=_("Reports due"),
        definition=_(
            "We count by the first date we gave. A report still open after that date is late, even if we gave a new"
            " date later. One problem counts once."
        ),
    )


def _on_time_solved(found: Performance, _open_now: int) -> PublicFigure:
    return _share_figure(
        "on_time_solved",
        found,
        "due_solved",
        "due",
        said=_("%(share)s of reports due in %(when)s were closed on time and solved."),
        thin=_("Too few reports were due in %(when)s to say how many were solved on time."),
        of=_("Reports due"),
        definition=_(
            "Closed by the first date we gave, with the work done, and not opened again within 30 days. Where those are"
            " not over, we count it as not opened again."
        ),
    )


def _renewed(found: Performance, _open_now: int) -> PublicFigure:
    return _share_figure(
        "renewed",
        found,
        "renewed",
        "due",
        said=_("%(share)s of reports due in %(when)s got a later date than we first gave."),
        thin=_("Too few reports were due in %(when)s to say how many got a later date."),
        of=_("Reports due"),
        definition=_("A new date does not make a report on time: that goes by the first date."),
    )


def _reopened(found: Performance, _open_now: int) -> PublicFigure:
    return _share_figure(
        "reopened",
        found,
        "reopened",
        "counted",
        said=_("%(share)s of reports closed in %(when)s were opened again."),
        thin=_("We cannot say yet how many reports closed in %(when)s were opened again."),
        of=_("Closed"),
        definition=_("Opened again within 30 days after we closed them. One problem counts once."),
    )


def _open(_found: Performance, open_now: int) -> PublicFigure:
    if open_now < TOO_FEW:
        finding = _("Fewer than %(most)s reports are open now.") % {"most": TOO_FEW}
    else:
        finding = _("%(n)s reports are open now.") % {"n": count(open_now).text}
    return PublicFigure(
        key="open",
        title=str(FIGURES["open"].title),
        finding=finding,
        definition=_("Sent at any time and not closed yet. Many reports of one problem count once."),
        headers=(_("Now"), _("Open")),
        lines=(Line(_("Now"), (count(open_now),)),),
    )


def _times(found: Performance, _open_now: int) -> PublicFigure:
    known = categories()
    lines = tuple(
        Line(known[each.category_id].shown_name, (days(each.median), days(each.p90), count(each.n)))
        for each in found.times
    )
    when = quarter_words(found.last)
    finding = _("Too few reports came in %(when)s to say how long they take.") % {"when": when}
    if lines:
        finding = _("How long it took what was reported most in %(when)s. “%(kind)s”: half in %(days)s.") % {
            "when": when,
            "kind": lines[0].label,
            "days": lines[0].values[0].text,
        }
        if found.times[0].median.value is None:
            finding = _("How long it took what was reported most in %(when)s.") % {"when": when}
    return PublicFigure(
        key="times",
        title=str(FIGURES["times"].title),
        finding=finding,
        definition=_(
            "Days from the report until it was closed, by the day it was sent. Reports that are still open count too,"
            " with the time they have waited so far."
        ),
        headers=(_("Kind of problem"), _("Half are closed in"), _("Nine of ten are closed in"), _("Reports")),
        lines=lines,
    )


def _expected(found: Performance, _open_now: int) -> PublicFigure:
    summary = found.calibration
    pairs = (
        (_("Half are done by then"), _("50 of 100"), summary.median),
        (_("Nine of ten are done by then"), _("90 of 100"), summary.p90),
    )
    finding = _("Too few senders were told a time to say how often it came true.")
    if summary.median is not None and summary.p90 is not None:
        finding = _(
            "When we said “nine of ten are done by then”, %(p90)s were. When we said “half”, %(half)s were."
        ) % {"p90": percent(summary.p90.share).text, "half": percent(summary.median.share).text}
    return PublicFigure(
        key="expected",
        title=str(FIGURES["expected"].title),
        finding=finding,
        definition=_(
            "When you report, we tell you how long such reports usually take. This shows how often that came true,"
            " for a year of reports that are at least twelve weeks old."
        ),
        headers=(_("What we said"), _("Should be"), _("Was"), _("Reports")),
        lines=tuple(
            Line(said, (Value(should), percent(each.share if each else None), count(_n(each))))
            for said, should, each in pairs
        ),
    )


def _n(found: Calibration | None) -> int:
    return 0 if found is None else found.share.n


FIGURES: dict[str, Kind] = {
    "solved": Kind(gettext_lazy("Residents who say it was solved"), _solved),
    "on_time": Kind(gettext_lazy("On time"), _on_time),
    "on_time_solved": Kind(gettext_lazy("On time and solved"), _on_time_solved),
    "open": Kind(gettext_lazy("Open now"), _open),
    "times": Kind(gettext_lazy("How long it takes"), _times),
    "reopened": Kind(gettext_lazy("Opened again"), _reopened),
    "expected": Kind(gettext_lazy("How often our estimates came true"), _expected),
    "renewed": Kind(gettext_lazy("Dates we moved"), _renewed),
}
"""By the name they are kept under, in the order they are offered."""
