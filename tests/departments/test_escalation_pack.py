"""escalation.toml: read with problems by line, loaded once, left alone when staff changed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from departments.loading.load import load_pack
from departments.models import EscalationRule
from departments.packs import PackError, bundled_packs, read_pack
from tests.departments.tiny_pack import SLUG, make_tiny_pack

GOOD = """
[[rule]]
name = "Two days late"
hours = 48
role = "supervisor"
category = "pothole"
priority = "high"
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("pothole", "nothing"), ":6: category 'nothing' is not in the pack"),
        (GOOD.replace("supervisor", "mayor"), ":5: role 'mayor' is not one of"),
        (GOOD.replace("48", "99999"), ":4: hours 99999 lies outside"),
        (GOOD + GOOD, "stands here twice"),
        (GOOD.replace("hours", "hour"), "'hour' is unknown here"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, expected: str) -> None:
    folder = make_tiny_pack(tmp_path)
    (folder / "escalation.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert any(expected in str(problem) for problem in caught.value.problems), caught.value.problems


@pytest.mark.django_db
def test_a_rule_is_loaded_once_and_then_belongs_to_staff(tmp_path: Path) -> None:
    folder = make_tiny_pack(tmp_path)
    (folder / "escalation.toml").write_text(GOOD, encoding="utf-8")
    load_pack(folder, city_slug=SLUG)
    rule = EscalationRule.objects.get()
    assert (rule.hours, rule.to_role, rule.priority_at_least) == (48, "supervisor", 3)
    assert rule.category is not None
    EscalationRule.objects.update(hours=12, is_active=False)
    load_pack(folder, city_slug=SLUG, force=True)
    rule = EscalationRule.objects.get()
    assert (rule.hours, rule.is_active) == (12, False)


def test_the_packs_that_ship_bring_rules() -> None:
    for path in bundled_packs().values():
        assert len(read_pack(path, with_places=False).escalation) >= 3
