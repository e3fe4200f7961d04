"""Report mails from their turn to the mail server: written once for each turn, sent at least once, under one stable id."""

from __future__ import annotations

import datetime as dt

from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from dashboards.reports.mail.boards import board_letter
from dashboards.reports.mail.letter import Letter, page_letter
from dashboards.reports.mail.subscribing import lost_right, stop
from dashboards.reports.mail.turns import hour_of, turn
from dashboards.reports.models import BoardReader, Every, ReportMail, ReportSubscription, StopReason
from departments.models import City
from requests_app.notifications.models import DeliveryState
from requests_app.notifications.sending import LEASE, MAX_ATTEMPTS, TryAgain, hand_over, mail_domain

REMEMBERED = dt.timedelta(days=2)
"""A mail that could not be sent for so long is not tried any more: its next turn comes."""


def make_mails(now: dt.datetime) -> list[int]:
    """Write the mails whose turn is today, once the seventh hour has begun; ids of all that wait. Safe to run twice."""
    zone = City.current().zone
    today = timezone.localdate(now, zone)
    begins = hour_of(today, zone)
    if now >= begins:
        running = Q(stopped_at__isnull=True)
        mails = [
            ReportMail(subscription=each, period=period, due_on=today, created_at=now)
            for each in ReportSubscription.objects.filter(running, changed_at__lt=begins)
            if (period := turn(Every(each.every), each.day, today))
        ]
        mails += [
            ReportMail(reader=each, period=period, due_on=today, created_at=now)
            for each in BoardReader.objects.filter(running, added_at__lt=begins)
            if (period := turn(Every(each.every), 0 if each.every == Every.WEEKLY else 1, today))
        ]
        ReportMail.objects.bulk_create(mails, ignore_conflicts=True)
    return list(_due(now).order_by("pk").values_list("pk", flat=True))


def _due(now: dt.datetime) -> models.QuerySet[ReportMail]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return ReportMail.objects.filter(free, state=DeliveryState.PENDING, created_at__gt=now - REMEMBERED)


def send_mail(mail_id: int, now: dt.datetime) -> None:
    """Send one mail outside any transaction; rights are read now. Raises `TryAgain` where the server would not have it.

    A lease keeps two workers apart; a crash between hand-over and mark repeats it with the same ``Message-ID``.
    """
    mail = _lease(mail_id, now)
    if mail is None:
        return
    letter = _letter(mail, now)
    if letter is None:
        _finish(mail, state=DeliveryState.SKIPPED)
        return
    refusal = hand_over(_message(mail, letter))
    if refusal is None:
        _sent(mail, letter, now)
    elif refusal.is_final or mail.attempts >= MAX_ATTEMPTS:
        _finish(mail, state=DeliveryState.FAILED, error=str(refusal))
    else:
        ReportMail.objects.filter(pk=mail.pk).update(leased_until=None, error=str(refusal))
        raise TryAgain(str(refusal))


def _lease(mail_id: int, now: dt.datetime) -> ReportMail | None:
    with transaction.atomic():
        mail = (
            _due(now)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("subscription__owner", "reader__area", "reader__added_by")
            .filter(pk=mail_id)
            .first()
        )
        if mail is not None:
            mail.leased_until = now + LEASE
            mail.attempts += 1
            mail.save(update_fields=["leased_until", "attempts"])
        return mail


def _letter(mail: ReportMail, now: dt.datetime) -> Letter | None:
    """The mail; None when nobody may have it or wants it any more."""
    if mail.reader is not None:
        return None if mail.reader.stopped_at else board_letter(mail.reader, mail.due_on, now)
    subscription = mail.subscription
    assert subscription is not None
    if subscription.stopped_at is not None:
        return None
    reason = lost_right(subscription)
    if reason is not None:
        stop(subscription_id=subscription.pk, reason=reason, now=now)
        return None
    return page_letter(subscription, mail.due_on, now)


def _message(mail: ReportMail, letter: Letter) -> EmailMultiAlternatives:
    if mail.subscription is not None:
        to, key = mail.subscription.owner.email, f"report-{mail.subscription_id}"
    else:
        assert mail.reader is not None
        to, key = mail.reader.email, f"board-{mail.reader_id}"
    headers = {
        "Message-ID": f"<{key}.{mail.period.replace(' ', '-')}.mail-{mail.pk}@{mail_domain()}>",
        "Auto-Submitted": "auto-generated",
    }
    if letter.stop_url:
        headers["List-Unsubscribe"] = f"<{letter.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(subject=letter.subject, body=letter.text, to=[to], headers=headers)
    message.attach_alternative(letter.html, "text/html")
    return message


@transaction.atomic
def _sent(mail: ReportMail, letter: Letter, now: dt.datetime) -> None:
    _finish(mail, state=DeliveryState.SENT, sent_at=now)
    ReportSubscription.objects.filter(mails=mail).update(last_sent_at=now)
    BoardReader.objects.filter(mails=mail).update(last_sent_at=now)
    if letter.is_last and mail.subscription_id is not None:
        stop(subscription_id=mail.subscription_id, reason=StopReason.GONE, now=now)


def _finish(
    mail: ReportMail, *, state: DeliveryState, sent_at: dt.datetime | None = None, error: str = ""
) -> None:
    ReportMail.objects.filter(pk=mail.pk).update(state=state, sent_at=sent_at, error=error, leased_until=None)
