"""desk.toml and articles.toml (both optional): what operators ask, say and know, and whom they transfer to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from departments.packs.checks import length_problem, parse_date, slug_problem, words_problem
from departments.packs.definitions import CalendarDef, CategoryDef, CityDef, DepartmentDef
from departments.packs.definitions.desk import ArticleDef, DeskDef, ReferralDef, ScriptDef, TransferDef
from departments.packs.problems import Problems
from departments.packs.toml_file import Table, read_toml

DESK_FILE, ARTICLES_FILE = "desk.toml", "articles.toml"
SCRIPT = ("ask", "say", "emergency", "others")
LONGEST = {"title": 150, "summary": 300, "body": 8_000, "script": 4_000}
SCRIPT_MOST = 1_000


class _Known:
    """What the files may refer to."""

    def __init__(
        self,
        city: CityDef | None,
        calendars: Iterable[CalendarDef],
        departments: Iterable[DepartmentDef],
        categories: Iterable[CategoryDef],
    ) -> None:
        self.languages = city.languages if city and city.languages else ("en",)
        self.calendars = {item.slug for item in calendars}
        self.departments = {item.slug for item in departments}
        self.categories = {item.slug for item in categories}

    def check(self, table: Table, key: str, value: str, among: set[str], file: str) -> None:
        if value and value not in among:
            table.problem(f"{key} {value!r} is not in {file}", key)


def read_desk(
    folder: Path,
    problems: Problems,
    city: CityDef | None,
    calendars: Iterable[CalendarDef],
    departments: Iterable[DepartmentDef],
    categories: Iterable[CategoryDef],
) -> DeskDef:
    """Both files; what refers to something unknown is a problem."""
    known = _Known(city, calendars, departments, categories)
    scripts: list[ScriptDef] = []
    transfers: list[TransferDef] = []
    root = read_toml(folder, DESK_FILE, problems, required=False)
    if root is not None:
        root.only("script", "transfer")
        scripts = [_script(table, known) for table in root.tables("script")]
        transfers = [_transfer(table, known) for table in root.tables("transfer")]
        _once(root, "script", [slug for script in scripts for slug in script.categories])
        _once(root, "transfer", [item.slug for item in transfers])
    articles: list[ArticleDef] = []
    root = read_toml(folder, ARTICLES_FILE, problems, required=False)
    if root is not None:
        root.only("article")
        articles = [_article(table, known) for table in root.tables("article")]
        _once(root, "article", [item.slug for item in articles])
    return DeskDef(tuple(scripts), tuple(articles), tuple(transfers))


def _once(root: Table, what: str, slugs: list[str]) -> None:
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        root.problem(f"{what} {slug!r} stands here twice", what)


def _script(table: Table, known: _Known) -> ScriptDef:
    table.only("categories", *known.languages)
    slugs = table.texts("categories", required=True)
    for slug in slugs:
        known.check(table, "categories", slug, known.categories, "categories.csv")
    texts: dict[str, dict[str, str]] = {}
    for language in known.languages:
        part = table.table(language)
        part.only(*SCRIPT)
        texts[language] = {name: part.text(name, required=name == "ask") for name in SCRIPT}
        for name, words in texts[language].items():
            part.problem(words_problem(words) or length_problem(words, SCRIPT_MOST), name)
    for name in SCRIPT:
        missing = [language for language in known.languages if not texts[language][name]]
        if missing and len(missing) < len(known.languages):
            table.problem(f"{name} is missing in {', '.join(missing)}")
    return ScriptDef(categories=slugs, texts=texts, line=table.line)


def _transfer(table: Table, known: _Known) -> TransferDef:
    table.only("slug", "name", "phone", "department", "calendar", "languages", "keywords", "note")
    slug = table.text("slug")
    table.problem(slug_problem(slug), "slug")
    department = table.text("department", required=False)
    calendar = table.text("calendar", required=False)
    known.check(table, "department", department, known.departments, "departments.csv")
    known.check(table, "calendar", calendar, known.calendars, "calendars.toml")
    return TransferDef(
        slug=slug,
        name=table.text("name"),
        phone=table.text("phone"),
        department=department,
        calendar=calendar,
        languages=table.text("languages", required=False),
        keywords=table.text("keywords", required=False),
        note=table.text("note", required=False),
        line=table.line,
    )


def _article(table: Table, known: _Known) -> ArticleDef:
    table.only(
        "slug", "topic", "category", "keywords", "public", "valid_until", "referrals", *known.languages
    )
    slug = table.text("slug")
    table.problem(slug_problem(slug), "slug")
    if slug == "new":
        table.problem("slug 'new' is the address of the form for a new article", "slug")
    category = table.text("category", required=False)
    known.check(table, "category", category, known.categories, "categories.csv")
    public = table.yes("public", default=False)
    texts: dict[str, dict[str, str]] = {}
    for language in known.languages:
        # what residents read is there in every language of the city; what only staff read may be in English
        if language in table.data or public or language == known.languages[0]:
            texts[language] = _texts(table.table(language))
    return ArticleDef(
        slug=slug,
        topic=table.text("topic"),
        category=category,
        keywords=table.text("keywords", required=False),
        public=public,
        valid_until=_day(table),
        referrals=tuple(_referral(entry) for entry in table.tables("referrals")),
        texts=texts,
        line=table.line,
    )


def _texts(part: Table) -> dict[str, str]:
    part.only(*LONGEST)
    texts = {name: part.text(name, required=name in {"title", "body"}) for name in LONGEST}
    for name, words in texts.items():
        part.problem(words_problem(words) or length_problem(words, LONGEST[name]), name)
    return texts


def _referral(table: Table) -> ReferralDef:
    table.only("name", "phone", "url", "note")
    url = table.text("url", required=False)
    if url and not url.startswith("https://"):
        table.problem(f"url {url!r} does not begin with https://", "url")
    return ReferralDef(
        name=table.text("name"),
        phone=table.text("phone", required=False),
        url=url,
        note=table.text("note", required=False),
    )


def _day(table: Table) -> date | None:
    value = table.data.get("valid_until")
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        table.problem(f"valid_until {value!r} is not a date such as 2027-03-31", "valid_until")
    return day
