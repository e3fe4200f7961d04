"""A pack's questions as rows; what vanished is retired, so that its answers keep their question."""

from collections.abc import Mapping
from typing import Any

from civic311.lib.copying import reserve_ids
from departments.loading.sync import Tally, Wanted, sync
from departments.models import Category, Question
from departments.packs.definitions import CityPack, QuestionDef
from departments.packs.problems import Problems
from departments.packs.questions import FILE

Key = tuple[int, str]


def write_questions(pack: CityPack, problems: Problems, categories: Mapping[str, Category]) -> Tally:
    """One row for each question of each category. Ids are known before, since questions refer to each other."""
    wanted = [(categories[slug].pk, item) for item in pack.questions for slug in item.categories]
    ids: dict[Key, int] = {
        (category_id, slug): pk
        for pk, category_id, slug in Question.objects.values_list("pk", "category_id", "slug")
    }
    new = [(category_id, item.slug) for category_id, item in wanted if (category_id, item.slug) not in ids]
    ids.update(zip(new, reserve_ids(Question, len(new)), strict=True))
    rows = [Wanted(_row(item, category_id, ids), FILE, item.line) for category_id, item in wanted]
    _written, tally = sync(Question, rows, problems, key=("category_id", "slug"))
    return tally


def _row(item: QuestionDef, category_id: int, ids: Mapping[Key, int]) -> Question:
    return Question(
        pk=ids[(category_id, item.slug)],
        category_id=category_id,
        slug=item.slug,
        label=item.label.get("en", ""),
        help_text=item.help.get("en", ""),
        kind=item.kind,
        options=[_option(option.value, option.label, option.stop) for option in item.options],
        is_required=item.required,
        is_private=item.private,
        depends_on_id=ids[(category_id, item.depends_on)] if item.depends_on else None,
        depends_values=list(item.depends_values),
        least=item.least,
        most=item.most,
        position=item.order,
        translations=_others({"label": item.label, "help_text": item.help}),
    )


def _option(value: str, label: Mapping[str, str], stop: Mapping[str, str]) -> dict[str, Any]:
    return {
        "value": value,
        "label": label.get("en", ""),
        "labels": {language: text for language, text in label.items() if language != "en"},
        "stop": stop.get("en", ""),
        "stops": {language: text for language, text in stop.items() if language != "en"},
    }


def _others(fields: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Texts by language and field, without English, which has the columns."""
    found: dict[str, dict[str, str]] = {}
    for field, texts in fields.items():
        for language, text in texts.items():
            if language != "en":
                found.setdefault(language, {})[field] = text
    return found
