"""Which department gets a request, and why: a pure function over frozen facts.

Rules are tried by priority (smallest number first), then the more specific, then the older. The first whose
conditions all hold decides; without one the category's own department gets the request; without that it waits in
triage. The reason is kept with the decision, as data, so that it can be read in any language later.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext as _

ReasonKind = Literal["rule", "category", "triage"]


@dataclass(frozen=True, kw_only=True)
class CategoryFacts:
    """A category as far as routing needs it; `department` is the id of its own department."""

    id: int
    slug: str
    name: str
    department: int | None = None
    department_name: str = ""


@dataclass(frozen=True, kw_only=True)
class RoutingFacts:
    """What is known of a request. `point` is latitude and longitude; `areas` are ids of the areas around it."""

    category: CategoryFacts
    point: tuple[float, float] | None = None
    areas: frozenset[int] = frozenset()
    text: str = ""
    channel: str = ""
    area_names: Mapping[int, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One routing rule. An empty condition always holds; `words` holds when any of its words or phrases occurs.

    With a partner and no department, the category's department keeps watch. With neither, the rule sends the
    request to triage.
    """

    id: int
    name: str
    priority: int = 100
    categories: frozenset[int] = frozenset()
    areas: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    channel: str = ""
    department: int | None = None
    partner: int | None = None

    @property
    def specificity(self) -> int:
        """How many kinds of condition the rule sets."""
        return sum(map(bool, (self.categories, self.areas, self.words, self.channel)))


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a request went where it went; `str()` says it in the active language, `as_data()` stores it."""

    kind: ReasonKind
    category: str
    rule: str = ""
    area: str = ""
    word: str = ""
    channel: str = ""
    by_category: bool = False
    by_area: bool = False
    department: str = ""

    def __str__(self) -> str:
        if self.kind == "triage":
            return _("No rule and no department for category %(category)s: waits in triage.") % {
                "category": self.category
            }
        if self.kind == "category":
            if not self.department:
                return _("Category %(category)s belongs to this department.") % {"category": self.category}
            return _("Category %(category)s belongs to %(department)s.") % {
                "category": self.category,
                "department": self.department,
            }
        conditions = self._conditions() or [_("every request")]
        return _("Rule “%(rule)s”: %(conditions)s.") % {
            "rule": self.rule,
            "conditions": ", ".join(conditions),
        }

    def _conditions(self) -> list[str]:
        parts = []
        if self.by_category:
            parts.append(_("category %(category)s") % {"category": self.category})
        if self.by_area:
            parts.append(
                _("in area %(area)s") % {"area": self.area} if self.area else _("in the rule's area")
            )
        if self.word:
            parts.append(_("the text says “%(word)s”") % {"word": self.word})
        if self.channel:
            parts.append(_("received by %(channel)s") % {"channel": self.channel})
        return parts

    def as_data(self) -> dict[str, Any]:
        """The reason as a JSON object."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Reason":
        """The reason that `as_data` gave. Raises TypeError for anything else."""
        return cls(**data)


@dataclass(frozen=True, kw_only=True)
class RoutingDecision:
    """Ids of department, partner and rule, each None where there is none, and the reason."""

    department: int | None
    partner: int | None
    rule: int | None
    reason: Reason

    @property
    def needs_triage(self) -> bool:
        """Whether nobody owns the request yet."""
        return self.department is None


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Rules in the order in which they are tried."""
    return sorted(rules, key=lambda rule: (rule.priority, -rule.specificity, rule.id))


def route(facts: RoutingFacts, rules: Iterable[Rule]) -> RoutingDecision:
    """Decide on one request. Depends on nothing but its arguments, and not on the order of `rules`."""
    text = _normal(facts.text)
    for rule in in_order(rules):
        reason = _match(rule, facts, text)
        if reason is not None:
            department = rule.department
            if department is None and rule.partner is not None:
                department = facts.category.department
            return RoutingDecision(department=department, partner=rule.partner, rule=rule.id, reason=reason)
    category = facts.category
    kind: ReasonKind = "triage" if category.department is None else "category"
    reason = Reason(kind=kind, category=category.name, department=category.department_name)
    return RoutingDecision(department=category.department, partner=None, rule=None, reason=reason)


def _match(rule: Rule, facts: RoutingFacts, text: str) -> Reason | None:
    """The reason when all conditions of `rule` hold, else None."""
    common = rule.areas & facts.areas
    word = next((word for word in rule.words if _phrase(word).strip() and _phrase(word) in text), "")
    if rule.categories and facts.category.id not in rule.categories:
        return None
    if (rule.areas and not common) or (rule.words and not word):
        return None
    if rule.channel and rule.channel != facts.channel:
        return None
    return Reason(
        kind="rule",
        category=facts.category.name,
        rule=rule.name,
        by_category=bool(rule.categories),
        by_area=bool(rule.areas),
        area=facts.area_names.get(min(common), "") if common else "",
        word=word,
        channel=rule.channel,
    )


@lru_cache(maxsize=1024)
def _phrase(word: str) -> str:
    """A rule's word in normal form; rules are few and asked for each request."""
    return _normal(word)


def _normal(text: str) -> str:
    """Lower case without accents, words parted by one space and fenced, so that only whole words are found."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.findall(r"\w+", letters)
    return f" {' '.join(words)} "
