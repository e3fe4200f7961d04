"""What the reports keep of their own: files that were taken, who gets a report by mail, what is published."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from departments.models import Area
from requests_app.notifications.models import DeliveryState


class Extract(models.Model):
    """One file of requests somebody took: what was asked, why, and how many lines went out.

    A row without an end is running, or its server was stopped in the middle: nobody knows how much went out then.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="extracts")
    started_at = models.DateTimeField()
    query = models.CharField(max_length=2_000, help_text="Period, filters and figure, as in the address.")
    figure = models.CharField(max_length=50)
    reason = models.CharField(max_length=500)
    kind = models.CharField(max_length=4, choices=[("csv", "CSV"), ("xlsx", "XLSX")])
    rows_asked = models.PositiveIntegerField()
    rows_written = models.PositiveIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="extract_ends_once",
                condition=Q(finished_at__isnull=True) | Q(cancelled_at__isnull=True),
                violation_error_message="A file is finished or cancelled, not both.",
            )
        ]
        indexes = [models.Index(fields=["-started_at"], name="extract_started")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.figure} {self.started_at:%Y-%m-%d %H:%M}"


class Span(models.TextChoices):
    """The period of a report by mail: it rolls with the day it is sent on."""

    DAYS_7 = "days7", gettext_lazy("The last 7 days")
    DAYS_30 = "days30", gettext_lazy("The last 30 days")
    DAYS_90 = "days90", gettext_lazy("The last 90 days")
    WEEK = "week", gettext_lazy("The last whole week")
    MONTH = "month", gettext_lazy("The last whole month")
    QUARTER = "quarter", gettext_lazy("The last whole quarter")


class Every(models.TextChoices):
    """How often a mail is sent."""

    DAILY = "daily", gettext_lazy("Every day")
    WEEKLY = "weekly", gettext_lazy("Every week")
    MONTHLY = "monthly", gettext_lazy("Every month")


class StopReason(models.TextChoices):
    """Why a report is no longer sent."""

    OWNER = "owner", gettext_lazy("Stopped by its owner")
    ADMINISTRATOR = "administrator", gettext_lazy("Stopped by an administrator")
    LEFT = "left", gettext_lazy("The owner's account is no longer in use")
    ROLE = "role", gettext_lazy("The owner's role no longer reads reports")
    SIGHT = "sight", gettext_lazy("The owner no longer sees this department")
    AREA = "area", gettext_lazy("The owner has another district now")
    GONE = "gone", gettext_lazy("The page or one of its filters no longer exists")


class ReportSubscription(models.Model):
    """A page of the reports somebody gets by mail, with its filters. Rights are read anew at each sending.

    ``owner_area`` is the district the owner was limited to when they asked. ``day`` is a weekday (0 Monday) of a weekly
    mail, a day of the month of a monthly one, and 0 of a daily one.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_subscriptions"
    )
    owner_area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="+")
    page = models.CharField(max_length=40)
    query = models.CharField(max_length=500, blank=True, default="", help_text="Filters, without a period.")
    span = models.CharField(max_length=10, choices=Span.choices)
    every = models.CharField(max_length=10, choices=Every.choices)
    day = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(28)])
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=20, choices=StopReason.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="report_subscription_stop_has_reason",
                condition=Q(stopped_at__isnull=True, stop_reason="")
                | (Q(stopped_at__isnull=False) & ~Q(stop_reason="")),
                violation_error_message="A stopped subscription says why.",
            ),
            models.CheckConstraint(
                name="report_subscription_day",
                condition=Q(every="daily", day=0)
                | Q(every="weekly", day__lte=6)
                | Q(every="monthly", day__gte=1, day__lte=28),
                violation_error_message="Choose a day that comes round.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.every} for {self.owner_id}"


class BoardReader(models.Model):
    """An outside address, such as a community board's, that gets the digest of an area.

    Who stopped it with the link in the mail is not added again by staff.
    """

    email = models.EmailField()
    email_key = models.CharField(max_length=64, help_text="Who the address is, whatever its spelling.")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="board_readers")
    every = models.CharField(max_length=10, choices=Every.choices)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    is_refused = models.BooleanField(default=False, help_text="Stopped by the reader.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_key", "area"],
                name="board_reader_once",
                violation_error_message="This address has the digest of this area already.",
            ),
            models.CheckConstraint(
                name="board_reader_every",
                condition=Q(every__in=["weekly", "monthly"]),
                violation_error_message="A digest comes every week or every month.",
            ),
        ]

    def __str__(self) -> str:
        return f"digest of {self.area_id}"


class ReportMail(models.Model):
    """One mail of a subscription or a digest. ``period`` names the turn, such as "weekly 2026-03-02": sent once.

    Repeated sending keeps the same ``Message-ID``. ``due_on`` is the day the report's period is counted from.
    """

    subscription = models.ForeignKey(
        ReportSubscription, null=True, on_delete=models.CASCADE, related_name="mails"
    )
    reader = models.ForeignKey(BoardReader, null=True, on_delete=models.CASCADE, related_name="mails")
    period = models.CharField(max_length=20)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="report_mail_has_one_reader",
                condition=Q(subscription__isnull=False, reader__isnull=True)
                | Q(subscription__isnull=True, reader__isnull=False),
                violation_error_message="A mail is of a subscription or of a digest.",
            ),
            models.UniqueConstraint(
                fields=["subscription", "period"],
                name="report_mail_once",
                violation_error_message="This report was sent for this period.",
            ),
            models.UniqueConstraint(
                fields=["reader", "period"],
                name="board_mail_once",
                violation_error_message="This digest was sent for this period.",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="report_mail_pending", condition=Q(state="pending"))
        ]

    def __str__(self) -> str:
        return f"report mail {self.pk}"


class PublishedFigures(models.Model):
    """Which figures the city publishes at ``/performance/``, in their order. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    keys = models.JSONField(default=list, help_text="Names of figures in the order they are shown.")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "published figures"
        constraints = [
            models.CheckConstraint(
                name="published_figures_one_row",
                condition=Q(id=1),
                violation_error_message="There is one list of published figures.",
            )
        ]

    def __str__(self) -> str:
        return "published figures"
