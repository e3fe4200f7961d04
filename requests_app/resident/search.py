"""Find the category people mean by the words they use.

PostgreSQL's full text search makes the terms (stems in English and Spanish, pairs of neighbors); names, keywords,
descriptions, their translations and the words of earlier requests weigh them. A term that few categories share tells
more (inverse document frequency), a category with many words gains nothing by it (Okapi BM25). Words with typing errors
are led back to the catalogue's words first. The index is small and lies in memory; a search is one statement.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from civic311.lib.cached import cached
from civic311.lib.lexemes import terms_of, words_of
from departments.models import Category, City
from requests_app.models import LearnedTerm
from requests_app.resident.spelling import Speller

NAME, KEYWORD, DESCRIPTION, LEARNED = 3.0, 2.5, 1.0, 5.0
SATURATION, LENGTH_SHARE = 1.2, 0.35
PAIR, EXACT = 1.2, 0.5
PHRASE = 3.0
LONGEST_PHRASE = 5
"""Words of a name or keyword, those of no meaning too: "no water" is not "water", "light out" is not "new light"."""
LEAST_SCORE = 0.6
FLOOR = 0.25
"""A category that scores less than this share of the best is not offered."""

Weights = dict[int, defaultdict[str, float]]


@dataclass(frozen=True)
class Index:
    """Terms with the categories they speak for, and the catalogue's words for typing errors."""

    version: int
    terms: dict[str, tuple[tuple[int, float], ...]]
    speller: Speller
    phrases: dict[tuple[str, ...], tuple[tuple[int, float], ...]]


def best_categories(text: str, categories: Iterable[Category], limit: int = 6) -> list[Category]:
    """Those of ``categories`` that fit the words, best first; empty when none does. Reads 4,000 characters at most.

    The same text gives the same answer until the catalogue or what was learned changes.
    """
    words = words_of(text)
    if not words:
        return []
    index = _current()
    scores = _scores(index, words)
    offered = [category for category in categories if scores.get(category.pk, 0) >= LEAST_SCORE]
    offered.sort(key=lambda category: (-scores[category.pk], category.position, category.pk))
    if not offered:
        return []
    floor = scores[offered[0].pk] * FLOOR
    return [category for category in offered[:limit] if scores[category.pk] >= floor]


def _scores(index: Index, words: list[str]) -> dict[int, float]:
    scores: dict[int, float] = defaultdict(float)
    words = index.speller.meant(words)
    for phrase in sorted(_runs(words)):
        for category_id, weight in index.phrases.get(phrase, ()):
            scores[category_id] += weight
    (terms,) = terms_of([words])
    for term in sorted(terms):
        for category_id, weight in index.terms.get(term, ()):
            scores[category_id] += weight * (1 + math.log(terms[term]))
    return scores


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of two words and more, as long as a keyword may be."""
    return {
        tuple(words[start : start + length])
        for length in range(2, LONGEST_PHRASE + 1)
        for start in range(len(words) - length + 1)
    }


def _current() -> Index:
    """The index, built anew when the catalogue has changed since."""
    index = _index()
    if index.version != City.current().version:
        _index.forget()
        index = _index()
    return index


@cached(seconds=600)
def _index() -> Index:
    categories = list(Category.objects.offered_online())
    parts = [(category.pk, weight, words) for category in categories for weight, words in _parts(category)]
    phrases = [words for _pk, _weight, words in parts]
    speller = Speller({word for words in phrases for word in words}, phrases)
    weights: Weights = {category.pk: defaultdict(float) for category in categories}
    texts = terms_of([[*words, *speller.compounds(words)] for words in phrases])
    for (pk, weight, _words), terms in zip(parts, texts, strict=True):
        for term in terms:
            weights[pk][term] = max(weights[pk][term], weight)
    lengths = {pk: sum(terms.values()) for pk, terms in weights.items()}
    for pk, term, share in LearnedTerm.objects.values_list("category_id", "term", "share"):
        if pk in weights:
            weights[pk][term] += LEARNED * share
    said = {(pk, tuple(words)) for pk, weight, words in parts if weight > DESCRIPTION and len(words) >= 2}
    return Index(City.current().version, _weighed(weights, lengths), speller, _phrases(said, len(categories)))


def _phrases(
    said: set[tuple[int, tuple[str, ...]]], total: int
) -> dict[tuple[str, ...], tuple[tuple[int, float], ...]]:
    """The names and keywords of several words, with the categories that have them; rare ones weigh more."""
    by_words: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for pk, words in sorted(said):
        if len(words) <= LONGEST_PHRASE:
            by_words[words].append(pk)
    return {
        words: tuple((pk, PHRASE * math.log(1 + total / len(pks)) / 4) for pk in pks)
        for words, pks in by_words.items()
    }


def _parts(category: Category) -> Iterator[tuple[float, list[str]]]:
    """What the catalogue says about a category, with the weight of each place."""
    texts = [(NAME, category.name), (DESCRIPTION, category.description)]
    texts += [(KEYWORD, keyword) for keyword in category.keyword_list]
    for translated in category.translations.values():
        texts += [(NAME, translated.get("name", "")), (DESCRIPTION, translated.get("description", ""))]
        texts += [(KEYWORD, keyword) for keyword in translated.get("keywords", "").split("|")]
    for weight, text in texts:
        words = words_of(text)
        if words:
            yield weight, words


def _weighed(weights: Weights, lengths: dict[int, float]) -> dict[str, tuple[tuple[int, float], ...]]:
    average = sum(lengths.values()) / max(len(lengths), 1) or 1.0
    by_term: dict[str, dict[int, float]] = defaultdict(dict)
    for pk, terms in weights.items():
        room = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[pk] / average)
        for term, weight in terms.items():
            by_term[term][pk] = weight * (1 + SATURATION) / (weight + room)
    found: dict[str, tuple[tuple[int, float], ...]] = {}
    for term, speaks_for in by_term.items():
        spread = sum(min(weight, 1.0) for weight in speaks_for.values())
        rarity = math.log(1 + (len(weights) - spread + 0.5) / (spread + 0.5))
        rarity *= PAIR if " " in term else EXACT if term.startswith("=:") else 1.0
        found[term] = tuple((pk, weight * rarity) for pk, weight in sorted(speaks_for.items()))
    return found
