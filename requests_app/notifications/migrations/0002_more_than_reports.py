"""Messages that are not about an event: sign-in links, confirmations, digests. Each row gets a key of its own."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

KEYS = """
UPDATE notifications_delivery AS d
   SET key = 'event-' || d.event_id || '.reporter'
             || CASE WHEN d.id = o.first THEN '' ELSE '.' || d.id END
  FROM (SELECT event_id, min(id) AS first FROM notifications_delivery GROUP BY event_id) AS o
 WHERE o.event_id = d.event_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
        ("requests_app", "0004_resident_side"),
    ]

    operations = [
        migrations.RemoveConstraint("delivery", "delivery_once"),
        migrations.AddField("delivery", "key", models.CharField(max_length=100, null=True)),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.AlterField("delivery", "key", models.CharField(max_length=100, unique=True)),
        migrations.AddField(
            "delivery",
            "purpose",
            models.CharField(
                max_length=20,
                default="report",
                choices=[
                    ("report", "News for the reporter"),
                    ("follow", "News for a follower"),
                    ("sign_in", "Link to sign in"),
                    ("confirm_follow", "Asks whether to follow"),
                    ("confirm_alert", "Asks whether to send alerts"),
                    ("alert", "Alert"),
                    ("digest", "Daily alert"),
                ],
            ),
        ),
        migrations.AlterField(
            "delivery",
            "event",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="requests_app.requestevent",
            ),
        ),
        *[
            migrations.AddField(
                "delivery",
                name,
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to=f"requests_app.{name}",
                ),
            )
            for name in ("resident", "follower", "subscription")
        ],
        migrations.AddField(
            "delivery", "data", models.JSONField(default=dict, help_text="Ids a digest is made of.")
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                name="delivery_is_about_something",
                condition=(Q(purpose="report") & Q(event__isnull=False, resident__isnull=True))
                | (Q(purpose="follow") & Q(event__isnull=False, follower__isnull=False))
                | Q(purpose="sign_in", resident__isnull=False)
                | Q(purpose="confirm_follow", follower__isnull=False)
                | Q(purpose__in=["confirm_alert", "digest"], subscription__isnull=False)
                | (Q(purpose="alert") & Q(event__isnull=False, subscription__isnull=False)),
                violation_error_message="A message names what it is about.",
            ),
        ),
    ]
