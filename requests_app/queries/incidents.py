"""Reports of one problem as anybody may know of them: how many people told of it, and which report was the first.

A join that can still be undone is not known yet: such a report counts for itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Func, IntegerField

from requests_app.workflow import Outcome

_JOINED = """
(m.held_until IS NULL OR NOT EXISTS (
    SELECT FROM requests_app_undowindow AS w
     WHERE w.request_id = m.id AND w.settled_at IS NULL AND w.undone_at IS NULL AND jsonb_exists(w.before, 'lead_id')))
"""
_OTHERS = f"""
CASE WHEN {{row}}.lead_id IS NULL AND {{row}}.merged_count = 0 THEN {{row}}.support_count
ELSE (SELECT sum(m.support_count) + count(*) - 1 FROM requests_app_servicerequest AS m
       WHERE m.id = {{row}}.id OR m.id = {{row}}.lead_id AND {_JOINED.replace("m.", "{row}.")}
          OR m.lead_id = {{row}}.id AND {_JOINED}
          OR m.lead_id = {{row}}.lead_id AND m.id <> {{row}}.id AND {_JOINED}
             AND {_JOINED.replace("m.", "{row}.")})
END::integer
"""  # noqa: S608 (our own words)


def others_sql(row: str) -> str:
    """How many others told of the same problem, for the reports of the table called ``row``: joined or in support.

    Costs nothing for a report that stands alone.
    """
    return _OTHERS.format(row=row)


class Others(Func):
    """`others_sql` for a query of requests."""

    template = others_sql("requests_app_servicerequest").replace("%", "%%")
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__()


@dataclass(frozen=True, slots=True)
class Incident:
    """How many others told of the problem of a report; whether it follows another one, and that one's number.

    The number is empty where the first report is not shown online.
    """

    others: int
    follows: bool = False
    lead: str = ""


_OF_ONE = f"""
SELECT {others_sql("r")}, r.lead_id IS NOT NULL AND {_JOINED.replace("m.", "r.")},
       CASE WHEN lead.is_public AND lead.shown_outcome <> %(spam)s THEN lead.number ELSE '' END
  FROM requests_app_servicerequest AS r LEFT JOIN requests_app_servicerequest AS lead ON lead.id = r.lead_id
 WHERE r.id = %(id)s
"""  # noqa: S608 (our own words)


def incident_of(request_id: int) -> Incident:
    """What may be said about the problem of a report that follows or is followed. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ONE, {"id": request_id, "spam": Outcome.SPAM.value})
        others, follows, lead = cursor.fetchone()
    return Incident(others, follows, (lead or "") if follows else "")
