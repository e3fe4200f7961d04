"""Routing rules, from rows to the pure form `departments.routing` decides with."""

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


def decide(
    category: Category,
    *,
    point: tuple[float, float] | None,
    area_ids: frozenset[int],
    text: str,
    channel: str,
) -> RoutingDecision:
    """Route by the rules in force. ``point`` is (latitude, longitude)."""
    facts = RoutingFacts(
        category=CategoryFacts(id=category.pk, name=category.name, department=category.department_id),
        point=point,
        areas=area_ids,
        text=text,
        channel=channel,
    )
    return route(facts, active_rules())
