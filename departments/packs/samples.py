"""What invented history is made of: texts/*.csv (written by us) and stats.toml (distilled figures)."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from departments.kinds import Kind
from departments.packs.checks import CHANNELS, OUTCOMES, words_problem
from departments.packs.definitions import (
    CategoryDef,
    CategoryStats,
    CityDef,
    CityStats,
    StormDef,
    TextTemplate,
)
from departments.packs.problems import Problems
from departments.packs.tables import Row, read_rows
from departments.packs.toml_file import Table, read_toml

PLACEHOLDERS = (
    "street",
    "block",
    "neighborhood",
    "landmark",
    "department",
    "weekday",
    "date",
    "days",
    "partner",
    "name",
)
_FILES = {
    "texts/descriptions.csv": ("description",),
    "texts/answers.csv": ("answer",),
    "texts/notes.csv": ("public_note", "internal_note"),
}
_COLUMNS = {
    "texts/descriptions.csv": ("scope", "language", "text"),
    "texts/answers.csv": ("scope", "outcome", "language", "text"),
    "texts/notes.csv": ("use", "scope", "language", "text"),
}
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_STATS_KEYS = (
    "volume",
    "channels",
    "languages",
    "reporters",
    "photos",
    "flow",
    "category",
    "outcomes",
    "storm",
)


def scope_problem(scope: str, categories: Iterable[str]) -> str:
    """Why a scope ("category:<slug>", "kind:<kind>" or "*") names nothing, or ""."""
    what, _, name = scope.partition(":")
    if (
        scope == "*"
        or (what == "kind" and name in Kind.values)
        or (what == "category" and name in set(categories))
    ):
        return ""
    return f"scope {scope!r} is not '*', 'kind:<kind>' or 'category:<slug>' of this pack"


def _template(row: Row, file: str, languages: tuple[str, ...], categories: tuple[str, ...]) -> TextTemplate:
    uses = _FILES[file]
    use = uses[0] if len(uses) == 1 else row.choice("use", uses)
    scope, text = row.text("scope"), row.text("text")
    row.problem(scope_problem(scope, categories))
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            row.problem(f"placeholder {{{name}}} is not one of {', '.join(PLACEHOLDERS)}")
    if _PLACEHOLDER.sub("", text).count("{") or _PLACEHOLDER.sub("", text).count("}"):
        row.problem("a brace stands alone")
    if use in {"answer", "public_note"}:
        row.problem(words_problem(text))
    outcome = row.choice("outcome", OUTCOMES) if use == "answer" else ""
    return TextTemplate(use, scope, outcome, row.choice("language", languages), text, row.line)


def read_texts(
    folder: Path, problems: Problems, city: CityDef | None, categories: Iterable[CategoryDef]
) -> tuple[TextTemplate, ...]:
    """texts/descriptions.csv, texts/answers.csv and texts/notes.csv; each may be absent."""
    languages = city.languages if city and city.languages else ("en",)
    slugs = tuple(category.slug for category in categories)
    return tuple(
        _template(row, file, languages, slugs)
        for file in _FILES
        for row in read_rows(folder, file, _COLUMNS[file], problems, required=False)
    )


def _shares(table: Table, known: tuple[str, ...]) -> dict[str, float]:
    """Named shares that add up to 1 (within a thousandth)."""
    shares: dict[str, float] = {}
    for key in table.data:
        if key not in known:
            table.problem(f"{key!r} is not one of {', '.join(known)}", key)
        shares[key] = table.number(key, least=0, most=1)
    if shares and abs(sum(shares.values()) - 1) > 0.001:
        table.problem(f"the shares add up to {sum(shares.values()):.3f}, not to 1")
    return shares


def _category(table: Table, slug: str) -> CategoryStats:
    table.only(
        "share", "staff_share", "closed_share", "same_minute_share", "median_hours", "p90_hours", "season"
    )
    median, p90 = table.number("median_hours", least=0), table.number("p90_hours", least=0)
    if p90 < median:
        table.problem(f"p90_hours {p90} is less than median_hours {median}", "p90_hours")
    return CategoryStats(
        category=slug,
        share=table.number("share", least=0, most=1),
        staff_share=table.number("staff_share", default=0, least=0, most=1),
        closed_share=table.number("closed_share", least=0, most=1),
        same_minute_share=table.number("same_minute_share", default=0, least=0, most=1),
        median_hours=median,
        p90_hours=p90,
        season=table.numbers("season", 12) if "season" in table.data else (1.0,) * 12,
    )


def _storm(table: Table, categories: tuple[str, ...]) -> StormDef:
    table.only("name", "month", "day", "days", "years", "slowdown", "factors")
    factors = table.table("factors")
    for slug in factors.data:
        if slug not in categories:
            factors.problem(f"category {slug!r} is not in categories.csv", slug)
    return StormDef(
        name=table.text("name"),
        month=int(table.number("month", least=1, most=12)),
        day=int(table.number("day", least=1, most=28)),
        days=int(table.number("days", least=1, most=30)),
        years=table.choice("years", ("every", "even", "odd"), default="every"),
        factors={slug: factors.number(slug, least=0) for slug in factors.data},
        slowdown=table.number("slowdown", default=1, least=1),
    )


def _outcomes(table: Table, categories: tuple[str, ...]) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, Mapping[str, float]] = {}
    for scope in table.data:
        table.problem(scope_problem(scope, categories), scope)
        found[scope] = _shares(table.table(scope), OUTCOMES)
    for kind in Kind.values:
        if f"kind:{kind}" not in found:
            table.problem(f"the outcomes of 'kind:{kind}' are missing")
    return found


def read_stats(
    folder: Path, problems: Problems, city: CityDef | None, categories: Iterable[CategoryDef]
) -> CityStats | None:
    """stats.toml, None when the pack has none. Every active category must have figures, the shares add up to 1."""
    root = read_toml(folder, "stats.toml", problems, required=False)
    if root is None:
        return None
    root.only(*_STATS_KEYS)
    categories = tuple(categories)
    slugs = tuple(category.slug for category in categories)
    volume, reporters, flow = root.table("volume"), root.table("reporters"), root.table("flow")
    by_category = root.table("category")
    figures: dict[str, CategoryStats] = {}
    for slug in by_category.data:
        if slug not in slugs:
            by_category.problem(f"category {slug!r} is not in categories.csv", slug)
        figures[slug] = _category(by_category.table(slug), slug)
    for category in categories:
        if category.active and category.slug not in figures:
            by_category.problem(f"the active category {category.slug!r} has no figures")
    total = sum(item.share for item in figures.values())
    if abs(total - 1) > 0.01:
        by_category.problem(f"the shares of the categories add up to {total:.3f}, not to 1")
    photos = root.table("photos")
    photos.only(*Kind.values)
    return CityStats(
        requests_per_year=int(volume.number("requests_per_year", least=1)),
        growth_per_year=volume.number("growth_per_year", default=0, least=-0.5, most=0.5),
        weekday_hours=volume.numbers("weekday_hours", 24),
        weekend_hours=volume.numbers("weekend_hours", 24),
        weekdays=volume.numbers("weekdays", 7),
        months=volume.numbers("months", 12),
        channels=_shares(root.table("channels"), CHANNELS),
        languages=_shares(root.table("languages"), city.languages if city else ("en",)),
        anonymous_share=reporters.number("anonymous_share", least=0, most=1),
        email_share=reporters.number("email_share", least=0, most=1),
        photo_shares={kind: photos.number(kind, default=0, least=0, most=1) for kind in Kind.values},
        duplicate_share=flow.number("duplicate_share", default=0, least=0, most=1),
        reopened_share=flow.number("reopened_share", default=0, least=0, most=1),
        rerouted_share=flow.number("rerouted_share", default=0, least=0, most=1),
        categories=figures,
        outcomes=_outcomes(root.table("outcomes"), slugs),
        storms=tuple(_storm(table, slugs) for table in root.tables("storm")),
    )
