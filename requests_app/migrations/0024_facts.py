"""What figures need to know, derived from the history: facts of requests and closings, and sums of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STALE = """
CREATE FUNCTION request_facts_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests_app_stalefact (request_id)
    SELECT DISTINCT request_id FROM added WHERE request_id IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER request_facts_stale AFTER INSERT ON requests_app_requestevent
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION request_facts_stale();
CREATE TRIGGER support_facts_stale AFTER INSERT ON requests_app_support
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION request_facts_stale();
-- a file imported again may change a request without a step in its history
CREATE TRIGGER import_facts_stale AFTER UPDATE ON imports_importedrow
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION request_facts_stale();
-- what solves a request depends on the kind of its category
CREATE FUNCTION category_facts_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests_app_stalefact (request_id)
    SELECT id FROM requests_app_servicerequest WHERE category_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER category_facts_stale AFTER UPDATE OF kind ON departments_category
  FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION category_facts_stale();
-- a new installation has nothing here; one that grew has its facts made by the worker's next rounds
INSERT INTO requests_app_stalefact (request_id) SELECT id FROM requests_app_servicerequest;
"""
NOT_STALE = """
DROP TRIGGER category_facts_stale ON departments_category;
DROP FUNCTION category_facts_stale();
DROP TRIGGER import_facts_stale ON imports_importedrow;
DROP TRIGGER support_facts_stale ON requests_app_support;
DROP TRIGGER request_facts_stale ON requests_app_requestevent;
DROP FUNCTION request_facts_stale();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0007_inbox_mail"),
        ("imports", "0001_initial"),
        ("requests_app", "0023_council_office"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StaleFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="MonthAge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("category_id", models.BigIntegerField()),
                ("department_id", models.BigIntegerField()),
                (
                    "population",
                    models.CharField(
                        choices=[("resident", "Reported by residents"), ("staff_found", "Found by staff")],
                        max_length=20,
                    ),
                ),
                ("bucket", models.PositiveSmallIntegerField()),
                ("closed", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "population", "category_id", "department_id", "bucket"),
                        name="month_age_once",
                        violation_error_message="These ages are counted already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("category_id", models.BigIntegerField()),
                ("department_id", models.BigIntegerField()),
                (
                    "population",
                    models.CharField(
                        choices=[("resident", "Reported by residents"), ("staff_found", "Found by staff")],
                        max_length=20,
                    ),
                ),
                ("opened", models.PositiveIntegerField()),
                ("timely", models.PositiveIntegerField()),
                (
                    "doubts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                ("due", models.PositiveIntegerField()),
                ("due_closed", models.PositiveIntegerField()),
                ("due_solved", models.PositiveIntegerField()),
                ("set_aside", models.PositiveIntegerField()),
                ("closings", models.PositiveIntegerField()),
                ("counted", models.PositiveIntegerField()),
                ("reopened", models.PositiveIntegerField()),
                ("asked", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField()),
                ("solved", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "population", "category_id", "department_id"),
                        name="month_sum_once",
                        violation_error_message="This month is summed already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestFact",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fact",
                        serialize=False,
                        to="requests_app.servicerequest",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "population",
                    models.CharField(
                        choices=[("resident", "Reported by residents"), ("staff_found", "Found by staff")],
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web"),
                            ("app", "App"),
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("walk_in", "Walk-in"),
                            ("mail", "Letter"),
                            ("social", "Social media"),
                            ("api", "Open311"),
                            ("staff", "Found by staff"),
                            ("council", "Council office"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("lead_id", models.BigIntegerField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("in_progress", "In progress"),
                            ("on_hold", "On hold"),
                            ("with_partner", "With a partner"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fixed", "Fixed"),
                            ("delivered", "Delivered"),
                            ("already_fixed", "Already fixed"),
                            ("resolved_by_others", "Resolved by others"),
                            ("violation_found", "Violation found"),
                            ("no_violation", "No violation"),
                            ("not_found", "Not found"),
                            ("not_ours", "Not ours"),
                            ("declined", "Declined"),
                            ("no_access", "No access"),
                            ("information_given", "Information given"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("spam", "Spam"),
                            ("not_recorded", "Not recorded"),
                        ],
                        default="",
                        max_length=30,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("is_timely", models.BooleanField()),
                ("first_due_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("due_closed", models.BooleanField()),
                ("due_solved", models.BooleanField()),
                ("renewals", models.PositiveSmallIntegerField()),
                (
                    "routed_at",
                    models.DateTimeField(
                        help_text="First given to a department, by rule or by hand.", null=True
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(help_text="First step of a person.", null=True)),
                (
                    "acted_at",
                    models.DateTimeField(
                        help_text="First work: started, handed over, asked, closed.", null=True
                    ),
                ),
                ("reopenings", models.PositiveSmallIntegerField()),
                ("reroutes", models.PositiveSmallIntegerField()),
                (
                    "median_days",
                    models.PositiveIntegerField(
                        help_text="Half are done by then, as the reporter was told.", null=True
                    ),
                ),
                (
                    "p90_days",
                    models.PositiveIntegerField(
                        help_text="Nine of ten are done by then, as told.", null=True
                    ),
                ),
                ("repeats", models.PositiveIntegerField()),
                ("paused_s", models.PositiveBigIntegerField()),
                ("doubts", models.PositiveIntegerField(help_text="Bits of `Doubt`.")),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="departments.category",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="departments.department",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="departments.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClosingFact",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="requests_app.requestevent",
                    ),
                ),
                ("closed_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("fixed", "Fixed"),
                            ("delivered", "Delivered"),
                            ("already_fixed", "Already fixed"),
                            ("resolved_by_others", "Resolved by others"),
                            ("violation_found", "Violation found"),
                            ("no_violation", "No violation"),
                            ("not_found", "Not found"),
                            ("not_ours", "Not ours"),
                            ("declined", "Declined"),
                            ("no_access", "No access"),
                            ("information_given", "Information given"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("spam", "Spam"),
                            ("not_recorded", "Not recorded"),
                        ],
                        max_length=30,
                    ),
                ),
                ("is_success", models.BooleanField()),
                ("reopened_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("", "nothing"), ("yes", "it is solved"), ("no", "it is not solved")],
                        default="",
                        max_length=3,
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="departments.category",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="departments.department",
                    ),
                ),
                (
                    "fact",
                    models.ForeignKey(
                        db_column="request_id",
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closings",
                        to="requests_app.requestfact",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WeekVolume",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("monday", models.DateField()),
                ("category_id", models.BigIntegerField()),
                ("department_id", models.BigIntegerField()),
                (
                    "population",
                    models.CharField(
                        choices=[("resident", "Reported by residents"), ("staff_found", "Found by staff")],
                        max_length=20,
                    ),
                ),
                ("opened", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("monday", "population", "category_id", "department_id"),
                        name="week_volume_once",
                        violation_error_message="This week is counted already.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="requestfact",
            index=models.Index(fields=["created_at"], name="fact_created"),
        ),
        migrations.AddIndex(
            model_name="requestfact",
            index=models.Index(fields=["first_due_at"], name="fact_due"),
        ),
        migrations.AddIndex(
            model_name="requestfact",
            index=models.Index(
                condition=models.Q(("status", "closed"), _negated=True),
                fields=["created_at"],
                name="fact_open",
            ),
        ),
        migrations.AddIndex(
            model_name="requestfact",
            index=models.Index(fields=["category", "created_at"], name="fact_category_created"),
        ),
        migrations.AddIndex(
            model_name="requestfact",
            index=models.Index(fields=["category", "first_due_at"], name="fact_category_due"),
        ),
        migrations.AddIndex(
            model_name="closingfact",
            index=models.Index(fields=["closed_at"], name="closing_fact_closed"),
        ),
        migrations.AddIndex(
            model_name="closingfact",
            index=models.Index(fields=["category", "closed_at"], name="closing_fact_category"),
        ),
        migrations.RunSQL(STALE, NOT_STALE),
    ]
