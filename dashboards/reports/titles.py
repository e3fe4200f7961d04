"""What a list of requests behind a number is called."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.reports.content import Drill, Params, Rows
from dashboards.reports.names import BAND_NAMES, names
from departments.models import StaffUser


def title(drill: Drill, params: Params, rows: Rows) -> str:
    """The heading: what was counted, then what narrows it beside the filters of the report.

    A person is named where the list is of that person's work and ``rows`` hold some: an address is no way to the names
    of people whose work the reader does not see.
    """
    parts = [str(drill.titles.get(params.result, drill.titles[""]))]
    if params.week is not None:
        parts.append(_("week of %(day)s") % {"day": date_format(params.week, "M j, Y")})
    if params.weekday is not None:
        parts.append(str(WEEKDAYS[params.weekday]))
    if params.hour is not None:
        parts.append(_("%(hour)s:00 to %(hour)s:59") % {"hour": f"{params.hour:02d}"})
    if params.band is not None and 0 <= params.band < len(BAND_NAMES):
        parts.append(str(BAND_NAMES[params.band]))
    called = names()
    if params.source is not None:
        parts.append(_("from %(department)s") % {"department": called.department(params.source)})
    if params.target is not None:
        parts.append(_("to %(department)s") % {"department": called.department(params.target)})
    if params.person is not None:
        person = ""
        if drill.is_of_people and rows.exists():
            person = StaffUser.objects.filter(pk=params.person).values_list("name", flat=True).first() or ""
        parts.append(person or "–")
    return " · ".join(parts)
