"""Finer levels for the map's ledger, measured at a million reports; an index of all public reports, newest first."""

from django.db import migrations, models

LEVELS = """
CREATE OR REPLACE FUNCTION map_cell_rows(sign integer, request bigint, category bigint, x integer, y integer)
RETURNS TABLE (level integer, category_id bigint, cell_x integer, cell_y integer,
               reports integer, sum_x bigint, sum_y bigint, sum_id bigint)
LANGUAGE sql IMMUTABLE AS $$
  SELECT l.level, c.category_id, x >> l.level, y >> l.level,
         sign, sign * x::bigint, sign * y::bigint, sign * request
    FROM (VALUES ({fine}), ({coarse})) AS l(level), (VALUES (0::bigint), (category)) AS c(category_id)
$$;
DELETE FROM requests_app_mapcell;
INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
SELECT m.level, m.category_id, m.cell_x, m.cell_y, sum(m.reports), sum(m.sum_x), sum(m.sum_y), sum(m.sum_id)
  FROM requests_app_servicerequest AS r JOIN departments_category AS c ON c.id = r.category_id,
       map_cell_rows(1, r.id, r.category_id,
                     shown_cell_x(c.place_is_sensitive, r.longitude, r.cell_x),
                     shown_cell_y(c.place_is_sensitive, r.latitude, r.cell_y)) AS m
 WHERE r.is_public AND r.status <> 'closed' AND r.cell_x IS NOT NULL AND NOT r.place_is_fallback
 GROUP BY m.level, m.category_id, m.cell_x, m.cell_y;
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0009_ahead")]

    operations = [
        migrations.RunSQL(LEVELS.format(fine=3, coarse=5), LEVELS.format(fine=4, coarse=6)),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("is_public", True), models.Q(("outcome", "spam"), _negated=True)),
                fields=["-created_at", "-id"],
                name="request_public_newest",
            ),
        ),
    ]
