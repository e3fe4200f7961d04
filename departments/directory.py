"""Names of what there is little of and everything refers to: looked up in memory instead of joined.

At most ten seconds old in each process; nothing that decides about rights is read here.
"""

from civic311.lib.cached import cached
from departments.models import Area, Category


@cached(seconds=10)
def categories() -> dict[int, Category]:
    """Every category by id, retired ones included."""
    return {category.pk: category for category in Category.objects.all()}


@cached(seconds=10)
def area_names() -> dict[int, str]:
    """Names of areas by id, retired ones included."""
    return dict(Area.objects.values_list("pk", "name"))
