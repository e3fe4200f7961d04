"""The public map's counts: a ledger of open reports by coarse cell, written by triggers with every change of a report.

Statements of many rows (COPY, a deletion) write their sums at once; an update writes only where it changes what the
map shows. A change of a category between sensitive and not moves its points.
"""

from django.db import migrations, models

FUNCTIONS = """
-- The cell a point is shown in: its own, or that of the point rounded to the block.
CREATE FUNCTION shown_cell_x(is_sensitive boolean, longitude double precision, cell integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN is_sensitive
    THEN least(1048575, floor((round(longitude::numeric, 3)::double precision + 180.0) / 360.0 * 1048576))::integer
    ELSE cell END
$$;
CREATE FUNCTION shown_cell_y(is_sensitive boolean, latitude double precision, cell integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN is_sensitive
    THEN floor((1.0 - asinh(tan(radians(greatest(-85.05, least(85.05, round(latitude::numeric, 3)::double precision)))))
         / pi()) / 2.0 * 1048576)::integer
    ELSE cell END
$$;

-- Rows to write for one point, added (1) or taken away (-1).
CREATE FUNCTION map_cell_rows(sign integer, request bigint, category bigint, x integer, y integer)
RETURNS TABLE (level integer, category_id bigint, cell_x integer, cell_y integer,
               reports integer, sum_x bigint, sum_y bigint, sum_id bigint)
LANGUAGE sql IMMUTABLE AS $$
  SELECT l.level, c.category_id, x >> l.level, y >> l.level,
         sign, sign * x::bigint, sign * y::bigint, sign * request
    FROM (VALUES (4), (6)) AS l(level), (VALUES (0::bigint), (category)) AS c(category_id)
$$;

CREATE FUNCTION request_map_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
  SELECT m.level, m.category_id, m.cell_x, m.cell_y, sum(m.reports), sum(m.sum_x), sum(m.sum_y), sum(m.sum_id)
    FROM added AS r JOIN departments_category AS c ON c.id = r.category_id,
         map_cell_rows(1, r.id, r.category_id,
                       shown_cell_x(c.place_is_sensitive, r.longitude, r.cell_x),
                       shown_cell_y(c.place_is_sensitive, r.latitude, r.cell_y)) AS m
   WHERE r.is_public AND r.status <> 'closed' AND r.cell_x IS NOT NULL AND NOT r.place_is_fallback
   GROUP BY m.level, m.category_id, m.cell_x, m.cell_y;
  RETURN NULL;
END $$;

CREATE FUNCTION request_map_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
  SELECT m.level, m.category_id, m.cell_x, m.cell_y, sum(m.reports), sum(m.sum_x), sum(m.sum_y), sum(m.sum_id)
    FROM removed AS r JOIN departments_category AS c ON c.id = r.category_id,
         map_cell_rows(-1, r.id, r.category_id,
                       shown_cell_x(c.place_is_sensitive, r.longitude, r.cell_x),
                       shown_cell_y(c.place_is_sensitive, r.latitude, r.cell_y)) AS m
   WHERE r.is_public AND r.status <> 'closed' AND r.cell_x IS NOT NULL AND NOT r.place_is_fallback
   GROUP BY m.level, m.category_id, m.cell_x, m.cell_y;
  RETURN NULL;
END $$;

CREATE FUNCTION request_map_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was_sensitive boolean;
  is_sensitive boolean;
BEGIN
  IF OLD.is_public AND OLD.status <> 'closed' AND OLD.cell_x IS NOT NULL AND NOT OLD.place_is_fallback THEN
    SELECT place_is_sensitive INTO was_sensitive FROM departments_category WHERE id = OLD.category_id;
    INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
    SELECT * FROM map_cell_rows(-1, OLD.id, OLD.category_id,
                                shown_cell_x(was_sensitive, OLD.longitude, OLD.cell_x),
                                shown_cell_y(was_sensitive, OLD.latitude, OLD.cell_y));
  END IF;
  IF NEW.is_public AND NEW.status <> 'closed' AND NEW.cell_x IS NOT NULL AND NOT NEW.place_is_fallback THEN
    SELECT place_is_sensitive INTO is_sensitive FROM departments_category WHERE id = NEW.category_id;
    INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
    SELECT * FROM map_cell_rows(1, NEW.id, NEW.category_id,
                                shown_cell_x(is_sensitive, NEW.longitude, NEW.cell_x),
                                shown_cell_y(is_sensitive, NEW.latitude, NEW.cell_y));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION request_map_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM requests_app_mapcell;
  RETURN NULL;
END $$;

-- A category became sensitive, or no longer is: what its points were is taken away, what they are is added.
CREATE FUNCTION category_map_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests_app_mapcell (level, category_id, x, y, reports, sum_x, sum_y, sum_id)
  SELECT m.level, m.category_id, m.cell_x, m.cell_y, sum(m.reports), sum(m.sum_x), sum(m.sum_y), sum(m.sum_id)
    FROM requests_app_servicerequest AS r,
         (VALUES (-1, OLD.place_is_sensitive), (1, NEW.place_is_sensitive)) AS s(sign, is_sensitive),
         map_cell_rows(s.sign, r.id, r.category_id,
                       shown_cell_x(s.is_sensitive, r.longitude, r.cell_x),
                       shown_cell_y(s.is_sensitive, r.latitude, r.cell_y)) AS m
   WHERE r.category_id = NEW.id
     AND r.is_public AND r.status <> 'closed' AND r.cell_x IS NOT NULL AND NOT r.place_is_fallback
   GROUP BY m.level, m.category_id, m.cell_x, m.cell_y;
  RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION category_map_moved(), request_map_emptied(), request_map_changed(), request_map_removed(),
  request_map_added(), map_cell_rows(integer, bigint, bigint, integer, integer),
  shown_cell_y(boolean, double precision, integer), shown_cell_x(boolean, double precision, integer);
"""
TRIGGERS = """
CREATE TRIGGER request_map_added AFTER INSERT ON requests_app_servicerequest
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION request_map_added();
CREATE TRIGGER request_map_removed AFTER DELETE ON requests_app_servicerequest
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION request_map_removed();
CREATE TRIGGER request_map_changed AFTER UPDATE ON requests_app_servicerequest FOR EACH ROW
  WHEN ((OLD.status = 'closed', OLD.is_public, OLD.place_is_fallback, OLD.category_id, OLD.latitude, OLD.longitude)
        IS DISTINCT FROM
        (NEW.status = 'closed', NEW.is_public, NEW.place_is_fallback, NEW.category_id, NEW.latitude, NEW.longitude))
  EXECUTE FUNCTION request_map_changed();
CREATE TRIGGER request_map_emptied AFTER TRUNCATE ON requests_app_servicerequest
  FOR EACH STATEMENT EXECUTE FUNCTION request_map_emptied();
CREATE TRIGGER category_map_moved AFTER UPDATE OF place_is_sensitive ON departments_category FOR EACH ROW
  WHEN (OLD.place_is_sensitive IS DISTINCT FROM NEW.place_is_sensitive)
  EXECUTE FUNCTION category_map_moved();
"""
NO_TRIGGERS = """
DROP TRIGGER category_map_moved ON departments_category;
DROP TRIGGER request_map_emptied ON requests_app_servicerequest;
DROP TRIGGER request_map_changed ON requests_app_servicerequest;
DROP TRIGGER request_map_removed ON requests_app_servicerequest;
DROP TRIGGER request_map_added ON requests_app_servicerequest;
"""
FILL = """
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
    dependencies = [("departments", "0003_resident_side"), ("requests_app", "0005_public_list")]

    operations = [
        migrations.CreateModel(
            name="MapCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "category_id",
                    models.BigIntegerField(default=0, help_text="0 stands for all categories."),
                ),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("reports", models.IntegerField()),
                ("sum_x", models.BigIntegerField()),
                ("sum_y", models.BigIntegerField()),
                ("sum_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["level", "category_id", "x", "y"],
                        include=["reports", "sum_x", "sum_y", "sum_id"],
                        name="map_cell_place",
                    )
                ]
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
