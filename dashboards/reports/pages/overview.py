"""One page a director reads in a minute: what changed, how many say it was solved, what is about to break."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dashboards.reports.content import Content, ReportPage
from dashboards.reports.scope import Scope

SLUG = "overview"


def build(scope: Scope) -> Content:
    """The page."""
    return Content()


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Overview"),
    lead=gettext_lazy("What changed, and what to do first."),
    build=build,
)
