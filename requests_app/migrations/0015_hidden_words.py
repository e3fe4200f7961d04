"""What words were hidden keeps its original until an authorised disposal."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0014_caller_lookup")]

    operations = [
        migrations.CreateModel(
            name="HiddenWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("description", "Description"),
                            ("place_note", "Place in the reporter\u0027s words"),
                            ("address", "Address"),
                            ("answer", "Answer"),
                            ("public_note", "Note for everyone"),
                            ("reporter_note", "Note to the reporter"),
                            ("internal_note", "Note for staff"),
                        ],
                        max_length=15,
                    ),
                ),
                ("row", models.BigIntegerField(default=0)),
                ("text", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.requestevent",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hidden_words",
                        to="requests_app.servicerequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "place", "row"),
                        name="hidden_words_once",
                        violation_error_message="The words of this text are kept already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="hidden_words_are_words",
                        violation_error_message="There is nothing to keep of an empty text.",
                    ),
                ],
            },
        ),
    ]
