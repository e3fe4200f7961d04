"""The pages of the reports, in the order of their menu, and the lists behind their numbers."""

from dashboards.reports.content import Drill, ReportPage
from dashboards.reports.pages import (
    areas,
    backlog,
    channels,
    departments,
    expected,
    gap,
    outcomes,
    overview,
    people,
    quality,
    satisfaction,
    timeliness,
    volume,
)

PAGES: tuple[ReportPage, ...] = (
    overview.PAGE,
    volume.PAGE,
    timeliness.PAGE,
    backlog.PAGE,
    outcomes.PAGE,
    departments.PAGE,
    people.PAGE,
    areas.PAGE,
    gap.PAGE,
    channels.PAGE,
    satisfaction.PAGE,
    expected.PAGE,
    quality.PAGE,
)
BY_SLUG: dict[str, ReportPage] = {page.slug: page for page in PAGES}
DRILLS: dict[str, Drill] = {name: drill for page in PAGES for name, drill in page.drills.items()}
