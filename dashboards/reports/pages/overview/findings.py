"""What changed and what to fix first, in sentences: what got worse, then where promises are missed, then what got better.

A change is told only where the evidence is beyond chance; what touches most requests comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW, curves_differ, differ
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Note
from dashboards.reports.names import Names, days, percent
from dashboards.reports.pages.overview.weeks import changes
from dashboards.reports.scope import Scope
from dashboards.reports.summary import Summary
from dashboards.reports.tally import Tally

MOST = 6
TO_FIX = 3
"""Where less than this got worse, the kinds with most missed promises fill up."""
ENOUGH = 30
"""A category with fewer requests than this in either period tells nothing about a change."""
RISE, FALL = 2.0, 0.5


@dataclass(frozen=True)
class Finding:
    """A sentence about a category with its rows; ``touches`` is about how many requests it concerns, and ranks it."""

    touches: float
    category: int
    note: Note
    is_good: bool = False


def findings(scope: Scope, called: Names, now: Summary, before: Summary | None) -> list[Note]:
    """At most `MOST` sentences: what got worse or misses promises, then what got better."""
    found = list(_volume(scope, called, now))
    if before is not None:
        for category, tally in now.by_category.items():
            earlier = before.by_category.get(category)
            if earlier is not None:
                found += _slower(scope, called, category, tally, earlier)
                found += _later(scope, called, category, tally, earlier)
    found += _unconvinced(scope, called, now)
    worse = _ranked(each for each in found if not each.is_good)
    named = {each.category for each in worse}
    late = _ranked(each for each in _missed(scope, called, now) if each.category not in named)
    worse += late[: max(0, TO_FIX - len(worse))]
    return [each.note for each in (worse + _ranked(each for each in found if each.is_good))[:MOST]]


def _ranked(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: -each.touches)


def _missed(scope: Scope, called: Names, now: Summary) -> Iterator[Finding]:
    """Kinds by how many missed their due date in the period, whether that is new or not."""
    for category, tally in now.by_category.items():
        late = tally["due"] - tally["due_closed"]
        if late < TOO_FEW:
            continue
        words = _("%(category)s: %(late)s of %(due)s were not closed by their due date.")
        text = words % {
            "category": called.category(category),
            "late": amount(late),
            "due": amount(tally["due"]),
        }
        href = scope.rows_href("due", category=category, result="late")
        yield Finding(late, category, Note(text, href, amount(late)))


def _volume(scope: Scope, called: Names, now: Summary) -> Iterator[Finding]:
    for each in changes(scope):
        seen = each.change
        weeks = seen.weeks
        opened = now.by_category[each.category]["opened"] if each.category in now.by_category else 0
        words = _("%(category)s: %(n)s a week, usually %(usual)s.")
        if seen.ratio is not None and seen.ratio >= RISE:
            words = _(
                "%(category)s came in %(ratio)s times as often as usual: %(n)s a week, usually %(usual)s."
            )
        elif seen.now > seen.usual:
            words = _("More reports of %(category)s than usual: %(n)s a week, usually %(usual)s.")
        elif seen.ratio is not None and seen.ratio <= FALL:
            words = _("Fewer than half the usual reports of %(category)s: %(n)s a week, usually %(usual)s.")
        else:
            words = _("Fewer reports of %(category)s than usual: %(n)s a week, usually %(usual)s.")
        text = words % {
            "category": called.category(each.category),
            "ratio": amount(seen.ratio, 1),
            "n": _week(seen.now),
            "usual": _week(seen.usual),
        }
        href = scope.rows_href("opened", category=each.category)
        yield Finding(
            abs(seen.now - seen.usual) * weeks,
            each.category,
            Note(text, href, amount(opened)),
            is_good=seen.now <= seen.usual,
        )


def _week(value: float) -> str:
    """A weekly count, with a decimal only where it says more."""
    return amount(value, 0 if value >= 10 or float(value).is_integer() else 1)


def _slower(scope: Scope, called: Names, category: int, now: Tally, before: Tally) -> Iterator[Finding]:
    if min(now["timely"], before["timely"]) < ENOUGH:
        return
    for mine, theirs, slower, faster in (
        (
            now.p90,
            before.p90,
            _("%(category)s: nine of ten now take %(now)s (was %(before)s)."),
            _("%(category)s got quicker: nine of ten now take %(now)s (was %(before)s)."),
        ),
        (
            now.median,
            before.median,
            _("%(category)s: half now take %(now)s (was %(before)s)."),
            _("%(category)s got quicker: half now take %(now)s (was %(before)s)."),
        ),
    ):
        if mine.value is None or theirs.value is None or not curves_differ(mine, theirs):
            continue
        words = slower if mine.value > theirs.value else faster
        text = words % {
            "category": called.category(category),
            "now": days(mine.value),
            "before": days(theirs.value),
        }
        weight = now["timely"] * abs(mine.value - theirs.value) / max(mine.value, theirs.value)
        note = Note(text, scope.rows_href("timed", category=category), amount(now["timely"]))
        yield Finding(weight, category, note, is_good=mine.value < theirs.value)
        return


def _later(scope: Scope, called: Names, category: int, now: Tally, before: Tally) -> Iterator[Finding]:
    mine, theirs = now.on_time, before.on_time
    if mine is None or theirs is None or min(mine.n, theirs.n) < ENOUGH or not differ(mine, theirs):
        return
    worse = mine.value < theirs.value
    words = (
        _("%(category)s: only %(now)s on time, %(before)s the period before.")
        if worse
        else _("%(category)s: %(now)s on time, %(before)s the period before.")
    )
    text = words % {"category": called.category(category), "now": percent(mine), "before": percent(theirs)}
    href = scope.rows_href("due", category=category, result="late" if worse else "on_time")
    shown = mine.n - mine.successes if worse else mine.successes
    note = Note(text, href, amount(shown))
    yield Finding(abs(mine.value - theirs.value) * mine.n, category, note, is_good=not worse)


def _unconvinced(scope: Scope, called: Names, now: Summary) -> Iterator[Finding]:
    """Kinds whose reporters say "not solved" more often than those of all kinds."""
    everybody = now.total.confirmed
    if everybody is None:
        return
    for category, tally in now.by_category.items():
        mine = tally.confirmed
        if mine is None or mine.n < ENOUGH or mine.value >= everybody.value or not differ(mine, everybody):
            continue
        words = _("%(category)s: %(no)s of %(n)s reporters who answered say it is not solved.")
        no = mine.n - mine.successes
        text = words % {"category": called.category(category), "no": amount(no), "n": amount(mine.n)}
        href = scope.rows_href("answers", category=category, result="no")
        yield Finding((everybody.value - mine.value) * mine.n * 2, category, Note(text, href, amount(no)))
