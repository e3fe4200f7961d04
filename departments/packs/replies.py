"""reply_templates.toml (optional): texts staff begin an answer with, in every language of the city."""

import re
from collections.abc import Iterable
from pathlib import Path

from departments.packs.checks import (
    OUTCOMES,
    PLACEHOLDERS,
    length_problem,
    slug_problem,
    words_problem,
)
from departments.packs.definitions import CategoryDef, DepartmentDef, ReplyDef
from departments.packs.problems import Problems
from departments.packs.toml_file import read_toml

FILE = "reply_templates.toml"
TEXT_MOST = 4_000
NAME_MOST = 120
_BLANK = re.compile(r"\{([^{}\n]{0,40})\}")


def read_replies(
    folder: Path,
    problems: Problems,
    languages: Iterable[str],
    categories: Iterable[CategoryDef],
    departments: Iterable[DepartmentDef],
) -> tuple[ReplyDef, ...]:
    """The file's [[template]] entries in their order; none when there is no file."""
    root = read_toml(folder, FILE, problems, required=False)
    if root is None:
        return ()
    root.only("template")
    wanted = tuple(languages)
    known = {
        "category": {item.slug for item in categories},
        "department": {item.slug for item in departments},
    }
    replies: list[ReplyDef] = []
    for table in root.tables("template"):
        table.only("slug", "name", "category", "department", "outcome", "text")
        slug, name = table.text("slug"), table.text("name")
        table.problem(slug_problem(slug) or length_problem(slug, 80), "slug")
        table.problem(length_problem(name, NAME_MOST), "name")
        if slug in {reply.slug for reply in replies}:
            table.problem(f"slug {slug!r} stands here twice", "slug")
        belongs = {key: table.text(key, required=False) for key in known}
        for key, value in belongs.items():
            if value and value not in known[key]:
                table.problem(f"{key} {value!r} is not in this pack", key)
        outcome = table.text("outcome", required=False)
        if outcome and outcome not in OUTCOMES:
            table.problem(f"outcome {outcome!r} is none of {', '.join(OUTCOMES)}", "outcome")
        texts = table.text_map("text")
        for language in sorted(set(wanted) ^ set(texts)):
            missing = language in wanted
            words = "text is missing in" if missing else "text: no language of this city is"
            table.problem(f"{words} {language!r}", "text")
        for text in texts.values():
            table.problem(words_problem(text) or length_problem(text, TEXT_MOST), "text")
            for blank in _BLANK.findall(text):
                if blank not in PLACEHOLDERS:
                    table.problem(f"{{{blank}}} is no blank; there are {', '.join(PLACEHOLDERS)}", "text")
        replies.append(
            ReplyDef(
                slug=slug,
                name=name,
                category=belongs["category"],
                department=belongs["department"],
                outcome=outcome,
                text=texts,
                order=len(replies) + 1,
                line=table.line,
            )
        )
    return tuple(replies)
