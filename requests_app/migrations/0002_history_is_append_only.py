"""What only the database can promise: history is append-only; numbers come from a sequence; points are indexed."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION request_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The one door: redaction of text, opened by an action for its own transaction.
  IF TG_OP = 'UPDATE' AND current_setting('civic311.redacting', true) = 'on' THEN
    IF to_jsonb(NEW) - '{public_note,reporter_note,internal_note,redacted_at}'::text[]
         = to_jsonb(OLD) - '{public_note,reporter_note,internal_note,redacted_at}'::text[]
       AND NEW.redacted_at IS NOT NULL THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'request history is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER request_event_no_change BEFORE UPDATE OR DELETE ON requests_app_requestevent
  FOR EACH ROW EXECUTE FUNCTION request_event_append_only();
CREATE TRIGGER request_event_no_truncate BEFORE TRUNCATE ON requests_app_requestevent
  FOR EACH STATEMENT EXECUTE FUNCTION request_event_append_only();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER request_event_no_truncate ON requests_app_requestevent;
DROP TRIGGER request_event_no_change ON requests_app_requestevent;
DROP FUNCTION request_event_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
        migrations.RunSQL("CREATE SEQUENCE requests_app_number_seq", "DROP SEQUENCE requests_app_number_seq"),
        # nearest requests and boxes on the map
        migrations.RunSQL(
            "CREATE INDEX request_point ON requests_app_servicerequest USING gist (point(longitude, latitude))"
            " WHERE latitude IS NOT NULL",
            "DROP INDEX request_point",
        ),
    ]
