"""What the buttons of the desk do: from the screen as it was typed to one action."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dashboards.desk.screen import Screen
from departments.models import Article, TransferContact
from requests_app.actions import ActionRefused, Contact, Submission
from requests_app.actions import desk as actions
from requests_app.actions.desk import Conversation
from requests_app.models import Call, ServiceRequest
from requests_app.queries import desk as reads
from requests_app.resident.pins import as_number
from requests_app.resident.told import expected_of
from requests_app.workflow import Channel


def conversation_of(screen: Screen) -> Conversation:
    """The call as it was typed; an anonymous one keeps nothing about who it was."""
    data = screen.form.cleaned_data
    anonymous = bool(data.get("anonymous"))
    return Conversation(
        key=screen.key,
        started_at=screen.started_at,
        channel=Channel(data.get("channel") or Channel.PHONE),
        language=data.get("language") or "en",
        interpreter=data.get("interpreter", ""),
        phone="" if anonymous else data.get("phone", ""),
        name="" if anonymous else data.get("name", ""),
        email="" if anonymous else data.get("email", ""),
        wants_updates=bool(data.get("updates")),
        note=data.get("description", ""),
    )


def _report(screen: Screen, which: str) -> Call:
    form, data = screen.form, screen.form.cleaned_data
    assert form.chosen_category is not None
    said = conversation_of(screen)
    contact = Contact(name=said.name, email=said.email, phone=said.phone, wants_updates=said.wants_updates)
    submission = Submission(
        category=form.chosen_category,
        description=data["description"],
        address=screen.found.address[:300],
        place_note=data["place_note"] if form.asks_for_place else "",
        latitude=screen.found.latitude,
        longitude=screen.found.longitude,
        channel=said.channel.value,
        language=form.spoken,
        is_anonymous=not contact,
        contact=contact,
        answers=screen.answers,
        expected=expected_of(screen.told.expected_shown),
    )
    _made, call = actions.take_report(
        submission=submission, conversation=said, by=screen.user, now=screen.now
    )
    return call


def _target(screen: Screen, number: str) -> ServiceRequest:
    target = reads.by_number(as_number(number), user=screen.user)
    if target is None:
        raise Http404
    return target


def _bump(screen: Screen, which: str) -> Call:
    target = _target(screen, which)
    _event, call = actions.bump_for(
        request_id=target.pk, conversation=conversation_of(screen), by=screen.user, now=screen.now
    )
    return call


def _status(screen: Screen, which: str) -> Call:
    return actions.tell_status(
        request=_target(screen, which), conversation=conversation_of(screen), by=screen.user, now=screen.now
    )


def _unsolved(screen: Screen, which: str) -> Call:
    target, said = _target(screen, which), conversation_of(screen)
    own = actions.is_reporter(target.pk, said.phone)
    own = own or (screen.asked is not None and screen.asked.row.id == target.pk and screen.asked.is_own)
    try:
        return actions.not_solved(
            request_id=target.pk, conversation=said, is_own=own, by=screen.user, now=screen.now
        )
    except ServiceRequest.DoesNotExist:
        raise ActionRefused(
            _("This request is not shown online: ask for the PIN, or call from the number it was sent with.")
        ) from None


def _info(screen: Screen, which: str) -> Call:
    data = screen.form.cleaned_data
    category = screen.form.chosen_category
    topic = (
        which or data.get("topic", "") or (category.name if category else "") or data.get("description", "")
    )
    return actions.give_information(
        conversation=conversation_of(screen), topic=topic, category=category, by=screen.user, now=screen.now
    )


def _article(screen: Screen, which: str) -> Call:
    article = get_object_or_404(Article, slug=which, is_active=True)
    return actions.give_information(
        conversation=conversation_of(screen), topic="", article=article, by=screen.user, now=screen.now
    )


def _transfer(screen: Screen, which: str) -> Call:
    to = get_object_or_404(TransferContact, slug=which, is_active=True)
    return actions.transfer(conversation=conversation_of(screen), to=to, by=screen.user, now=screen.now)


def _hand_on(screen: Screen, which: str) -> Call:
    to = screen.form.cleaned_data.get("colleague")
    if to is None:
        raise ActionRefused(_("Choose who calls back."))
    asked = screen.asked
    request = ServiceRequest.objects.visible_to(screen.user).get(pk=asked.row.id) if asked else None
    return actions.hand_on(
        conversation=conversation_of(screen), to=to, by=screen.user, now=screen.now, request=request
    )


def _drop(screen: Screen, which: str) -> Call:
    return actions.drop(conversation=conversation_of(screen), by=screen.user, now=screen.now)


ACTS: dict[str, Callable[[Screen, str], Call]] = {
    "report": _report,
    "bump": _bump,
    "status": _status,
    "unsolved": _unsolved,
    "info": _info,
    "article": _article,
    "transfer": _transfer,
    "hand_on": _hand_on,
    "drop": _drop,
}
