"""A pack's reply templates as rows: a beginning. What staff wrote on screen since is theirs and stays."""

from collections.abc import Mapping

from departments.loading.sync import Tally
from departments.models import Category, Department, ReplyTemplate
from departments.packs.definitions import CityPack


def write_replies(
    pack: CityPack, categories: Mapping[str, Category], departments: Mapping[str, Department]
) -> Tally:
    """Add the templates that are not there yet, one row for each language; nothing is changed or retired."""
    known = set(ReplyTemplate.objects.values_list("slug", "language"))
    wanted = [(item, language) for item in pack.replies for language in item.text]
    added = [
        ReplyTemplate(
            slug=item.slug,
            name=item.name,
            language=language,
            category=categories[item.category] if item.category else None,
            department=departments[item.department] if item.department else None,
            outcome=item.outcome,
            text=item.text[language],
            position=item.order,
        )
        for item, language in wanted
        if (item.slug, language) not in known
    ]
    ReplyTemplate.objects.bulk_create(added)
    return Tally(added=len(added), kept=len(wanted) - len(added))
