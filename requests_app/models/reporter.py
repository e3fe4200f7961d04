"""Who reported: contact details, apart from everything the public can reach."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower, Right

from civic311.lib.contacts import PHONE_DIGITS, phone_digits, same_person
from requests_app.models.request import ServiceRequest


class PhoneDigits(Right):
    """The phone number as `civic311.lib.contacts.phone_digits` writes it."""

    def __init__(self) -> None:
        bare = Func(F("phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")
        super().__init__(bare, PHONE_DIGITS)


class ReporterQuerySet(models.QuerySet["Reporter"]):
    def filed_with(self, email: str) -> "ReporterQuerySet":
        """Those with this address in any spelling of upper and lower case, by the index ``reporter_email_lower``."""
        rows = self.exclude(email="").alias(lower_email=Lower("email"))
        lower = email.strip().lower()
        return (
            self.none() if lower.isascii() and lower != same_person(email) else rows.filter(lower_email=lower)
        )

    def named(self, text: str) -> "ReporterQuerySet":
        """Those whose name holds all these words, by the index ``reporter_name_words``."""
        rows = self.alias(words=SearchVector("name", config="simple"))
        return rows.filter(words=SearchQuery(text, config="simple"))

    def calling_from(self, phone: str) -> "ReporterQuerySet":
        """Those with this number in any spelling, newest first, by the index ``reporter_phone_digits``."""
        digits = phone_digits(phone)
        if len(digits) < PHONE_DIGITS:
            return self.none()
        rows = self.exclude(phone="").alias(digits=PhoneDigits())
        return rows.filter(digits=digits).order_by("-request_id")


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
            # the desk: who calls, and about what before
            models.Index(PhoneDigits(), name="reporter_phone_digits", condition=~models.Q(phone="")),
            # queue: words of the name
            GinIndex(SearchVector("name", config="simple"), name="reporter_name_words"),
        ]

    def __str__(self) -> str:
        return f"Reporter of {self.request_id}"
