"""From a stored delivery to a sent message: at least once, with one stable id."""

import datetime as dt
import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from requests_app.notifications.making import made
from requests_app.notifications.messages import Message
from requests_app.notifications.models import Delivery, DeliveryState

LEASE = dt.timedelta(minutes=2)
MAX_ATTEMPTS = 12


class TryAgain(Exception):
    """The message could not be handed over now; the job is repeated later."""


def deliver(delivery_id: int, now: dt.datetime) -> None:
    """Send one message outside any transaction.

    A lease keeps two workers apart. A crash between the hand-over and the mark repeats the message with the same
    ``Message-ID``. Permanent refusals end as failed, with the reason; others raise `TryAgain`.
    """
    delivery = _lease(delivery_id, now)
    if delivery is None:
        return
    message = made(delivery, now)
    if message is None:
        _finish(delivery, state=DeliveryState.SKIPPED)
        return
    refusal = hand_over(_mail(delivery, message))
    if refusal is None:
        _finish(delivery, state=DeliveryState.SENT, sent_at=now)
    else:
        _refused(delivery, refusal)


@dataclass(frozen=True)
class Refusal:
    """Why a mail server did not take a message; ``code`` 0 where there was no answer."""

    code: int
    reason: str

    @property
    def is_final(self) -> bool:
        """Whether another try would be refused again."""
        return 500 <= self.code < 600

    def __str__(self) -> str:
        return f"{self.code} {self.reason}".strip()[:500]


def hand_over(mail: EmailMessage) -> Refusal | None:
    """Give a message to the mail server; None when it took it."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        return Refusal(code, _text(reason))
    except smtplib.SMTPResponseException as error:
        return Refusal(error.smtp_code, _text(error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        return Refusal(0, type(error).__name__)
    return None


def _lease(delivery_id: int, now: dt.datetime) -> Delivery | None:
    with transaction.atomic():
        delivery = (
            Delivery.objects.due(now)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related(
                "event__request__category",
                "event__request__department",
                "event__department",
                "resident",
                "follower__resident",
                "follower__request__category",
                "subscription__resident",
                "subscription__category",
                "subscription__area",
            )
            .filter(pk=delivery_id)
            .first()
        )
        if delivery is None:
            return None
        delivery.leased_until = now + LEASE
        delivery.attempts += 1
        delivery.save(update_fields=["leased_until", "attempts"])
    return delivery


def message_id(delivery: Delivery) -> str:
    """The stable id of a message; the same for every repetition."""
    return f"<{delivery.key}.delivery-{delivery.pk}@{mail_domain()}>"


def mail_domain() -> str:
    """The domain of the ids of our messages."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return sender or urlsplit(settings.SITE_URL).hostname or "localhost"


def _mail(delivery: Delivery, message: Message) -> EmailMessage:
    headers = {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"}
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(subject=message.subject, body=message.body, to=[delivery.recipient], headers=headers)


def _refused(delivery: Delivery, refusal: Refusal) -> None:
    error = str(refusal)
    if refusal.is_final or delivery.attempts >= MAX_ATTEMPTS:
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
