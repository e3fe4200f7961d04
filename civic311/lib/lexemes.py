"""Words as PostgreSQL's full text search knows them: stems in English and Spanish, and pairs of neighbors.

The words are folded first (small letters, no accents), because many people type Spanish without them. A term is
``en:light`` or ``es:basur`` (stems), ``=:parking`` (the word itself: "parking" is not "park"), or a pair of stems that
stand next to each other, at most one word of no meaning between them: ``en:street light``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.db import connection

TEXT_MAX = 4_000
"""Characters of a text that are read: a whole description."""
WORD_MAX = 40
_WORD = re.compile(r"[a-z][a-z0-9]*")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")
_CONFIGS = {"en": "english", "es": "spanish"}
_WORDS_SQL = """
SELECT given.place, made.language, word.lexeme, word.positions
  FROM unnest(%s::int[], %s::text[]) AS given(place, words)
 CROSS JOIN LATERAL (VALUES ('en', to_tsvector('english', given.words)),
                            ('es', to_tsvector('spanish', given.words)),
                            ('=', to_tsvector('simple', given.words))) AS made(language, vector)
 CROSS JOIN LATERAL unnest(made.vector) AS word
"""

Positions = dict[int, str]


def fold(text: str) -> str:
    """The text in small letters without accents, cut to `TEXT_MAX` characters."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text[:TEXT_MAX]).lower())
    return "".join(char for char in bare if not unicodedata.combining(char))[:TEXT_MAX]


def words_of(text: str) -> list[str]:
    """The words of a text, folded; numbers and what is longer than any word are left out."""
    return [word for word in _WORD.findall(fold(text)) if len(word) <= WORD_MAX]


def terms_of(texts: Sequence[Sequence[str]]) -> list[Counter[str]]:
    """The terms of each list of folded words with how often they stand there. One statement for any number of lists.

    A word that means nothing in either language ("the", "de") makes no term.
    """
    found: list[dict[str, Positions]] = [{language: {} for language in ("en", "es", "=")} for _ in texts]
    with connection.cursor() as cursor:
        cursor.execute(_WORDS_SQL, [list(range(len(texts))), [" ".join(words) for words in texts]])
        for place, language, lexeme, positions in cursor.fetchall():
            found[place][language].update(dict.fromkeys(positions, lexeme))
    return [Counter(_terms(by_language)) for by_language in found]


def _terms(by_language: dict[str, Positions]) -> Iterator[str]:
    meaning = sorted(by_language["en"].keys() & by_language["es"].keys())
    for language, positions in by_language.items():
        yield from (f"{language}:{positions[place]}" for place in meaning if place in positions)
    for left, right in pairwise(meaning):
        if right - left <= 2:
            for language in _CONFIGS:
                stems = by_language[language]
                yield f"{language}:{stems[left]} {stems[right]}"
