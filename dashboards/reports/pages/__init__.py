"""The pages of the reports, in the order of their menu, and the lists behind their numbers."""

from dashboards.reports.content import Drill, ReportPage
from dashboards.reports.pages import areas, gap, overview, quality, volume

PAGES: tuple[ReportPage, ...] = (
    overview.PAGE,
    volume.PAGE,
    areas.PAGE,
    gap.PAGE,
    quality.PAGE,
)
BY_SLUG: dict[str, ReportPage] = {page.slug: page for page in PAGES}
DRILLS: dict[str, Drill] = {name: drill for page in PAGES for name, drill in page.drills.items()}
