"""Keeping the ledger of the public map short, and making it anew."""

from __future__ import annotations

from django.db import connection, transaction

_FOLD = """
WITH split AS (
  SELECT level, category_id, x, y FROM requests_app_mapcell
   GROUP BY level, category_id, x, y HAVING count(*) > 1 OR sum(reports) = 0
), gone AS (
  DELETE FROM requests_app_mapcell AS m USING split AS s
   WHERE (m.level, m.category_id, m.x, m.y) = (s.level, s.category_id, s.x, s.y)
  RETURNING m.level, m.category_id, m.x, m.y, m.reports, m.sum_x, m.sum_y, m.sum_id
), folded AS (
  INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
  SELECT level, category_id, x, y, sum(reports), sum(sum_x), sum(sum_y), sum(sum_id) FROM gone
   GROUP BY level, category_id, x, y
  HAVING (sum(reports), sum(sum_x), sum(sum_y), sum(sum_id)) <> (0, 0, 0, 0)
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM folded)
"""
_FROM_REPORTS = """
SELECT m.level, m.category_id, m.cell_x AS x, m.cell_y AS y,
       sum(m.reports) AS reports, sum(m.sum_x) AS sum_x, sum(m.sum_y) AS sum_y, sum(m.sum_id) AS sum_id
  FROM requests_app_servicerequest AS r JOIN departments_category AS c ON c.id = r.shown_category_id,
       map_cell_rows(1, r.id, r.shown_category_id,
                     shown_cell_x(c.place_is_sensitive, r.longitude, r.cell_x),
                     shown_cell_y(c.place_is_sensitive, r.latitude, r.cell_y)) AS m
 WHERE r.is_public AND r.shown_status <> 'closed' AND r.cell_x IS NOT NULL AND NOT r.place_is_fallback
 GROUP BY m.level, m.category_id, m.cell_x, m.cell_y
"""
_LEDGER = """
SELECT level, category_id, x, y, sum(reports) AS reports, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y,
       sum(sum_id) AS sum_id
  FROM requests_app_mapcell GROUP BY level, category_id, x, y HAVING sum(reports) <> 0
"""
_DIFFERENCE = f"""
SELECT count(*) FROM (
  (({_LEDGER}) EXCEPT ({_FROM_REPORTS})) UNION ALL (({_FROM_REPORTS}) EXCEPT ({_LEDGER}))
) AS different
"""  # noqa: S608 (our own words)


@transaction.atomic
def fold_map_cells() -> int:
    """Make one row of the rows of each cell; return how many rows that saved. Runs beside any change of reports."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
        return int(cursor.fetchone()[0])


@transaction.atomic
def rebuild_map_cells() -> None:
    """Count all open reports anew. Changes of reports wait meanwhile, reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE requests_app_servicerequest IN SHARE MODE")
        cursor.execute("DELETE FROM requests_app_mapcell")
        cursor.execute(
            "INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id) "
            + _FROM_REPORTS
        )


def wrong_map_cells() -> int:
    """How many cells differ from the reports: 0 when all is well. One statement, so from one instant."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCE)
        return int(cursor.fetchone()[0])
