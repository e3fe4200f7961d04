"""Which department or partner a request goes to, and why: pure, so that it can be tested without a row.

The first matching rule wins, by priority, then by how much it asks for, then by id. Without one the category's own
department takes it; without that either, it waits in triage.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class CategoryFacts:
    """What routing needs to know of a category; ``department`` is the id of its department."""

    id: int
    name: str
    department: int | None


@dataclass(frozen=True)
class RoutingFacts:
    """What is known when a request comes in. ``point`` is (latitude, longitude), ``areas`` are ids."""

    category: CategoryFacts
    point: tuple[float, float] | None
    areas: frozenset[int]
    text: str
    channel: str


@dataclass(frozen=True)
class Rule:
    """A routing rule. Empty conditions match everything; ``words`` match whole words, any of them, without case."""

    id: int
    name: str
    priority: int
    categories: frozenset[int] = frozenset()
    areas: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    channel: str = ""
    department: int | None = None
    partner: int | None = None

    @property
    def specificity(self) -> int:
        """How many conditions the rule states."""
        return sum(map(bool, (self.categories, self.areas, self.words, self.channel)))

    def matches(self, facts: RoutingFacts) -> bool:
        """Whether every stated condition holds."""
        return (
            (not self.categories or facts.category.id in self.categories)
            and (not self.areas or bool(self.areas & facts.areas))
            and (not self.channel or self.channel == facts.channel)
            and (not self.words or _pattern(self.words).search(facts.text[:4000]) is not None)
        )


@dataclass(frozen=True)
class RoutingDecision:
    """Ids of the department and the partner, the id of the rule, and the reason as a sentence."""

    department: int | None
    partner: int | None
    rule: int | None
    reason: Promise | str


def route(facts: RoutingFacts, rules: Iterable[Rule]) -> RoutingDecision:
    """Decide. Deterministic: the order of ``rules`` does not matter."""
    for rule in sorted(rules, key=lambda rule: (rule.priority, -rule.specificity, rule.id)):
        if rule.matches(facts):
            return RoutingDecision(
                department=rule.department or (None if rule.partner else facts.category.department),
                partner=rule.partner,
                rule=rule.id,
                reason=format_lazy(_("Rule “{rule}” for the category {category}."), rule=rule.name, category=facts.category.name),
            )
    if facts.category.department is not None:
        return RoutingDecision(
            department=facts.category.department,
            partner=None,
            rule=None,
            reason=format_lazy(_("The category {category} belongs to this department."), category=facts.category.name),
        )
    return RoutingDecision(
        department=None,
        partner=None,
        rule=None,
        reason=format_lazy(_("No rule takes the category {category}: a person decides."), category=facts.category.name),
    )


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in words) + r")\b", re.IGNORECASE)
