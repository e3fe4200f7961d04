"""Articles and the transfer directory as rows. What staff wrote is theirs: a pack never overwrites it."""

from collections.abc import Mapping
from dataclasses import asdict

from django.utils import timezone

from departments.loading.sync import Tally, Wanted, sync
from departments.models import Article, Calendar, Category, Department, TransferContact
from departments.packs.definitions import CityPack
from departments.packs.definitions.desk import ArticleDef
from departments.packs.desk import DESK_FILE
from departments.packs.problems import Problems


def write_transfers(
    pack: CityPack,
    problems: Problems,
    departments: Mapping[str, Department],
    calendars: Mapping[str, Calendar],
) -> Tally:
    """The directory as the pack has it."""
    rows = [
        Wanted(
            TransferContact(
                slug=item.slug,
                name=item.name,
                phone=item.phone,
                department=departments[item.department] if item.department else None,
                calendar=calendars[item.calendar] if item.calendar else None,
                languages=item.languages,
                keywords=item.keywords,
                note=item.note,
                position=position,
            ),
            DESK_FILE,
            item.line,
        )
        for position, item in enumerate(pack.desk.transfers, start=1)
    ]
    _written, tally = sync(TransferContact, rows, problems)
    return tally


def write_articles(pack: CityPack, categories: Mapping[str, Category]) -> Tally:
    """New articles are added, those nobody edited follow the pack, and those staff edited stay as they are."""
    existing = {row.slug: row for row in Article.objects.all()}
    added = changed = 0
    for item in pack.desk.articles:
        old = existing.get(item.slug)
        if old is not None and old.updated_by_id is not None:
            continue
        values = _values(item, categories)
        if old is None:
            Article.objects.create(slug=item.slug, updated_at=timezone.now(), **values)
            added += 1
        elif any(getattr(old, name) != value for name, value in values.items()):
            Article.objects.filter(pk=old.pk).update(updated_at=timezone.now(), **values)
            changed += 1
    wanted = {item.slug for item in pack.desk.articles}
    gone = Article.objects.filter(is_active=True, updated_by__isnull=True).exclude(slug__in=wanted)
    retired = gone.update(is_active=False)
    return Tally(added, changed, retired, len(existing) - changed - retired)


def script_columns(pack: CityPack, slug: str) -> dict[str, object]:
    """What operators ask and say about a category, as its column."""
    for script in pack.desk.scripts:
        if slug in script.categories:
            return {"desk_script": {language: dict(texts) for language, texts in script.texts.items()}}
    return {}


def _values(item: ArticleDef, categories: Mapping[str, Category]) -> dict[str, object]:
    main, *others = item.texts
    return {
        **item.texts[main],
        "topic": item.topic,
        "category": categories[item.category] if item.category else None,
        "keywords": item.keywords,
        "is_public": item.public,
        "valid_until": item.valid_until,
        "is_active": True,
        "referrals": [asdict(referral) for referral in item.referrals],
        "translations": {language: dict(item.texts[language]) for language in others},
    }
