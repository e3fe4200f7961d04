"""The fixed vocabularies of a city's catalogue: kinds of category, place rules, SLA units, kinds of area.

They are code, not data, because the workflow (outcomes, success, visibility, wording) depends on them.
Everything else about a city comes from its city pack.
"""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class PlaceRule(TextChoices):
    """Whether a request of a category needs a place."""

    REQUIRED = "required", _("A place is required")
    OPTIONAL = "optional", _("A place may be given")
    NONE = "none", _("No place is asked for")


class Kind(TextChoices):
    """What the city does about a request; sets the words, the place rule and the outcomes allowed."""

    REPAIR = "repair", _("Repair or clean up")
    DELIVER = "deliver", _("Deliver something")
    COLLECT = "collect", _("Collect something")
    INSPECT = "inspect", _("Inspect and enforce")
    ANSWER = "answer", _("Answer a question")
    FEEDBACK = "feedback", _("Hear praise, an idea or a complaint")

    @property
    def default_place_rule(self) -> PlaceRule:
        """The place rule of a category that states none of its own."""
        return default_place_rule(self)

    @property
    def nearby_radius_m(self) -> int:
        """How far, in metres, an open report may be the same problem. A neighbor's missed collection never is."""
        return _NEARBY_RADIUS_M[self]

    @property
    def is_shared(self) -> bool:
        """Whether one report can be the problem of several residents: a neighbor's missed collection never is."""
        return self in {Kind.REPAIR, Kind.INSPECT}


class SlaUnit(TextChoices):
    """How a promise is counted (metrics: business time is the department's calendar)."""

    BUSINESS_HOURS = "business_hours", _("business hours")
    BUSINESS_DAYS = "business_days", _("business days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    NONE = "none", _("no promise")


class Priority(IntegerChoices):
    """How urgent a category's requests are when they arrive; packs write the name in small letters."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class HandOver(TextChoices):
    """How a partner takes over a report."""

    MAIL = "mail", _("By e-mail")
    OPEN311 = "open311", _("By Open311")
    PHONE = "phone", _("Residents call")
    NONE = "none", _("Not at all")


class QuestionKind(TextChoices):
    """What an answer to a category's question looks like."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Any of several")


class AreaKind(TextChoices):
    """What an area polygon stands for."""

    COUNCIL_DISTRICT = "council_district", _("Council district")
    NEIGHBORHOOD = "neighborhood", _("Neighborhood")
    COUNTY = "county", _("County")
    PLACE = "place", _("Town or place")
    HOUSE_DISTRICT = "house_district", _("State house district")
    NEIGHBOR = "neighbor", _("Neighbor outside the city")


_DEFAULT_PLACE_RULES = {
    Kind.REPAIR: PlaceRule.REQUIRED,
    Kind.DELIVER: PlaceRule.REQUIRED,
    Kind.COLLECT: PlaceRule.REQUIRED,
    Kind.INSPECT: PlaceRule.REQUIRED,
    Kind.ANSWER: PlaceRule.NONE,
    Kind.FEEDBACK: PlaceRule.OPTIONAL,
}


_NEARBY_RADIUS_M = {
    Kind.REPAIR: 60,
    Kind.DELIVER: 0,
    Kind.COLLECT: 0,
    Kind.INSPECT: 40,
    Kind.ANSWER: 0,
    Kind.FEEDBACK: 0,
}


def default_place_rule(kind: Kind | str) -> PlaceRule:
    """The place rule a kind brings with it, used where a category leaves it empty. Raises ValueError on an unknown kind."""
    return _DEFAULT_PLACE_RULES[Kind(kind)]
