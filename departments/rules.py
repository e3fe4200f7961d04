"""Routing rules, from rows to the pure form `departments.routing` decides with."""

from collections.abc import Mapping

from civic311.lib.cached import cached
from departments.models import Category, Department, Partner, RoutingRule
from departments.routing import CategoryFacts, RoutingDecision, RoutingFacts, Rule, route


@cached(seconds=10)
def active_rules() -> tuple[Rule, ...]:
    """The city's active rules."""
    rows = RoutingRule.objects.filter(is_active=True).prefetch_related("categories", "areas")
    return tuple(
        Rule(
            id=row.pk,
            name=row.name,
            priority=row.priority,
            categories=frozenset(category.pk for category in row.categories.all()),
            areas=frozenset(area.pk for area in row.areas.all()),
            words=tuple(word.strip() for word in row.words.split("|") if word.strip()),
            channel=row.channel,
            department=row.department_id,
            partner=row.partner_id,
        )
        for row in rows
    )


@cached(seconds=10)
def organisation() -> tuple[dict[int, Department], dict[int, Partner]]:
    """Departments and partners by id."""
    return (
        {department.pk: department for department in Department.objects.all()},
        {partner.pk: partner for partner in Partner.objects.all()},
    )


def routing_text(description: str, address: str) -> str:
    """Where the words of rules are looked for: what was described, and the address ("1200 MD 2")."""
    return f"{description}\n{address}"


def decide(
    category: Category,
    *,
    point: tuple[float, float] | None,
    areas: Mapping[int, str],
    text: str,
    channel: str,
) -> RoutingDecision:
    """Route by the rules in force. ``point`` is (latitude, longitude); ``areas`` are names by id."""
    departments, _partners = organisation()
    department = departments.get(category.department_id or 0)
    facts = RoutingFacts(
        category=CategoryFacts(
            id=category.pk,
            slug=category.slug,
            name=category.name,
            department=department.pk if department else None,
            department_name=department.name if department else "",
        ),
        point=point,
        areas=frozenset(areas),
        area_names=areas,
        text=text,
        channel=channel,
    )
    return route(facts, active_rules())
