"""Find the category people mean by the words they use; typing errors are forgiven."""

import difflib
import re
from collections.abc import Iterable

from departments.models import Category

WORDS_MAX = 12
TEXT_MAX = 200
NAME_WEIGHT, KEYWORD_WEIGHT, DESCRIPTION_WEIGHT = 3.0, 2.5, 1.0
TYPO_RATIO = 0.8
LEAST_SCORE = 1.0
_WORD = re.compile(r"[^\W_]+")
_COMMON = frozenset(
    {
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "on",
        "in",
        "at",
        "to",
        "for",
        "is",
        "are",
        "was",
        "be",
        "been",
        "it",
        "its",
    }
    | {
        "this",
        "that",
        "my",
        "our",
        "your",
        "their",
        "there",
        "here",
        "with",
        "by",
        "not",
        "no",
        "has",
        "have",
        "had",
    }
    | {"i", "we", "you", "please", "near", "some", "from", "off", "out", "up", "very", "need", "want"}
)


def words_of(text: str) -> list[str]:
    """The words that carry meaning, small letters, plain plurals cut ("potholes" finds "pothole")."""
    words = (word.lower() for word in _WORD.findall(text[:TEXT_MAX]))
    return [_stem(word) for word in words if word not in _COMMON][:WORDS_MAX]


def best_categories(text: str, categories: Iterable[Category], limit: int = 6) -> list[Category]:
    """The categories that fit the words, best first; empty when none does."""
    wanted = words_of(text)
    scored = [(_score(wanted, category), category) for category in categories] if wanted else []
    fitting = sorted((entry for entry in scored if entry[0] >= LEAST_SCORE), key=lambda entry: -entry[0])
    if not fitting:
        return []
    floor = fitting[0][0] * 0.35
    return [category for score, category in fitting[:limit] if score >= floor]


def _score(wanted: list[str], category: Category) -> float:
    parts = (
        (words_of(category.name), NAME_WEIGHT),
        (_keywords(category), KEYWORD_WEIGHT),
        (words_of(category.description), DESCRIPTION_WEIGHT),
    )
    score = sum(max(_likeness(word, offered) * weight for offered, weight in parts) for word in wanted)
    joined = " ".join(wanted)
    if any(joined == " ".join(words_of(phrase)) for phrase in [category.name, *category.keyword_list]):
        score += NAME_WEIGHT
    return score


def _keywords(category: Category) -> list[str]:
    return [word for phrase in category.keyword_list for word in words_of(phrase)]


def _likeness(word: str, offered: list[str]) -> float:
    if word in offered:
        return 1.0
    best = 0.0
    for other in offered:
        if min(len(word), len(other)) < 4 or abs(len(word) - len(other)) > 3:
            continue
        if other.startswith(word) or word.startswith(other):
            best = max(best, 0.8)
        elif word[0] == other[0]:
            ratio = difflib.SequenceMatcher(None, word, other).ratio()
            best = max(best, ratio * 0.75 if ratio >= TYPO_RATIO else 0.0)
    return best


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
