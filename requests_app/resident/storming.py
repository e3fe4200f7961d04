"""What a storm changes for residents: few kinds of problems first, light pages."""

from __future__ import annotations

from departments.models import Category
from departments.storms import current_storm
from requests_app.queries.front import offered_categories, often_reported


def offered_now(*, everything: bool = False) -> list[Category]:
    """What the form offers: in a storm the kinds it was declared for, unless somebody asks for ``everything``."""
    offered = list(offered_categories())
    storm = current_storm()
    if everything or storm is None or not storm.category_ids:
        return offered
    return [category for category in offered if category.pk in storm.category_ids] or offered


def often_now(most: int) -> list[Category]:
    """What is offered first: often reported, in a storm its own kinds."""
    storm = current_storm()
    if storm is None or not storm.category_ids:
        return list(often_reported()[:most])
    return offered_now()[:most]


def is_light() -> bool:
    """Whether pages leave out maps, pictures and figures."""
    storm = current_storm()
    return storm is not None and storm.is_light
