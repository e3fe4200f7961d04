"""questions.toml (optional): what categories ask besides the description, in every language of the city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from departments.kinds import QuestionKind
from departments.packs.checks import length_problem, slug_problem, words_problem
from departments.packs.definitions import CategoryDef, CityDef, OptionDef, QuestionDef
from departments.packs.problems import Problems
from departments.packs.toml_file import Table, read_toml

FILE = "questions.toml"
_KEYS = (
    "slug", "categories", "groups", "kind", "label", "help", "options", "required", "private", "depends_on",
    "depends_values", "least", "most",
)  # fmt: skip
_LONGEST = {"label": 200, "help": 300, "option": 100, "stop": 500}
_CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
_BOUNDED = frozenset({QuestionKind.NUMBER, QuestionKind.DATE, QuestionKind.TEXT})
_FARTHEST = 1_000_000


def read_questions(
    folder: Path, problems: Problems, city: CityDef | None, categories: Iterable[CategoryDef]
) -> tuple[QuestionDef, ...]:
    """The file's [[question]] entries in their order; none when there is no file."""
    root = read_toml(folder, FILE, problems, required=False)
    if root is None:
        return ()
    root.only("question")
    reader = _Reader(city.languages if city and city.languages else ("en",), tuple(categories))
    for table in root.tables("question"):
        reader.read(table)
    return tuple(reader.questions)


class _Reader:
    """Reads entry after entry; a condition can only name what was read before."""

    def __init__(self, languages: tuple[str, ...], categories: tuple[CategoryDef, ...]) -> None:
        self.languages = languages
        self.categories = categories
        self.questions: list[QuestionDef] = []

    def read(self, table: Table) -> None:
        table.only(*_KEYS)
        slug = table.text("slug")
        table.problem(slug_problem(slug) or length_problem(slug, 60), "slug")
        kind = QuestionKind(table.choice("kind", tuple(QuestionKind.values)))
        attached = self._categories(table)
        self._refuse_repeats(table, slug, attached)
        least, most = self._bounds(table, kind)
        depends_on, depends_values = self._condition(table, attached)
        self.questions.append(
            QuestionDef(
                slug=slug,
                categories=attached,
                kind=kind,
                label=self._texts(table, "label", table.data.get("label"), "label", required=True),
                help=self._texts(table, "help", table.data.get("help"), "help"),
                options=self._options(table, kind),
                required=table.yes("required", default=False),
                private=table.yes("private", default=False),
                depends_on=depends_on,
                depends_values=depends_values,
                least=least,
                most=most,
                order=len(self.questions) + 1,
                line=table.line,
            )
        )

    def _categories(self, table: Table) -> tuple[str, ...]:
        slugs, groups = table.texts("categories"), table.texts("groups")
        known = {category.slug for category in self.categories}
        known_groups = {category.group for category in self.categories}
        for slug in slugs:
            if slug not in known:
                table.problem(f"category {slug!r} is not in categories.csv", "categories")
        for group in groups:
            if group not in known_groups:
                table.problem(f"group {group!r} has no category in categories.csv", "groups")
        attached = tuple(
            category.slug
            for category in self.categories
            if category.active and (category.slug in slugs or category.group in groups)
        )
        if not attached and not slugs and not groups:
            table.problem("the question belongs to no category: name categories or groups")
        return attached

    def _refuse_repeats(self, table: Table, slug: str, attached: tuple[str, ...]) -> None:
        for other in self.questions:
            shared = set(attached) & set(other.categories)
            if other.slug == slug and shared:
                table.problem(f"{slug!r} is asked by {min(shared)!r} already, in line {other.line}", "slug")

    def _bounds(self, table: Table, kind: QuestionKind) -> tuple[int | None, int | None]:
        found = [
            int(table.number(key, least=-_FARTHEST, most=_FARTHEST)) if key in table.data else None
            for key in ("least", "most")
        ]
        least, most = found
        if kind not in _BOUNDED and found != [None, None]:
            table.problem(f"least and most do not go with the kind {kind.value}")
        if kind == QuestionKind.TEXT and (least is not None or (most is not None and most < 1)):
            table.problem("a text has only most, its largest number of characters")
        if least is not None and most is not None and least > most:
            table.problem(f"least {least} is larger than most {most}", "least")
        return least, most

    def _condition(self, table: Table, attached: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        name, values = table.text("depends_on", required=False), table.texts("depends_values")
        if bool(name) != bool(values):
            table.problem("depends_on and depends_values go together")
        if not name:
            return "", ()
        for slug in attached:
            parents = [item for item in self.questions if item.slug == name and slug in item.categories]
            if not parents:
                table.problem(f"depends_on {name!r} is no earlier question of {slug!r}", "depends_on")
                break
            offered = {option.value for option in parents[0].options}
            wrong = [value for value in values if value not in offered]
            if wrong:
                table.problem(f"{wrong[0]!r} is no answer to {name!r}", "depends_values")
                break
        return name, values

    def _options(self, table: Table, kind: QuestionKind) -> tuple[OptionDef, ...]:
        given = table.data.get("options", [])
        if not isinstance(given, list) or not all(isinstance(option, dict) for option in given):
            table.problem("options is not a list of tables", "options")
            return ()
        if (kind in _CHOICES) != bool(given):
            table.problem("the kinds single and multiple have options, the others have none", "options")
        options: list[OptionDef] = []
        for option in given:
            value = str(option.get("value", ""))
            table.problem(slug_problem(value), "options")
            for key in sorted(set(option) - {"value", "label", "stop"}):
                table.problem(f"{key!r} is unknown in the option {value!r}", "options")
            if value in {earlier.value for earlier in options}:
                table.problem(f"the option {value!r} stands twice", "options")
            label = self._texts(table, "options", option.get("label"), "option", required=True)
            if any(";" in text for text in label.values()):
                table.problem(f"the option {value!r} holds a semicolon, which parts answers", "options")
            stop = self._texts(table, "options", option.get("stop"), "stop")
            options.append(OptionDef(value, label, stop))
        return tuple(options)

    def _texts(
        self, table: Table, key: str, given: Any, what: str, *, required: bool = False
    ) -> Mapping[str, str]:
        """A text in every language of the city; a text that may be absent is absent in all of them."""
        if given is None and not required:
            return {}
        texts = given if isinstance(given, dict) else {}
        for language in sorted(set(texts) - set(self.languages)):
            table.problem(f"{what}: {language!r} is no language of this city", key)
        found: dict[str, str] = {}
        for language in self.languages:
            text = texts.get(language)
            if not isinstance(text, str) or not text.strip():
                table.problem(f"{what} is missing in {language!r}", key)
                continue
            found[language] = text.strip()
            table.problem(words_problem(text) or length_problem(text, _LONGEST[what]), key)
        return found
