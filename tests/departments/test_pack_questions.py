"""questions.toml: read with every mistake named, loaded once per category, retired when it vanishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from departments.models import Category, Question
from departments.packs import PackError, bundled_packs, read_pack
from tests.departments.conftest import load

GOOD = """
[[question]]
slug = "wire"
categories = ["pothole", "street-light"]
kind = "single"
required = true
label = { en = "Is a wire down?", es = "¿Hay un cable caído?" }
options = [
  { value = "no", label = { en = "No", es = "No" } },
  { value = "yes", label = { en = "Yes", es = "Sí" }, stop = { en = "Call 911.", es = "Llame al 911." } },
]

[[question]]
slug = "wires"
categories = ["street-light"]
kind = "number"
least = 1
most = 9
depends_on = "wire"
depends_values = ["no"]
label = { en = "How many?", es = "¿Cuántos?" }
"""


def problems_of(pack: Path, text: str) -> list[str]:
    (pack / "questions.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(pack)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('slug = "wire"', 'slug = "The Wire"', "questions.toml:3: 'The Wire' is not a slug"),
        ('["pothole", "street-light"]', '["moon"]', "questions.toml:4: category 'moon' is not in categories.csv"),
        ('kind = "single"', 'kind = "yesno"', "questions.toml:5: kind 'yesno' is not one of"),
        ('required = true', 'require = true', "questions.toml:6: 'require' is unknown here"),
        (', es = "¿Hay un cable caído?"', "", "questions.toml:7: label is missing in 'es'"),
        (', es = "Llame al 911."', "", "questions.toml:8: stop is missing in 'es'"),
        ("Call 911.", "Call 911!", "questions.toml:8: no exclamation marks in texts for residents"),
        ('value = "yes"', 'value = "no"', "questions.toml:8: the option 'no' stands twice"),
        ('en = "Yes"', 'en = "Yes; a lot"', "questions.toml:8: the option 'yes' holds a semicolon, which parts answers"),
        ("least = 1", "least = 10", "questions.toml:17: least 10 is larger than most 9"),
        ('depends_on = "wire"', 'depends_on = "rain"', "questions.toml:19: depends_on 'rain' is no earlier question of"),
        ('depends_values = ["no"]', 'depends_values = ["maybe"]', "questions.toml:20: 'maybe' is no answer to 'wire'"),
        ('depends_values = ["no"]\n', "", "questions.toml:13: depends_on and depends_values go together"),
        ('slug = "wires"', 'slug = "wire"', "questions.toml:14: 'wire' is asked by 'street-light' already, in line 2"),
        ('kind = "number"', 'kind = "multiple"', "questions.toml:13: the kinds single and multiple have options"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(tiny_pack: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    found = problems_of(tiny_pack, GOOD.replace(old, new, 1))
    assert any(line.startswith(problem) for line in found), found


@pytest.mark.django_db
def test_one_definition_for_several_categories(tiny_pack: Path) -> None:
    (tiny_pack / "questions.toml").write_text(GOOD, encoding="utf-8")
    load(tiny_pack)
    assert sorted(Question.objects.values_list("category__slug", "slug")) == [
        ("pothole", "wire"),
        ("street-light", "wire"),
        ("street-light", "wires"),
    ]
    wires = Question.objects.get(slug="wires")
    assert wires.depends_on == Question.objects.get(category__slug="street-light", slug="wire")
    assert (wires.least, wires.most, wires.depends_values) == (1, 9, ["no"])
    wire = Question.objects.filter(slug="wire")[0]
    assert wire.options[1] == {
        "value": "yes", "label": "Yes", "labels": {"es": "Sí"}, "stop": "Call 911.", "stops": {"es": "Llame al 911."},
    }  # fmt: skip
    assert wire.in_language("label", "es") == "¿Hay un cable caído?"


@pytest.mark.django_db
def test_what_vanishes_is_retired_and_comes_back(tiny_pack: Path) -> None:
    file = tiny_pack / "questions.toml"
    file.write_text(GOOD, encoding="utf-8")
    load(tiny_pack)
    before = dict(Question.objects.values_list("pk", "slug"))
    file.write_text(GOOD.replace('["pothole", "street-light"]', '["street-light"]'), encoding="utf-8")
    load(tiny_pack)
    assert list(Question.objects.filter(is_active=False).values_list("category__slug", flat=True)) == [
        "pothole"
    ]
    file.write_text(GOOD, encoding="utf-8")
    assert "questions: 1 changed" in load(tiny_pack)
    assert dict(Question.objects.values_list("pk", "slug")) == before
    assert not Question.objects.filter(is_active=False).exists()


@pytest.mark.parametrize("name", sorted(bundled_packs()))
def test_the_packs_ask_good_questions(name: str) -> None:
    pack = read_pack(bundled_packs()[name], with_places=False)
    asked: dict[str, int] = {}
    for question in pack.questions:
        for slug in question.categories:
            asked[slug] = asked.get(slug, 0) + 1
    assert max(asked.values()) <= 7, "a form is not an interrogation"
    assert {"pothole", "missed-trash", "traffic-signal"} <= asked.keys()
    assert any(option.stop for question in pack.questions for option in question.options)
    questions = {
        slug for kind in pack.categories for slug in [kind.slug] if kind.kind in {"answer", "feedback"}
    }
    assert sum(asked.get(slug, 0) for slug in questions) <= 2


@pytest.mark.django_db
def test_a_standing_notice_with_its_translation(tiny_pack: Path) -> None:
    (tiny_pack / "category_details.toml").write_text(
        '[[category]]\nslug = "pothole"\n[category.notice]\nen = "Slow down."\nes = "Vaya despacio."\n',
        encoding="utf-8",
    )
    load(tiny_pack)
    pothole = Category.objects.get(slug="pothole")
    assert (pothole.notice, pothole.in_language("notice", "es")) == ("Slow down.", "Vaya despacio.")
