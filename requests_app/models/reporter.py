"""Who reported: contact details, apart from everything the public can reach."""

from django.db import models
from django.db.models.functions import Lower

from civic311.lib.contacts import same_person
from requests_app.models.request import ServiceRequest


class ReporterQuerySet(models.QuerySet["Reporter"]):
    def filed_with(self, email: str) -> "ReporterQuerySet":
        """Those with this address in any spelling of upper and lower case, by the index ``reporter_email_lower``."""
        rows = self.exclude(email="").alias(lower_email=Lower("email"))
        lower = email.strip().lower()
        return (
            self.none() if lower.isascii() and lower != same_person(email) else rows.filter(lower_email=lower)
        )


class Reporter(models.Model):
    """Contact details of one request. No public query joins this table."""

    request = models.OneToOneField(ServiceRequest, on_delete=models.CASCADE, related_name="reporter")
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    wants_updates = models.BooleanField(default=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ReporterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reporter_has_a_contact",
                condition=~models.Q(name="", email="", phone=""),
                violation_error_message="A reporter has a name, an e-mail address or a phone number.",
            )
        ]
        indexes = [
            # my requests: whatever the spelling of the address
            models.Index(Lower("email"), name="reporter_email_lower", condition=~models.Q(email="")),
            models.Index(fields=["phone"], name="reporter_phone", condition=~models.Q(phone="")),
        ]

    def __str__(self) -> str:
        return f"Reporter of {self.request_id}"
