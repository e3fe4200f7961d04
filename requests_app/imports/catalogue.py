"""Categories and departments of imported rows; unknown ones are made as retired."""

from django.utils.text import slugify

from departments.kinds import Kind, PlaceRule
from departments.models import Category, CategoryGroup, Department
from requests_app.imports.converting import Converted

GROUP_SLUG = "from-other-systems"


class ImportCatalogue:
    """Finds, or makes, the category and the department of a converted row."""

    def __init__(self) -> None:
        self.categories = {row.slug: row for row in Category.objects.select_related("department")}
        self.departments = {row.slug: row for row in Department.objects.all()}
        self.made: list[str] = []

    def department(self, row: Converted) -> Department | None:
        """The department the source names, the category's own where it names none."""
        slug = row.department or slugify(row.agency)[:80]
        if not slug:
            return self.category(row).department
        if slug not in self.departments:
            self.departments[slug] = Department.objects.create(
                slug=slug, name=row.agency[:150], short_name=row.agency[:40], is_active=False
            )
            self.made.append(f"department {row.agency}")
        return self.departments[slug]

    def category(self, row: Converted) -> Category:
        """The category of the source's type."""
        slug = row.category or slugify(row.type_name)[:80]
        if slug not in self.categories:
            group, _created = CategoryGroup.objects.get_or_create(
                slug=GROUP_SLUG, defaults={"name": "From other systems", "position": 999}
            )
            self.categories[slug] = Category.objects.create(
                slug=slug,
                name=row.type_name[:120],
                group=group,
                kind=Kind.REPAIR,
                place_rule=PlaceRule.OPTIONAL,
                is_online=False,
                is_public=False,
                is_active=False,
                source_types=[row.type_name],
            )
            self.made.append(f"category {row.type_name}")
        return self.categories[slug]
