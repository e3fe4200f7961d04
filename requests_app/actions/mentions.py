"""``@Maria Lopez`` in a note for staff: whom it names, and telling them."""

from __future__ import annotations

import datetime as dt
import difflib
import re

from django.utils.translation import gettext as _

from departments.models import StaffUser
from requests_app.actions.errors import ActionRefused
from requests_app.actions.staffnews import may_see
from requests_app.actions.telling import tell
from requests_app.models import RequestEvent
from requests_app.models.attention import StaffNoticeKind

MOST = 20
_AT = re.compile(r"(?<![\w.+@-])@(?=\w)")
_WORDS = re.compile(r"[\w.'’-]+(?: [^\W\d_a-z][\w.'’-]*)?")


def mentioned(text: str, *, request_id: int) -> list[StaffUser]:
    """The colleagues a note names: ``@`` and the whole name, or the part of the mail address before its @.

    Raises `ActionRefused` for a name nobody has, a name two have, and for a colleague who may not see the request: a
    note that tells nobody would be worse than one that is not written yet.
    """
    places = [match.end() for match in _AT.finditer(text)]
    if not places:
        return []
    if len(places) > MOST:
        raise ActionRefused(_("A note can name %(n)s colleagues at most.") % {"n": MOST})
    known: dict[str, dict[int, StaffUser]] = {}
    for person in StaffUser.objects.filter(is_active=True).order_by("pk"):
        for key in {person.name.casefold(), person.email.partition("@")[0].casefold()} - {""}:
            known.setdefault(key, {})[person.pk] = person
    longest_first = sorted(known, key=len, reverse=True)
    found: dict[int, StaffUser] = {}
    for place in places:
        named = _named(text, place, known, longest_first)
        if named is None:
            continue
        if named.pk not in found and not may_see(named, request_id):
            raise ActionRefused(
                _("%(name)s does not see this request, so a mention would tell them nothing.")
                % {"name": named.name}
            )
        found[named.pk] = named
    return list(found.values())


def _named(
    text: str, place: int, known: dict[str, dict[int, StaffUser]], longest_first: list[str]
) -> StaffUser | None:
    """Who is named here; None for a time such as "@5", which names nobody."""
    rest = text[place:].casefold()
    for key in longest_first:
        if rest.startswith(key) and not rest[len(key) : len(key) + 1].isalnum():
            people = list(known[key].values())
            if len(people) == 1:
                return people[0]
            handles = ", ".join("@" + person.email.partition("@")[0] for person in people)
            raise ActionRefused(
                _("%(n)s colleagues are called %(name)s. Write one of these instead: %(names)s")
                % {"n": len(people), "name": people[0].name, "names": handles}
            )
    if text[place].isdigit():
        return None
    match = _WORDS.match(text, place)
    word = match.group() if match else ""
    close = difflib.get_close_matches(word.casefold(), known, n=3, cutoff=0.6)
    names = sorted({person.name for key in close for person in known[key].values()})
    sentence = _("No colleague is called “@%(word)s”.") % {"word": word}
    if names:
        sentence += " " + _("Did you mean %(names)s?") % {"names": ", ".join(names)}
    raise ActionRefused(sentence + " " + _("Leave out the @ if nobody is meant."))


def tell_mentioned(people: list[StaffUser], event: RequestEvent, now: dt.datetime) -> None:
    """One line in the inbox of each; who wrote the note is not told."""
    who = f"{event.actor_label}: " if event.actor_label else ""
    tell(
        people,
        StaffNoticeKind.MENTION,
        request=event.request,
        event=event,
        text=who + " ".join(event.internal_note.split()),
        now=now,
        but=event.actor,
    )
