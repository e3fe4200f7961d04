"""Names behind ids, and words every figure uses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.statistics import TOO_FEW, Quantile, Share
from dashboards.queue.choices import catalogue
from dashboards.reports.charts.figure import amount, said_once
from dashboards.reports.scope import Scope
from departments.roles import Role
from requests_app.models.request import SEES_EVERYTHING
from requests_app.workflow import Channel

BAND_NAMES: tuple[Promise, ...] = (
    gettext_lazy("0–7 days"),
    gettext_lazy("8–30 days"),
    gettext_lazy("31–90 days"),
    gettext_lazy("91–365 days"),
    gettext_lazy("Over 365 days"),
)


@dataclass(frozen=True)
class Names:
    """Names of categories and departments by id; unknown ids of a catalogue just changed read as numbers."""

    categories: dict[int, str]
    departments: dict[int, str]
    retired: frozenset[tuple[str, int]] = frozenset()
    """What is abolished: ("category" or "department", id)."""

    def category(self, key: int) -> str:
        return self._said("category", key, self.categories.get(key, f"#{key}"))

    def department(self, key: int | None) -> str:
        return (
            self._said("department", key, self.departments.get(key, f"#{key}"))
            if key
            else _("Not routed yet")
        )

    def _said(self, what: str, key: int, name: str) -> str:
        return _("%(name)s (retired)") % {"name": name} if (what, key) in self.retired else name


def names() -> Names:
    """The names of the city's catalogue, read at most once in ten seconds; departments are short."""
    found = catalogue()
    return Names(
        categories={pk: name for pk, name, _group, _active in found.categories},
        departments={pk: short for pk, _name, _active, short in found.departments},
        retired=frozenset(
            [("category", row[0]) for row in found.categories if not row[3]]
            + [("department", row[0]) for row in found.departments if not row[2]]
        ),
    )


def percent(share: Share | None) -> str:
    """A share as "81 %", or why there is none."""
    return _percent(None if share is None or share.n < TOO_FEW else round(share.value * 100))


@said_once
def _percent(value: int | None) -> str:
    return _("too few") if value is None else _("%(value)s\u00a0%%") % {"value": amount(value)}


def percent_range(share: Share | None) -> str:
    """The interval of a share as "76–85 %"; empty for too few."""
    if share is None or share.n < TOO_FEW:
        return ""
    return _percent_range(round(share.lower * 100), round(share.upper * 100))


@said_once
def _percent_range(low: int, high: int) -> str:
    return _("%(low)s–%(high)s\u00a0%%") % {"low": amount(low), "high": amount(high)}


def days(value: float | None) -> str:
    """A length of time as "3.2 days"; "too early to say" where the curve has not come so far."""
    return _days(None if value is None else round(value, 1))


@said_once
def _days(value: float | None) -> str:
    if value is None:
        return _("too early to say")
    return ngettext("%(value)s day", "%(value)s days", 1 if value == 1 else 2) % {"value": amount(value, 1)}


def days_range(found: Quantile) -> str:
    """The interval of a time as "2.9–3.6"; an open end reads "or more"."""
    if found.value is None or found.lower is None:
        return ""
    return _days_range(round(found.lower, 1), None if found.upper is None else round(found.upper, 1))


@said_once
def _days_range(low: float, high: float | None) -> str:
    if high is None:
        return _("%(low)s or more") % {"low": amount(low, 1)}
    return _("%(low)s–%(high)s") % {"low": amount(low, 1), "high": amount(high, 1)}


def period_words(scope: Scope) -> str:
    """The period for people."""
    pattern = "M j, Y"
    return _("%(start)s to %(end)s") % {
        "start": date_format(scope.start, pattern),
        "end": date_format(scope.end, pattern),
    }


def _reach_words(scope: Scope) -> list[str]:
    """Whose requests these are where the reader does not see all: of a district, or of the own departments."""
    user = scope.user
    if user.sees_all_departments or user.role in SEES_EVERYTHING:
        return []
    if user.role == Role.COUNCIL_AIDE:
        own = catalogue().area_names.get(user.area_id or 0)
        return [own] if own and scope.area is None else []
    if scope.department is not None:
        return []
    mine = user.memberships.order_by("department__short_name")
    departments = ", ".join(mine.values_list("department__short_name", flat=True))
    return [_("%(departments)s and what is not routed yet") % {"departments": departments}]


def scope_words(scope: Scope) -> list[str]:
    """What narrows a report, for people: the reader's rights, then the filters in the order of the form."""
    words = _reach_words(scope)
    if scope.department is not None:
        words.append(names().department(scope.department))
    if scope.category is not None:
        words.append(names().category(scope.category))
    if scope.area is not None:
        words.append(catalogue().area_names.get(scope.area, f"#{scope.area}"))
    if scope.channel is not None:
        words.append(str(Channel(scope.channel).label))
    words.append(str(scope.population.label))
    if scope.storm_days:
        words.append(str(scope.storm_days.label))
    return words
