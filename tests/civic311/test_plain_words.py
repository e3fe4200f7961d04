"""Every public text is in plain words: no desk language, short sentences, grade 8 or below."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from civic311.management.collecting import Text, collect
from departments.packs.checks import words_problem

MOST_WORDS = 24
"""Of one sentence; a list of things may need that many, most have half."""
HIGHEST_GRADE = 8.0
_SENTENCE = re.compile(r"(?<=[.?!:;])\s+|\n+")
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sdn]|%%[sdnp]?|\{\w*\}")
_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_VOWELS = re.compile(r"[aeiouy]+")


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    """What residents may read, in English."""
    return [text for text in collect(Path(settings.BASE_DIR)).values() if text.is_public]


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a place that is filled in counts as one short word."""
    plain = _TAG.sub("", _PLACE.sub("it", text))
    found = (_WORD.findall(sentence) for sentence in _SENTENCE.split(plain))
    return [words for words in found if words]


def syllables(word: str) -> int:
    """How many syllables an English word has, near enough for an average."""
    bare = re.sub(r"(?:es|ed|e)$", "", word.lower()) or word.lower()
    return max(1, len(_VOWELS.findall(bare)))


def grade(found: list[list[str]]) -> float:
    """The Flesch-Kincaid grade of some sentences."""
    words = [word for sentence in found for word in sentence]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_no_desk_language(texts: list[Text]) -> None:
    wrong = [
        (text.text, problem) for text in texts if (problem := words_problem(f"{text.text} {text.plural}"))
    ]
    assert wrong == []


def test_sentences_are_short(texts: list[Text]) -> None:
    long = [
        " ".join(words)
        for text in texts
        for part in (text.text, text.plural)
        for words in sentences(part)
        if len(words) > MOST_WORDS
    ]
    assert long == []


def test_each_page_can_be_read_in_grade_eight(texts: list[Text]) -> None:
    """By file, where it says enough to be measured: full sentences, not labels of buttons."""
    by_file: dict[str, list[list[str]]] = {}
    for text in texts:
        full = [words for words in sentences(text.text) if len(words) > 3]
        for file in text.files:
            by_file.setdefault(file, []).extend(full)
    hard = {
        file: round(grade(found), 1)
        for file, found in by_file.items()
        if len(found) >= 5 and grade(found) > HIGHEST_GRADE
    }
    assert hard == {}


def test_the_measure() -> None:
    assert grade(sentences("The cat sat on the mat. It was warm.")) < 2
    assert (
        grade(sentences("Municipal infrastructure deterioration necessitates comprehensive investigation."))
        > 20
    )
    assert [len(words) for words in sentences("Call %(phone)s. A <b>person</b> answers: day and night")] == [
        2,
        3,
        3,
    ]
