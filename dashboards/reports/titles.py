"""What a list of requests behind a number is called, and how it was chosen."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.names import BAND_NAMES, names
from dashboards.reports.rows import QUALITY, Params
from dashboards.reports.scope import Scope
from departments.models import StaffUser

_TITLES: dict[tuple[str, str], Promise] = {
    ("opened", ""): gettext_lazy("Opened in the period"),
    ("closed", ""): gettext_lazy("Closed in the period"),
    ("due", ""): gettext_lazy("Due in the period"),
    ("due", "on_time"): gettext_lazy("Closed by the due date"),
    ("due", "solved"): gettext_lazy("Closed by the due date and solved"),
    ("due", "late"): gettext_lazy("Not closed by the due date"),
    ("due", "late_closed"): gettext_lazy("Closed after the due date"),
    ("due", "late_open"): gettext_lazy("Past the due date and still open"),
    ("due", "set_aside"): gettext_lazy("Left out of the figure: on time"),
    ("due", "renewed"): gettext_lazy("Due in the period, with a new date promised"),
    ("timed", ""): gettext_lazy("Counted for the time to close"),
    ("timed", "set_aside"): gettext_lazy("Left out of the figure: time to close"),
    ("open", ""): gettext_lazy("Open now"),
    ("work", "in_hand"): gettext_lazy("In hand now"),
    ("work", "closed"): gettext_lazy("Closed by dispatchers in the period"),
    ("work", "acted"): gettext_lazy("Worked on by dispatchers in the period"),
}
_EXPLANATIONS: dict[str, Promise] = {
    "opened": gettext_lazy("By the time of the report. Spam is left out."),
    "closed": gettext_lazy(
        "With a closing in the history in this period, even if reopened since. Spam is left out."
    ),
    "due": gettext_lazy("By the first due date; what was true at that instant counts, not what came later."),
    "timed": gettext_lazy("Opened in the period, closed or still open."),
    "open": gettext_lazy("Open at this moment, whenever it was opened."),
    "work": gettext_lazy("Requests held by, or with an action of, dispatchers and supervisors."),
    "quality": gettext_lazy("Opened in the period; these rows may mislead."),
}


def title(figure: str, scope: Scope, params: Params) -> str:
    """The heading: what was counted, then what narrows it."""
    if figure == "quality":
        first = str(QUALITY[params.result][1])
        parts = [first[:1].upper() + first[1:]]
    else:
        parts = [str(_TITLES.get((figure, params.result), _TITLES.get((figure, ""), _("Requests"))))]
    if params.category is not None:
        parts.append(names().category(params.category))
    if params.week is not None:
        parts.append(_("week of %(day)s") % {"day": date_format(params.week, "M j, Y")})
    if params.band is not None and 0 <= params.band < len(BAND_NAMES):
        parts.append(str(BAND_NAMES[params.band]))
    if params.person is not None:
        person = StaffUser.objects.filter(pk=params.person).values_list("name", flat=True).first()
        parts.append(person or "–")
    return " · ".join(parts)


def explain(figure: str) -> str:
    """How the rows of a figure were chosen, in a sentence."""
    return str(_EXPLANATIONS.get(figure, ""))
