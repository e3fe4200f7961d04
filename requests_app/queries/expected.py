"""How long requests like this take, as an interval, read from the derived table; and how many stand before one.

The figures come from `requests_app.actions.estimates`, which the worker runs every night.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import MINIMUM_CLOSINGS

DAY_H = 24


@dataclass(frozen=True, slots=True)
class Expected:
    """Half are done in ``median_days``, nine of ten in ``p90_days``; None where it is too early to say.

    ``basis`` says what "like this" is: "area", "category" or "department". ``ahead`` counts open requests of the same
    kind that came before; None when nobody asked.
    """

    median_days: int | None
    p90_days: int | None
    closings: int
    ahead: int | None
    basis: str

    @property
    def is_early(self) -> bool:
        """Whether there is too little to say anything."""
        return self.median_days is None

    @property
    def sentence(self) -> str:
        """The interval in words: "Half of reports like this are done in 4 days, 9 of 10 in 12."."""
        if self.median_days is None:
            return _("We cannot say yet how long this takes: too few reports like it were closed lately.")
        if self.p90_days is None:
            return ngettext(
                "Half of reports like this are done within a day. How long the others take is too early to say.",
                "Half of reports like this are done in %(days)s days. How long the others take is too early to say.",
                self.median_days,
            ) % {"days": self.median_days}
        if self.p90_days == 1:
            return _("9 of 10 reports like this are done within a day.")
        return ngettext(
            "Half of reports like this are done within a day, 9 of 10 in %(most)s days.",
            "Half of reports like this are done in %(days)s days, 9 of 10 in %(most)s.",
            self.median_days,
        ) % {"days": self.median_days, "most": self.p90_days}

    @property
    def queue_sentence(self) -> str:
        """How many stand before this one, in words; empty when it was not counted."""
        if self.ahead is None:
            return ""
        if self.ahead == 0:
            return _("None is ahead of this one.")
        return ngettext("One is ahead of this one.", "%(count)s are ahead of this one.", self.ahead) % {
            "count": f"{self.ahead:,}"
        }

    def as_data(self) -> dict[str, Any]:
        """What was shown, for the event of the submission: the promise is scored later against what happened."""
        return {
            "median_days": self.median_days,
            "p90_days": self.p90_days,
            "ahead": self.ahead,
            "basis": self.basis,
            "closings": self.closings,
        }


# The narrowest scope with enough behind it: category in an area, category, department.
_FIND = """
SELECT median_hours, p90_hours, closings,
       CASE WHEN area_id IS NOT NULL THEN 'area' WHEN category_id IS NOT NULL THEN 'category' ELSE 'department' END
  FROM requests_app_expectedtime
 WHERE closings >= %(least)s
   AND ((category_id = %(category)s AND (area_id IS NULL OR area_id = ANY(%(areas)s)))
        OR (category_id IS NULL AND department_id = %(department)s))
 ORDER BY (area_id IS NULL), (category_id IS NULL), closings DESC
 LIMIT 1
"""

# Open requests of the category at the same department that came earlier; work in other departments is another queue.
_AHEAD = """
SELECT count(*) FROM (
    SELECT 1 FROM requests_app_servicerequest
     WHERE shown_category_id = %(category)s AND NOT (shown_status = 'closed') AND created_at < %(before)s
       AND lead_id IS NULL
       AND shown_department_id IS NOT DISTINCT FROM %(department)s
     LIMIT 10001) AS earlier
"""


def expected_time(
    *,
    category_id: int,
    area_ids: Iterable[int] = (),
    department_id: int | None = None,
    before: dt.datetime | None = None,
) -> Expected:
    """What may be said about a request of this category here: one statement, two with ``before``.

    ``before`` is when the request came (now for one that is not sent yet): earlier open ones are counted as ahead.
    """
    params: dict[str, Any] = {
        "least": MINIMUM_CLOSINGS,
        "category": category_id,
        "areas": list(area_ids),
        "department": department_id,
        "before": before,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, params)
        found = cursor.fetchone()
        ahead: int | None = None
        if before is not None:
            cursor.execute(_AHEAD, params)
            ahead = cursor.fetchone()[0]
    if found is None:
        return Expected(None, None, 0, ahead, "")
    median_h, p90_h, closings, basis = found
    return Expected(whole_days(median_h), whole_days(p90_h), closings, ahead, basis)


def whole_days(hours: float | None) -> int | None:
    """Days, rounded up so that the words promise no less than the figure; at least one."""
    return None if hours is None else max(1, math.ceil(hours / DAY_H))
