"""After an erasure: messages stay as numbers, whom they went to is gone."""

from __future__ import annotations

from civic311.lib.contacts import email_key
from requests_app.notifications.models import Delivery, DeliveryState, Purpose


def forget(request_id: int) -> None:
    """Replace the reporter's address in the messages about a report by a keyed hash; those that wait are not sent."""
    rows = Delivery.objects.filter(
        event__request_id=request_id, purpose=Purpose.REPORT, recipient__contains="@"
    )
    for delivery in rows.iterator():
        delivery.recipient = f"erased-{email_key(delivery.recipient)[:32]}"
        delivery.error = ""
        if delivery.state == DeliveryState.PENDING:
            delivery.state = DeliveryState.SKIPPED
        delivery.save(update_fields=["recipient", "error", "state"])
