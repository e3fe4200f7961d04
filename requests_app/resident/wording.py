"""The words of the form by kind of request: a repair is reported, a container is asked for, a question is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from departments.kinds import Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise


@dataclass(frozen=True)
class FormWords:
    """What the form says for one kind: its heading, its questions, and the button that sends it."""

    title: Text
    description: Text
    description_hint: Text
    description_missing: Text
    place: Text
    place_hint: Text
    place_missing: Text
    contact: Text
    send: Text


_ADDRESS = _("Address or intersection")
_ADDRESS_HINT = _(
    "For example: 100 Holliday Street, or Light Street and Pratt Street. The name of a place or coordinates work too."
)
_ADDRESS_MISSING = _("Say where it is: an address, an intersection or coordinates.")
_SHOWN_HINT = _(
    "Say what you see, how big it is, and since when. Leave out names and phone numbers: this text is shown online."
)
_UPDATES = _(
    "With an e-mail address you get a message when something happens. You can also stay without a name."
)

UNDECIDED = FormWords(
    title=_("Report a problem"),
    description=_("What is wrong, or what do you need?"),
    description_hint=_SHOWN_HINT,
    description_missing=_("Describe what is wrong."),
    place=_ADDRESS,
    place_hint=_ADDRESS_HINT,
    place_missing=_ADDRESS_MISSING,
    contact=_UPDATES,
    send=_("Send report"),
)

_BY_KIND: dict[Kind, FormWords] = {
    Kind.REPAIR: FormWords(
        title=_("Report a problem"),
        description=_("What is wrong?"),
        description_hint=_SHOWN_HINT,
        description_missing=_("Describe what is wrong."),
        place=_ADDRESS,
        place_hint=_ADDRESS_HINT,
        place_missing=_ADDRESS_MISSING,
        contact=_UPDATES,
        send=_("Send report"),
    ),
    Kind.DELIVER: FormWords(
        title=_("Ask for something"),
        description=_("What do you need?"),
        description_hint=_("Say what you need and how many, and what happened to the one you had."),
        description_missing=_("Say what you need."),
        place=_("Address of the home"),
        place_hint=_("We bring it to this address. For example: 100 Holliday Street."),
        place_missing=_("Say where we should bring it: the address of the home."),
        contact=_("We may have to ask you something, or tell you the day. Please say how we reach you."),
        send=_("Send request"),
    ),
    Kind.COLLECT: FormWords(
        title=_("Ask for a collection"),
        description=_("What was not collected, or what should we collect?"),
        description_hint=_("Say what it is, how much, where it stands, and since when."),
        description_missing=_("Say what should be collected."),
        place=_("Address of the pick-up"),
        place_hint=_("The home it stands in front of. For example: 100 Holliday Street."),
        place_missing=_("Say where we pick it up: the address."),
        contact=_UPDATES,
        send=_("Send request"),
    ),
    Kind.INSPECT: FormWords(
        title=_("Ask for an inspection"),
        description=_("What should an inspector look at?"),
        description_hint=_(
            "Say what you saw, where on the property, and when. Leave out names and phone numbers."
        ),
        description_missing=_("Say what an inspector should look at."),
        place=_("Address of the property"),
        place_hint=_ADDRESS_HINT,
        place_missing=_("Say where the inspector should go: the address of the property."),
        contact=_(
            "An inspector may have a question for you. You can also stay without a name where we allow it."
        ),
        send=_("Send report"),
    ),
    Kind.ANSWER: FormWords(
        title=_("Ask a question"),
        description=_("Your question"),
        description_hint=_("One question at a time is answered soonest."),
        description_missing=_("Write your question."),
        place=_ADDRESS,
        place_hint=_("Only if your question is about a place."),
        place_missing=_ADDRESS_MISSING,
        contact=_("We answer by e-mail or by phone. Please give one of them."),
        send=_("Send question"),
    ),
    Kind.FEEDBACK: FormWords(
        title=_("Tell us what you think"),
        description=_("Your praise, idea or complaint"),
        description_hint=_("Say which service it is about, and what happened. Leave out phone numbers."),
        description_missing=_("Write your praise, idea or complaint."),
        place=_ADDRESS,
        place_hint=_("Only if it is about a place."),
        place_missing=_ADDRESS_MISSING,
        contact=_("Say how we reach you if you would like an answer."),
        send=_("Send"),
    ),
}


def form_words(kind: str | None) -> FormWords:
    """The words of a kind; the undecided ones while nothing is chosen. Raises ValueError for an unknown kind."""
    return UNDECIDED if kind is None else _BY_KIND[Kind(kind)]
