"""What belongs to a verified e-mail address. For the resident who proved it, never for a public page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Lower

from requests_app.models import Reporter


def filed_with(email: str) -> QuerySet[Reporter]:
    """The contact rows with this address in any spelling of upper and lower case, by the index ``reporter_email_lower``."""
    return (
        Reporter.objects.exclude(email="").alias(lower_email=Lower("email")).filter(lower_email=email.lower())
    )
