"""The forms of the request page as markup. Those nobody sent yet are drawn once and kept in memory.

A page offers up to nine of them and most stay closed: building and drawing them anew cost more than everything else on
the page. What a kept form depends on is said by the form itself, in `MoveForm.depends_on`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dashboards.queue.answering import CloseForm
from dashboards.queue.forms import Desk, MoveForm
from dashboards.queue.moves import Move

MOST = 256
"""How many drawn forms are kept, in each process."""
_HERE = "\0"
_kept: dict[tuple[Hashable, ...], str] = {}


@dataclass(frozen=True)
class Action:
    """One move with its form, as drawn; ``is_open`` unfolds it."""

    name: str
    button: Promise
    fields: SafeString
    hidden: SafeString
    is_open: bool = False


def blank(move: Move, at: Desk) -> Action:
    """A move with its empty form."""
    here = reverse("queue:detail", args=[at.target.number])
    key = (move.name, get_language(), *move.form.depends_on(at))
    fields = _kept.get(key)
    if fields is None:
        if len(_kept) >= MOST:
            _kept.clear()
        # the addresses in it are this request's: they are put back for each one
        fields = _kept[key] = _fields(move.form(None, desk=at, move=move.name)).replace(here, _HERE)
    version = format_html(
        '<input type="hidden" name="version" value="{}" id="{}_version">', at.target.version, move.name
    )
    return Action(move.name, move.button, SafeString(fields.replace(_HERE, here)), version)


def begun(move: Move, form: MoveForm) -> Action:
    """A move with a form somebody sent: what was typed, and what is wrong with it."""
    hidden = format_html_join("", "{}", ((field,) for field in form.hidden_fields()))
    return Action(move.name, move.button, _fields(form), hidden, is_open=True)


def _fields(form: MoveForm) -> SafeString:
    parts: list[tuple[Any, str]] = (
        form.parts() if isinstance(form, CloseForm) else [(field, "") for field in form.visible_fields()]
    )
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<div data-outcome="{}">{}</div>', outcome, field.as_field_group())
                if outcome
                else field.as_field_group(),
            )
            for field, outcome in parts
        ),
    )
