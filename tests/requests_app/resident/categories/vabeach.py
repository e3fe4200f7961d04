"""How often the search is right on residents' own descriptions of another city.

``python -m tests.requests_app.resident.categories.vabeach`` prints the confusion table (it needs CIVIC311_TEST_DATA).
Texts are read and forgotten: only types and counts leave this module.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from requests_app.queries.front import offered_categories
from requests_app.resident.search import best_categories

MAPPING = Path(__file__).with_name("vabeach_mapping.toml")
SAMPLE = Path("texts") / "vabeach_scf_descriptions.csv"
OFFERED = 3


@dataclass
class Measured:
    """What was right, and which categories stood first for each type."""

    rows: int = 0
    in_offered: int = 0
    first: int = 0
    department: int = 0
    by_type: dict[str, Counter[str]] = field(default_factory=dict)
    right_by_type: dict[str, list[int]] = field(default_factory=dict)

    def add(self, kind: str, wanted: list[str], found: list[str], department_right: bool) -> None:
        """Count one description."""
        right = [bool(set(found) & set(wanted)), bool(set(found[:1]) & set(wanted)), department_right]
        self.rows += 1
        self.in_offered += right[0]
        self.first += right[1]
        self.department += right[2]
        self.by_type.setdefault(kind, Counter())[found[0] if found else "(nothing)"] += 1
        totals = self.right_by_type.setdefault(kind, [0, 0, 0])
        self.right_by_type[kind] = [total + one for total, one in zip(totals, right, strict=True)]

    def table(self) -> str:
        """The confusion table in Markdown."""
        lines = [
            f"{self.rows} descriptions with a mapped type. Right in the first three: {self._share(self.in_offered)}. "
            f"Right first: {self._share(self.first)}. Department right first: {self._share(self.department)}.",
            "",
            "| Type of the sample | Texts | In first three | First | Department | Offered first |",
            "|---|---|---|---|---|---|",
        ]
        for kind, firsts in sorted(self.by_type.items(), key=lambda item: (-item[1].total(), item[0])):
            right = self.right_by_type[kind]
            said = ", ".join(
                f"{slug} {count}" for slug, count in sorted(firsts.items(), key=lambda one: (-one[1], one[0]))
            )
            lines.append(f"| {kind} | {firsts.total()} | {right[0]} | {right[1]} | {right[2]} | {said} |")
        return "\n".join(lines) + "\n"

    def _share(self, count: int) -> str:
        return f"{count} ({100 * count / max(self.rows, 1):.0f} %)"


def mapping() -> dict[str, Any]:
    """The committed mapping of types."""
    return tomllib.loads(MAPPING.read_text())


def measure(test_data: Path) -> Measured:
    """Search for each mapped description in the loaded catalogue of Baltimore."""
    mapped = mapping()["mapped"]
    offered = offered_categories()
    departments = {category.slug: category.department_id for category in offered}
    measured = Measured()
    with (test_data / SAMPLE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["summary"] not in mapped:
                continue
            wanted = mapped[row["summary"]]["categories"]
            found = [category.slug for category in best_categories(row["description"], offered, OFFERED)]
            right = bool(found) and departments[found[0]] in {departments[slug] for slug in wanted}
            measured.add(row["summary"], wanted, found, right)
    return measured


if __name__ == "__main__":
    import pytest

    sys.exit(pytest.main([str(Path(__file__).with_name("test_vabeach.py")), "-q", "-s", "-n", "0"]))
