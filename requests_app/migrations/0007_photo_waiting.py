"""The moderators' list of photos."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0006_map_cells")]

    operations = [
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["created_at"], name="photo_waiting"
            ),
        ),
    ]
