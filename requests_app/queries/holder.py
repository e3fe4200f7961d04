"""What the holder of a tracking link may know about the messages of the own report."""

from dataclasses import dataclass

from requests_app.models import Reporter, ServiceRequest


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


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Description and words about the place as the reporter wrote them, and the version they belong to."""

    description: str
    place_note: str
    version: int


def own_words(request_id: int) -> OwnWords:
    """The reporter's own words, unmasked: for the reporter's form alone."""
    return OwnWords(
        *ServiceRequest.objects.values_list("description", "place_note", "version").get(pk=request_id)
    )
