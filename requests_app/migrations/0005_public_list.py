"""Indexes of the public list: newest open reports, of a category too, and words anybody may search."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import requests_app.models.words


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0004_resident_side")]

    operations = [
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("is_public", True), models.Q(("status", "closed"), _negated=True)),
                fields=["-created_at", "-id"],
                name="request_open_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("is_public", True), models.Q(("status", "closed"), _negated=True)),
                fields=["category", "-created_at", "-id"],
                name="request_open_category",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=django.contrib.postgres.indexes.GinIndex(
                requests_app.models.words.PublicWords(),
                condition=models.Q(("is_public", True)),
                name="request_public_words",
            ),
        ),
    ]
