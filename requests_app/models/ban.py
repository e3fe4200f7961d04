"""People who may not send reports online for a time, with the reason."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.db import models
from django.db.models import F, Q

from civic311.lib.compiled import SOME_TEXT, SOME_TIME, Compiled
from civic311.lib.contacts import mailbox_key, phone_digits
from departments.models import StaffUser

_OTHER_TEXT = "\x02"


class BanQuerySet(models.QuerySet["Ban"]):
    def in_force(self, now: dt.datetime) -> BanQuerySet:
        return self.filter(expires_at__gt=now, lifted_at__isnull=True)

    def of(self, *, email: str, phone: str, now: dt.datetime) -> Ban | None:
        """The ban that ends last among those of this mailbox and this telephone; None for nearly everybody.

        One statement for them, none without an address. The phone desk marks a caller with it, and refuses nobody.
        """
        keys = ([mailbox_key(email)] if email.strip() else []) + list(filter(None, [phone_digits(phone)]))
        if not keys:
            return None
        if not _any().fetch({SOME_TEXT: keys[0], _OTHER_TEXT: keys[-1], SOME_TIME: now}):
            return None
        return self.in_force(now).filter(key__in=keys).order_by("-expires_at").first()


@lru_cache(maxsize=1)
def _any() -> Compiled:
    """Whether one of two keys is refused: asked at every report, and nearly nobody is."""
    rows = Ban.objects.in_force(SOME_TIME).filter(key__in=[SOME_TEXT, _OTHER_TEXT])
    return Compiled(rows.values_list("pk")[:1])


class Ban(models.Model):
    """A mail address (as `civic311.lib.contacts.mailbox_key`) or a phone number (digits) that is refused until a day.

    ``shown`` is what staff recognise it by, such as "p…@example.org"; the address itself is not kept here.
    """

    key = models.CharField(max_length=64)
    shown = models.CharField(max_length=100)
    reason = models.CharField(max_length=300, help_text="The person reads this.")
    note = models.CharField(max_length=300, blank=True, default="", help_text="For staff.")
    created_by = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        StaffUser, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = BanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ban_ends_after_it_begins",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message="A ban ends after it begins.",
            ),
            models.CheckConstraint(
                name="ban_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                violation_error_message="A lifted ban names who lifted it and when.",
            ),
        ]
        indexes = [
            # is this address refused
            models.Index(fields=["key"], name="ban_in_force", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.shown
