"""Typing errors in names of places: the known word that was most likely meant. Pure, no dictionary but the city's own."""

import bisect
from collections import Counter, defaultdict
from collections.abc import Mapping

# Shorter words are too easily another one; longer ones may have two errors.
LEAST_LETTERS = 4
_TWO_ERRORS_FROM = 7
_COMPARED = 40


class Vocabulary:
    """Words of a city with how often each occurs; `correct` finds the one a misspelled word stands for."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._sorted = sorted(self._counts)
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            for pair in _pairs(word):
                self._by_pair[pair].append(word)

    def knows(self, word: str, *, unfinished: bool) -> bool:
        """Whether the word occurs; of an `unfinished` one, whether some word begins with it."""
        if word in self._counts:
            return True
        at = bisect.bisect_left(self._sorted, word)
        return unfinished and at < len(self._sorted) and self._sorted[at].startswith(word)

    def correct(self, word: str, *, unfinished: bool = False) -> str:
        """The likeliest word for a misspelled one, `word` itself where none is near enough. Upper case.

        One error counts for a wrong, missing, extra or swapped letter; two are allowed from seven letters on. The
        last word of somebody still typing is `unfinished`: it may stand for the beginning of a longer one.
        """
        if len(word) < LEAST_LETTERS or not word.isalpha() or self.knows(word, unfinished=unfinished):
            return word
        allowed = 2 if len(word) >= _TWO_ERRORS_FROM else 1
        shared = Counter(candidate for pair in _pairs(word) for candidate in self._by_pair.get(pair, ()))
        nearest: tuple[tuple[int, int, bool, int], str] | None = None
        for candidate, _count in shared.most_common(_COMPARED):
            errors, letters = _distance(word, candidate, unfinished=unfinished)
            if errors > allowed:
                continue
            rank = (errors, letters, candidate[0] != word[0], -self._counts[candidate])
            if nearest is None or rank < nearest[0]:
                nearest = (rank, candidate)
        return nearest[1] if nearest else word


def _pairs(word: str) -> set[str]:
    """Neighbouring letters, the edges marked; swapped ones count as well."""
    fenced = f"^{word}$"
    return {fenced[at : at + 2] for at in range(len(fenced) - 1)}


def _distance(typed: str, word: str, *, unfinished: bool) -> tuple[int, int]:
    """Errors between a typed and a known word, and how many letters were left out at the end of an unfinished one.

    Optimal string alignment (Damerau–Levenshtein without repeated edits).
    """
    before: list[int] = []
    row = list(range(len(word) + 1))
    for at, letter in enumerate(typed, start=1):
        last, before, row = before, row, [at]
        for to, known in enumerate(word, start=1):
            cost = min(row[to - 1] + 1, before[to] + 1, before[to - 1] + (letter != known))
            if at > 1 and to > 1 and letter == word[to - 2] and typed[at - 2] == known:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
    if not unfinished:
        return row[-1], 0
    best = min(range(len(row)), key=lambda to: (row[to], len(word) - to))
    return row[best], len(word) - best
