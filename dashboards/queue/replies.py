"""Templates as the request page offers them: those that fit, with their blanks filled in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from civic311.lib.cached import cached
from civic311.lib.templatetags.ui import long_date
from departments.kinds import Kind
from departments.models import City, ReplyTemplate
from requests_app.actions.replies import fill
from requests_app.models import ServiceRequest
from requests_app.queries.public import public_address
from requests_app.workflow import Outcome, outcomes_for

Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Filled:
    """A template with what is known of the request; ``open`` are the blanks somebody has to fill in."""

    text: str
    open: tuple[str, ...]
    outcome: str


@cached(seconds=10)
def _active() -> tuple[ReplyTemplate, ...]:
    return tuple(ReplyTemplate.objects.filter(is_active=True).order_by("position", "name", "pk"))


def fitting(target: ServiceRequest, *, closing: bool) -> list[ReplyTemplate]:
    """The templates for this request: of its category or any, its department or every one.

    Those with an outcome its kind has are for the closing, those without one for notes. Texts in the reporter's
    language come first, then those written for this category.
    """
    outcomes = {outcome.value for outcome in outcomes_for(Kind(target.category.kind))}
    rows = [
        row
        for row in _active()
        if row.category_id in {None, target.category_id}
        and row.department_id in {None, target.department_id}
        and (row.outcome in outcomes if closing else not row.outcome)
    ]
    return sorted(rows, key=lambda row: (row.language != target.language, row.category_id is None))


def reply_choices(target: ServiceRequest, *, closing: bool) -> Choices:
    """The fitting templates under the names of their outcomes, or of their languages for notes."""
    groups: Choices = []
    named: dict[str, list[tuple[str, str]]] = {}
    for row in fitting(target, closing=closing):
        language = get_language_info(row.language)["name_local"]
        group = str(Outcome(row.outcome).label) if row.outcome else language
        label = f"{row.name} · {language}" if row.outcome and row.language != "en" else row.name
        if group not in named:
            groups.append((group, named.setdefault(group, [])))
        named[group].append((str(row.pk), label))
    return groups


def find(target: ServiceRequest, pk: str, *, closing: bool) -> ReplyTemplate | None:
    """The template of this id, if it is offered here."""
    return next((row for row in fitting(target, closing=closing) if str(row.pk) == pk), None)


def filled(
    template: ReplyTemplate, target: ServiceRequest, *, today: dt.date, case_number: str = ""
) -> Filled:
    """The template's text about this request, in the template's language."""
    city = City.current()
    with translation.override(template.language):
        department = target.department.shown_name if target.department else ""
        values = {
            "number": target.number,
            "category": target.category.shown_name,
            "address": public_address(target.address, sensitive=target.category.place_is_sensitive),
            "department": department,
            "date": long_date(today),
            "case_number": case_number.strip(),
            "city": city.name,
            "phone": city.phone,
        }
    text, still_open = fill(template.text, values)
    return Filled(text, tuple(still_open), template.outcome)


def open_words(names: tuple[str, ...] | list[str]) -> str:
    """What somebody has to fill in before the text can go out; empty for nothing."""
    if not names:
        return ""
    return _("Fill in or take out: %(names)s") % {"names": ", ".join(f"{{{name}}}" for name in names)}


def put_into(text: str, reply: str) -> str:
    """What was typed stays; the template's text comes after it."""
    typed = text.strip()
    return f"{typed}\n\n{reply}" if typed and reply not in typed else typed or reply
