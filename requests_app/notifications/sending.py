"""From an event to sent messages: at least once, with one stable id."""

import datetime as dt
import smtplib
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from requests_app.models import Reporter, RequestEvent
from requests_app.notifications.messages import compose, template_for
from requests_app.notifications.models import Delivery, DeliveryChannel, DeliveryState

LEASE = dt.timedelta(minutes=2)
MAX_ATTEMPTS = 12


class TryAgain(Exception):
    """The message could not be handed over now; the job is repeated later."""


def fan_out(event_id: int, now: dt.datetime) -> list[int]:
    """Write the deliveries an event causes and return the ids of those that wait. Safe to run twice."""
    event = RequestEvent.objects.get(pk=event_id)
    if template_for(event) is None:
        return []
    recipients = (
        Reporter.objects.filter(request_id=event.request_id, wants_updates=True, unsubscribed_at__isnull=True)
        .exclude(email="")
        .values_list("email", flat=True)
    )
    Delivery.objects.bulk_create(
        [
            Delivery(event=event, channel=DeliveryChannel.EMAIL, recipient=email, created_at=now)
            for email in recipients
        ],
        ignore_conflicts=True,
    )
    return list(
        Delivery.objects.filter(event=event, state=DeliveryState.PENDING)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def deliver(delivery_id: int, now: dt.datetime) -> None:
    """Send one message outside any transaction.

    A lease keeps two workers apart. A crash between the hand-over and the mark repeats the message with the same
    ``Message-ID``. Permanent refusals end as failed, with the reason; others raise `TryAgain`.
    """
    delivery = _lease(delivery_id, now)
    if delivery is None:
        return
    if not _still_wanted(delivery):
        _finish(delivery, state=DeliveryState.SKIPPED)
        return
    try:
        _mail(delivery).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        _refused(delivery, code, _text(reason))
    except smtplib.SMTPResponseException as error:
        _refused(delivery, error.smtp_code, _text(error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        _refused(delivery, 0, type(error).__name__)
    else:
        _finish(delivery, state=DeliveryState.SENT, sent_at=now)


def _lease(delivery_id: int, now: dt.datetime) -> Delivery | None:
    with transaction.atomic():
        delivery = (
            Delivery.objects.due(now)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("event__request__category", "event__request__department", "event__department")
            .filter(pk=delivery_id)
            .first()
        )
        if delivery is None:
            return None
        delivery.leased_until = now + LEASE
        delivery.attempts += 1
        delivery.save(update_fields=["leased_until", "attempts"])
    return delivery


def _still_wanted(delivery: Delivery) -> bool:
    return Reporter.objects.filter(
        request_id=delivery.event.request_id,
        email=delivery.recipient,
        wants_updates=True,
        unsubscribed_at__isnull=True,
    ).exists()


def message_id(delivery: Delivery) -> str:
    """The stable id of a message; the same for every repetition."""
    domain = (
        parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname
    )
    return f"<event-{delivery.event_id}.delivery-{delivery.pk}@{domain}>"


def _mail(delivery: Delivery) -> EmailMessage:
    message = compose(delivery.event)
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[delivery.recipient],
        headers={
            "Message-ID": message_id(delivery),
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _refused(delivery: Delivery, code: int, reason: str) -> None:
    error = f"{code} {reason}".strip()[:500]
    if 500 <= code < 600 or delivery.attempts >= MAX_ATTEMPTS:
        _finish(delivery, state=DeliveryState.FAILED, error=error)
        return
    Delivery.objects.filter(pk=delivery.pk).update(leased_until=None, error=error)
    raise TryAgain(error)


def _finish(
    delivery: Delivery, *, state: DeliveryState, sent_at: dt.datetime | None = None, error: str = ""
) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, sent_at=sent_at, error=error, leased_until=None
    )


def _text(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason
