"""One answer to all who told of a problem: each person is written to once, however many of its reports are theirs."""

from __future__ import annotations

from civic311.lib.contacts import mailbox_key
from requests_app.models import Follower, Reporter, RequestEvent, ServiceRequest
from requests_app.workflow import EventKind


def key_of(event: RequestEvent, role: str, email: str) -> str:
    """The key of a message about an event: what comes along with the first report's step is one for each mailbox."""
    first = _first_event(event)
    return f"event-{event.pk}.{role}" if first is None else f"event-{first}.mailbox-{mailbox_key(email)[:32]}"


def hears_elsewhere(event: RequestEvent, email: str, *, as_follower: bool = False) -> bool:
    """Whether the owner of an address hears of this from a report that goes before this one.

    The reporter of the first report hears of that one; who follows several of them, of the first one as well. Who
    follows the first and reported the same problem hears as a reporter.
    """
    first = _first_event(event)
    if first is not None:
        lead_id = RequestEvent.objects.values_list("request_id", flat=True).get(pk=first)
        return mailbox_key(email) in _mailboxes_of(lead_id, with_followers=as_follower)
    if not as_follower or not event.request.merged_count:
        return False
    behind = ServiceRequest.objects.filter(lead=event.request_id).values("pk")
    reporters = Reporter.objects.filter(
        request__in=behind, wants_updates=True, unsubscribed_at__isnull=True
    ).exclude(email="")
    mailbox = mailbox_key(email)
    return any(mailbox_key(known) == mailbox for known in reporters.values_list("email", flat=True))


def _first_event(event: RequestEvent) -> int | None:
    """The step of the first report this one came along with."""
    return event.data.get("of") if event.kind == EventKind.MIRRORED else None


def _mailboxes_of(request_id: int, *, with_followers: bool) -> set[str]:
    """Who hears of a report anyway: its reporter, and where asked who follows it while it is shown online."""
    reporters = Reporter.objects.filter(
        request=request_id, wants_updates=True, unsubscribed_at__isnull=True
    ).exclude(email="")
    emails = list(reporters.values_list("email", flat=True))
    if with_followers and ServiceRequest.objects.public().filter(pk=request_id).exists():
        active = Follower.objects.filter(
            request=request_id, confirmed_at__isnull=False, stopped_at__isnull=True
        )
        emails += active.values_list("resident__email", flat=True)
    return {mailbox_key(email) for email in emails}
