"""`docs/threats.md` names tests that exist, and all of ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWNED = {"1", "2", "3", "4", "5", "6", "7", "12", "14", "15", "16", "17", "18", "27"}


def document() -> str:
    return (ROOT / "docs/threats.md").read_text()


def named() -> dict[str, set[str]]:
    """The tests the document names, by file."""
    found: dict[str, set[str]] = {}
    for entry in re.split(r"\n(?=- |\n|#)", document().split("## Tests")[1]):
        words = re.findall(r"`([^`]+)`", entry)
        if entry.startswith("- ") and words:
            assert words[1:], f"{words[0]} is named without a test"
            found.setdefault(words[0], set()).update(words[1:])
    return found


def names_in(path: str) -> set[str]:
    body = ast.parse((ROOT / path).read_text()).body
    return {each.name for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


def test_every_named_test_exists() -> None:
    names = named()
    assert len(names) > 15
    missing = {path for path in names if not (ROOT / path).is_file()}
    assert missing == set()
    assert {path: gone for path, tests in names.items() if (gone := tests - names_in(path))} == {}


def test_every_security_test_is_named() -> None:
    names = named()
    for path in sorted((ROOT / "tests/security").glob("test_*.py")):
        relative = path.relative_to(ROOT).as_posix()
        assert names_in(relative) - names.get(relative, set()) == set(), relative


def test_every_owned_threat_has_a_row_and_tests() -> None:
    rows = set(re.findall(r"^\| (\d+) \|", document(), re.MULTILINE))
    assert rows == OWNED
    headings = re.findall(r"^### Threats? ([\d, ]+)$", document(), re.MULTILINE)
    assert {number for heading in headings for number in heading.split(", ")} == OWNED


def test_every_place_the_document_names_exists() -> None:
    places = re.findall(r"`((?:civic311|dashboards|departments|requests_app|tests)/[\w/.]+)`", document())
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []
