"""The lines of "My reports" in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.actions.asking import HOLD_REASON
from requests_app.queries.residents import OwnRequest
from requests_app.resident.presenters import long_day
from requests_app.workflow import Channel, Outcome, Status


@dataclass(frozen=True)
class Line:
    """One report: what happens next, and what its owner may do."""

    item: OwnRequest
    next_step: str
    how: str
    url: str
    edit_url: str
    withdraw_url: str
    solved_url: str
    erase_url: str


def lines(rows: tuple[OwnRequest, ...], now: dt.datetime) -> list[Line]:
    """The reports as they are listed."""
    return [_line(item, now) for item in rows]


def _line(item: OwnRequest, now: dt.datetime) -> Line:
    url = reverse("resident:track", kwargs={"token": item.token})
    editable = item.status == Status.NEW and now - item.created_at <= dt.timedelta(
        minutes=settings.EDIT_WINDOW_MINUTES
    )
    askable = item.closed_at is not None and item.outcome not in {Outcome.WITHDRAWN, Outcome.SPAM}
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    return Line(
        item=item,
        next_step=capfirst(_next_step(item)),
        how=str(Channel(item.channel).label) if item.channel in Channel.values else item.channel,
        url=url,
        edit_url=_reverse("edit", item.token) if editable else "",
        withdraw_url=_reverse("withdraw", item.token) if item.is_open else "",
        solved_url=url + "#solved"
        if askable and item.closed_at is not None and now - item.closed_at <= window
        else "",
        erase_url=_reverse("erase", item.token),
    )


def _reverse(name: str, token: str) -> str:
    try:
        return reverse(f"resident:{name}", kwargs={"token": token})
    except NoReverseMatch:
        return ""


def _next_step(item: OwnRequest) -> str:
    name = item.department or _("the right department")
    sentences = {
        Status.NEW: _("%(name)s has it. A person there reads it next.")
        if item.department
        else _("A person reads it and finds the right department."),
        Status.OPEN: _("%(name)s has read it and plans the work."),
        Status.IN_PROGRESS: _("%(name)s is working on it."),
        Status.ON_HOLD: _("Paused: %(reason)s"),
        Status.WITH_PARTNER: _("%(partner)s looks after this. We follow it."),
        Status.CLOSED: _("Closed by %(name)s on %(day)s.")
        if item.department and item.outcome != Outcome.WITHDRAWN
        else _("Closed on %(day)s."),
    }
    return sentences[item.status] % {
        "name": name,
        "reason": _(HOLD_REASON) if item.hold_reason == HOLD_REASON else item.hold_reason,
        "partner": item.partner or _("Somebody else"),
        "day": long_day(item.closed_at) if item.closed_at else _("an unrecorded day"),
    }
