"""What the form tells before it is sent: whose it is, what is reported already, how long it takes, what will be public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import get_language

from civic311.lib.masking import mask_personal_data
from departments.calendars import due_for
from departments.geo import AreaHit, areas_at
from departments.kinds import AreaKind, Kind
from departments.models import Category
from departments.notices import NoticeView, current_notices
from departments.ownership import Ownership, owner_of
from departments.rules import routing_text
from requests_app.actions.answers import GivenAnswer
from requests_app.queries.answers import shown_answer
from requests_app.queries.expected import Expected, expected_time
from requests_app.queries.nearby import NearbyRequest, nearby_open
from requests_app.queries.public import public_address
from requests_app.resident.finder import Found
from requests_app.resident.presenters import long_day
from requests_app.resident.questions import QuestionsForm

_SALT = "expected-shown"
_AREA_ORDER = (AreaKind.NEIGHBORHOOD, AreaKind.COUNCIL_DISTRICT, AreaKind.PLACE, AreaKind.HOUSE_DISTRICT)


@dataclass(frozen=True)
class Preview:
    """The report as everybody will read it; ``text`` is masked, ``address`` the block where the category is sensitive."""

    category: str
    text: str
    address: str
    place_note: str
    is_public: bool
    only_block: bool
    answers: tuple[tuple[str, str], ...] = ()


NOWHERE = Found("")


@dataclass(frozen=True)
class Told:
    """All of it; what is not known yet is empty."""

    category: Category | None = None
    found: Found = NOWHERE
    area_line: str = ""
    owner: Ownership | None = None
    notices: Sequence[NoticeView] = ()
    nearby: Sequence[NearbyRequest] = ()
    expected: Expected | None = None
    target: str = ""
    department: str = ""
    preview: Preview | None = None
    must_answer: bool = False

    @property
    def self_help(self) -> dict[str, Any]:
        """How people can help themselves with this kind."""
        return self.category.self_help_in(get_language() or "en") if self.category else {}

    @property
    def notice(self) -> str:
        """What always has to be said about this kind."""
        return str(self.category.in_language("notice")) if self.category else ""

    @property
    def has_map(self) -> bool:
        """Whether the place can be drawn."""
        return self.found.latitude is not None and not self.found.is_outside

    @property
    def point(self) -> tuple[str, str] | None:
        """Latitude and longitude as the fields of the form and the picture's address write them."""
        if self.found.latitude is None or self.found.longitude is None:
            return None
        return f"{self.found.latitude:.6f}", f"{self.found.longitude:.6f}"

    @property
    def expected_shown(self) -> str:
        """What was said about the time, signed: it comes back with the report and is scored later."""
        return signing.dumps(self.expected.as_data(), salt=_SALT) if self.expected else ""

    @property
    def seen_owner(self) -> tuple[str, ...]:
        """The name of the note about another owner, as the form's ``seen`` field brings it back."""
        if self.owner is None or self.owner.is_ours:
            return ()
        return (f"owner:{self.owner.kind}:{self.owner.partner_id or ''}",)

    @property
    def seen_questions(self) -> tuple[str, ...]:
        """The name of the questions of this kind."""
        return (f"questions:{self.category.slug}",) if self.category else ()

    @property
    def seen_nearby(self) -> tuple[str, ...]:
        """The names of the reports nearby."""
        return tuple(f"nearby:{item.number}" for item in self.nearby)

    def unseen(self, seen: Collection[str]) -> frozenset[str]:
        """Which parts a person must still look at before the report is sent: owner, questions, nearby."""
        musts = {
            "owner": self.seen_owner,
            "questions": self.seen_questions if self.must_answer else (),
            "nearby": self.seen_nearby,
        }
        return frozenset(part for part, names in musts.items() if any(name not in seen for name in names))


def tell(
    *,
    category: Category | None,
    found: Found,
    description: str,
    place_note: str,
    questions: QuestionsForm,
    answers: Sequence[GivenAnswer] = (),
    now: dt.datetime,
) -> Told:
    """Everything that can be said about a report of this category at this place."""
    has_point = found.latitude is not None and found.longitude is not None and not found.choices
    areas: list[AreaHit] = []
    if found.latitude is not None and found.longitude is not None and has_point:
        areas = areas_at(found.latitude, found.longitude)
    owner = None
    if has_point or category is not None:
        owner = owner_of(
            category=category,
            latitude=found.latitude if has_point else None,
            longitude=found.longitude if has_point else None,
            areas={area.id: area.name for area in areas},
            text=routing_text(description, found.address),
        )
    told: dict[str, Any] = {}
    if category is not None:
        told = _of_category(category, found, areas, now)
        told["preview"] = _preview(category, found, description, place_note, answers)
        told["must_answer"] = any(asked.stops or asked.field.field.required for asked in questions.asked)
        told["department"] = owner.name if owner is not None and owner.is_ours else ""
        if not told["department"] and category.department is not None:
            told["department"] = category.department.shown_name
    return Told(category=category, found=found, area_line=_area_line(areas), owner=owner, **told)


def expected_of(shown: str) -> dict[str, Any] | None:
    """What the form said about the time, from its signed field; None when it said nothing or the field is not ours."""
    try:
        value = signing.loads(shown, salt=_SALT) if shown else None
    except signing.BadSignature:
        return None
    return value if isinstance(value, dict) else None


def _of_category(
    category: Category, found: Found, areas: Sequence[AreaHit], now: dt.datetime
) -> dict[str, Any]:
    area_ids = [area.id for area in areas]
    nearby: list[NearbyRequest] = []
    if found.latitude is not None and found.longitude is not None and not found.choices:
        nearby = nearby_open(
            category_id=category.pk, latitude=found.latitude, longitude=found.longitude, limit=3
        )
    expected = None
    if category.kind != Kind.FEEDBACK:
        expected = expected_time(
            category_id=category.pk, area_ids=area_ids, department_id=category.department_id, before=now
        )
    calendar_id = category.department.calendar_id if category.department else None
    due = due_for(
        created_at=now, sla_amount=category.sla_amount, sla_unit=category.sla_unit, calendar_id=calendar_id
    )
    return {
        "notices": current_notices(category_id=category.pk, area_ids=area_ids if areas else None),
        "nearby": nearby,
        "expected": expected,
        "target": long_day(due) if due else "",
    }


def _preview(
    category: Category, found: Found, description: str, place_note: str, answers: Sequence[GivenAnswer]
) -> Preview:
    sensitive = category.place_is_sensitive
    return Preview(
        category=category.shown_name,
        text=mask_personal_data(description.strip()),
        address=public_address(found.address, sensitive=sensitive) if found.address else "",
        place_note="" if sensitive else mask_personal_data(place_note.strip()),
        is_public=category.is_public,
        only_block=sensitive,
        answers=tuple(
            shown_answer(answer.question_id, answer.label, answer.public_value)
            for answer in answers
            if answer.public_value
        ),
    )


def _area_line(areas: Sequence[AreaHit]) -> str:
    """ "Jones Falls · District 12": the smallest first, one of each kind."""
    by_kind = {area.kind: area.name for area in reversed(areas)}
    return " · ".join(by_kind[kind] for kind in _AREA_ORDER if kind in by_kind)
