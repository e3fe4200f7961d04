"""What only the database can promise: residents' columns follow the real ones, and a lead knows how many follow it.

While ``held_until`` is set the shown columns stay as they are: something can still be undone. The public map counts by
what is shown, so its functions of migration 0006 are made anew with the shown columns.
"""

import importlib
import re

from django.db import migrations

_MAP = importlib.import_module("requests_app.migrations.0006_map_cells")
_MADE_ANEW = ("request_map_added", "request_map_removed", "request_map_changed", "category_map_moved")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(.*?\n(?:\$\$|END \$\$);", re.DOTALL)


def _functions() -> list[str]:
    return [found[0] for found in _FUNCTION.finditer(_MAP.FUNCTIONS) if found[1] in _MADE_ANEW]


def _replaced(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def _by_shown(function: str) -> str:
    function = re.sub(r"\b(r|OLD|NEW)\.status\b", r"\1.shown_status", function)
    return re.sub(r"\b(r|OLD|NEW)\.category_id\b", r"\1.shown_category_id", function)


AS_SHOWN = "\n".join(_replaced(_by_shown(function)) for function in _functions())
AS_IS = "\n".join(_replaced(function) for function in _functions())
MAP_CHANGED = """
DROP TRIGGER request_map_changed ON requests_app_servicerequest;
CREATE TRIGGER request_map_changed AFTER UPDATE ON requests_app_servicerequest FOR EACH ROW
  WHEN ((OLD.{status} = 'closed', OLD.is_public, OLD.place_is_fallback, OLD.{category}, OLD.latitude, OLD.longitude)
        IS DISTINCT FROM
        (NEW.{status} = 'closed', NEW.is_public, NEW.place_is_fallback, NEW.{category}, NEW.latitude, NEW.longitude))
  EXECUTE FUNCTION request_map_changed();
"""
SHOWN = """
CREATE FUNCTION request_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.held_until IS NULL THEN
    NEW.shown_status := NEW.status;
    NEW.shown_outcome := NEW.outcome;
    NEW.shown_closed_at := NEW.closed_at;
    NEW.shown_department_id := NEW.department_id;
    NEW.shown_category_id := NEW.category_id;
  ELSIF TG_OP = 'UPDATE' THEN
    NEW.shown_status := OLD.shown_status;
    NEW.shown_outcome := OLD.shown_outcome;
    NEW.shown_closed_at := OLD.shown_closed_at;
    NEW.shown_department_id := OLD.shown_department_id;
    NEW.shown_category_id := OLD.shown_category_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER request_shown BEFORE INSERT OR UPDATE ON requests_app_servicerequest
  FOR EACH ROW EXECUTE FUNCTION request_shown();

-- With the rule that a report which follows another has none that follow it, the count makes chains and circles
-- impossible; the lock on the lead's row lets two joins at once see each other.
CREATE FUNCTION request_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.lead_id IS NOT NULL THEN
    UPDATE requests_app_servicerequest SET merged_count = merged_count - 1 WHERE id = OLD.lead_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.lead_id IS NOT NULL THEN
    UPDATE requests_app_servicerequest SET merged_count = merged_count + 1 WHERE id = NEW.lead_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER request_merged_in AFTER INSERT ON requests_app_servicerequest FOR EACH ROW
  WHEN (NEW.lead_id IS NOT NULL) EXECUTE FUNCTION request_merged();
CREATE TRIGGER request_merged_out AFTER DELETE ON requests_app_servicerequest FOR EACH ROW
  WHEN (OLD.lead_id IS NOT NULL) EXECUTE FUNCTION request_merged();
CREATE TRIGGER request_merged_moved AFTER UPDATE OF lead_id ON requests_app_servicerequest FOR EACH ROW
  WHEN (OLD.lead_id IS DISTINCT FROM NEW.lead_id) EXECUTE FUNCTION request_merged();
"""
NOT_SHOWN = """
DROP TRIGGER request_merged_moved ON requests_app_servicerequest;
DROP TRIGGER request_merged_out ON requests_app_servicerequest;
DROP TRIGGER request_merged_in ON requests_app_servicerequest;
DROP FUNCTION request_merged();
DROP TRIGGER request_shown ON requests_app_servicerequest;
DROP FUNCTION request_shown();
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0012_desk")]

    operations = [
        migrations.RunSQL(AS_SHOWN, AS_IS),
        migrations.RunSQL(
            MAP_CHANGED.format(status="shown_status", category="shown_category_id"),
            MAP_CHANGED.format(status="status", category="category_id"),
        ),
        migrations.RunSQL(SHOWN, NOT_SHOWN),
    ]
