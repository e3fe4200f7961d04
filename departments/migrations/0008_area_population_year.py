"""The year in which an area's residents were counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0007_inbox_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="area",
            name="population_year",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="When they were counted.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="area",
            name="population",
            field=models.PositiveIntegerField(blank=True, help_text="How many people live in it.", null=True),
        ),
    ]
