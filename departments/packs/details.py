"""category_details.toml (optional): what few categories have: a radius, comments, a closing photo, help for volunteers, a notice."""

from collections.abc import Iterable
from pathlib import Path

from departments.packs.checks import length_problem, slug_problem, words_problem
from departments.packs.definitions import CategoryDef, DetailDef, HelpDef, HelpGroup
from departments.packs.problems import Problems
from departments.packs.toml_file import Table, read_toml

FILE = "category_details.toml"
FARTHEST_M = 500
NOTICE_MOST = 600


def read_details(
    folder: Path, problems: Problems, languages: Iterable[str], categories: Iterable[CategoryDef]
) -> tuple[DetailDef, ...]:
    """The file's [[category]] entries; none when there is no file."""
    root = read_toml(folder, FILE, problems, required=False)
    if root is None:
        return ()
    root.only("category")
    known = {category.slug for category in categories}
    details: list[DetailDef] = []
    for table in root.tables("category"):
        table.only("slug", "nearby_m", "comments", "closing_photo", "help", "notice")
        slug = table.text("slug")
        table.problem(slug_problem(slug), "slug")
        if slug and slug not in known:
            table.problem(f"slug {slug!r} is not in categories.csv", "slug")
        if slug in {detail.slug for detail in details}:
            table.problem(f"slug {slug!r} stands here twice", "slug")
        radius = table.number("nearby_m", default=-1, most=FARTHEST_M)
        details.append(
            DetailDef(
                slug=slug,
                nearby_m=int(radius) if radius >= 0 else None,
                comments=table.yes("comments", default=False),
                closing_photo=table.yes("closing_photo", default=False),
                help=_help(table.table("help"), tuple(languages)),
                notice=_notice(table, tuple(languages)),
                line=table.line,
            )
        )
    return tuple(details)


def _notice(table: Table, languages: tuple[str, ...]) -> dict[str, str]:
    """What the form says before it is filled in, in every language or in none."""
    notice = table.text_map("notice")
    missing = [language for language in languages if not notice.get(language)]
    if notice and missing:
        table.problem(f"notice is missing in {', '.join(missing)}", "notice")
    for language, text in notice.items():
        if language not in languages:
            table.problem(f"notice: {language!r} is no language of this city", "notice")
        table.problem(words_problem(text) or length_problem(text, NOTICE_MOST), "notice")
    return notice


def _help(table: Table, languages: tuple[str, ...]) -> dict[str, HelpDef]:
    table.only(*languages)
    missing = [language for language in languages if language not in table.data]
    if table.data and missing:
        table.problem(f"help is missing in {', '.join(missing)}")
    return {language: _help_in(table.table(language)) for language in languages if language in table.data}


def _help_in(table: Table) -> HelpDef:
    table.only("safe", "tools", "groups")
    safe, tools = table.text("safe"), table.text("tools", required=False)
    for key, words in (("safe", safe), ("tools", tools)):
        table.problem(words_problem(words), key)
    groups: list[HelpGroup] = []
    for group in table.tables("groups"):
        group.only("name", "url", "phone")
        url = group.text("url", required=False)
        if url and not url.startswith("https://"):
            group.problem(f"url {url!r} does not begin with https://", "url")
        groups.append(HelpGroup(group.text("name"), url, group.text("phone", required=False)))
    return HelpDef(safe=safe, tools=tools, groups=tuple(groups))
