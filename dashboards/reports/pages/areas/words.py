"""The words of the figures about areas: which ones stand out, and that none does."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.charts.figure import amount

MOST_NAMED = 3


def too_few() -> str:
    """What stands in place of a figure over fewer requests than it needs."""
    return _("too few")


def listed(names: Sequence[str]) -> str:
    """The first names of a list in one phrase: "District 3 (61 %), District 7 (64 %) and 2 more"."""
    shown, more = list(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more > 0:
        return ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more) % {
            "names": ", ".join(shown),
            "n": amount(more),
        }
    if len(shown) < 2:
        return "".join(shown)
    return _("%(names)s and %(last)s") % {"names": ", ".join(shown[:-1]), "last": shown[-1]}


def about_intervals() -> str:
    """How intervals and gaps are to be read; the same below each figure."""
    return _(
        "The intervals of all areas hold together with 95 %%, so a gap is beyond chance. Areas with fewer than %(few)s"
        " requests, or with too few of the city’s categories, show no figure."
    ) % {"few": TOO_FEW}
