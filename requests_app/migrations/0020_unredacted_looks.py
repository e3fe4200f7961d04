"""Looks at what was hidden are written down; the history's door opens for the words people typed into an event's data."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DOOR = """
CREATE OR REPLACE FUNCTION request_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The one door: redaction of text, opened by an action for its own transaction.
  IF TG_OP = 'UPDATE' AND current_setting('civic311.redacting', true) = 'on' THEN
    IF to_jsonb(NEW) - '{{{columns},redacted_at}}'::text[]
         = to_jsonb(OLD) - '{{{columns},redacted_at}}'::text[]
       AND NEW.data - '{{question,reason,waiting_for,text}}'::text[]
         = OLD.data - '{{question,reason,waiting_for,text}}'::text[]
       AND NEW.redacted_at IS NOT NULL THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'request history is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
NOTES = "public_note,reporter_note,internal_note"


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0019_ahead_of_leads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(DOOR.format(columns=f"{NOTES},data"), DOOR.format(columns=NOTES)),
        migrations.AlterField(
            model_name="hiddenwords",
            name="place",
            field=models.CharField(
                choices=[
                    ("description", "Description"),
                    ("place_note", "Place in the reporter's words"),
                    ("address", "Address"),
                    ("answer", "Answer"),
                    ("public_note", "Note for everyone"),
                    ("reporter_note", "Note to the reporter"),
                    ("internal_note", "Note for staff"),
                    ("hold_reason", "Why it waits"),
                    ("waiting_for", "Whom it waits for"),
                    ("withheld_reason", "Why it is not shown"),
                    ("question", "Question to the reporter"),
                    ("reply", "What the reporter answered"),
                    ("task", "Task of a colleague"),
                    ("task_result", "What came of a task"),
                    ("closing_plan", "Answer planned for the end"),
                    ("comment", "Comment"),
                    ("comment_name", "Name under a comment"),
                    ("data", "Words in the history"),
                ],
                max_length=15,
            ),
        ),
        migrations.CreateModel(
            name="UnredactedLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("looked_at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unredacted_looks",
                        to="requests_app.servicerequest",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unredacted_looks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["request", "user", "-looked_at"], name="unredacted_look_of")
                ],
            },
        ),
    ]
