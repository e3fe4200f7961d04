"""Names of what there is little of and everything refers to: looked up in memory instead of joined.

At most ten seconds old in each process; nothing that decides about rights is read here.
"""

from dataclasses import dataclass

from civic311.lib.cached import cached
from departments.models import Area, Category, Question


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area without its polygon; the box is west, south, east, north in degrees."""

    id: int
    kind: str
    slug: str
    name: str
    box: tuple[float, float, float, float]
    is_active: bool


@cached(seconds=10)
def categories() -> dict[int, Category]:
    """Every category by id, retired ones included."""
    return {category.pk: category for category in Category.objects.all()}


@cached(seconds=10)
def area_names() -> dict[int, str]:
    """Names of areas by id, retired ones included."""
    return dict(Area.objects.values_list("pk", "name"))


@cached(seconds=10)
def areas() -> dict[int, AreaName]:
    """Every area by id in the order of names, retired ones included, without polygons."""
    rows = Area.objects.order_by("kind", "name", "pk").values_list(
        "pk", "kind", "slug", "name", "west", "south", "east", "north", "is_active"
    )
    return {
        pk: AreaName(pk, kind, slug, name, (west, south, east, north), is_active)
        for pk, kind, slug, name, west, south, east, north, is_active in rows
    }


@cached(seconds=10)
def questions() -> dict[int, Question]:
    """Every question by id, retired ones included."""
    return {question.pk: question for question in Question.objects.all()}
