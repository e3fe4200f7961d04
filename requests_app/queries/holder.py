"""What the holder of a tracking link may know about the messages of the own report."""

from dataclasses import dataclass

from requests_app.models import Reporter


@dataclass(frozen=True, slots=True)
class MessageState:
    """The own e-mail address, and whether messages go to it."""

    email: str
    is_on: bool


def message_state(request_id: int) -> MessageState | None:
    """Where messages of this report go; None when no e-mail address was given."""
    row = (
        Reporter.objects.filter(request=request_id)
        .exclude(email="")
        .values_list("email", "wants_updates", "unsubscribed_at")
        .first()
    )
    return MessageState(row[0], row[1] and row[2] is None) if row else None
