"""Words as they were meant: typing errors are led back to a known word by trigrams, compounds are read both ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

SHORTEST = 4
CANDIDATES = 24
CORRECTIONS = 24
LEAST_LIKENESS = 0.18
MANY_WORDS = 12
SAFE_LENGTH = 6
_GAP = ["the"] * 3
"""Words of no meaning: what is added behind them is no neighbor of what stands before."""


def trigrams(word: str) -> frozenset[str]:
    """The runs of three characters of a word, its beginning and end marked, as pg_trgm makes them."""
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


class Speller:
    """The words of the city's catalogue, found again by their trigrams. Same words in, same answer out."""

    def __init__(self, words: Iterable[str], phrases: Iterable[Sequence[str]]) -> None:
        self.known = frozenset(words)
        self._joined = {
            left + right: (left, right)
            for phrase in phrases
            for left, right in pairwise(phrase)
            if len(left) >= 3 and len(right) >= 3
        }
        self._trigrams = {
            word: trigrams(word) for word in self.known | self._joined.keys() if len(word) >= SHORTEST
        }
        # People type word by word: the same words are asked for again and again.
        self.nearest = lru_cache(maxsize=4_096)(self._nearest)
        self._words_with: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._trigrams):
            for part in sorted(self._trigrams[word]):
                self._words_with[part].append(word)

    def meant(self, words: Sequence[str]) -> list[str]:
        """The words with typing errors led back, then compounds once more the other way ("streetlight", "street light").

        At most `CORRECTIONS` unknown words are looked up; in a long text only long ones, since a name is no error.
        """
        corrected: list[str] = []
        left = CORRECTIONS
        shortest = SHORTEST if len(words) <= MANY_WORDS else SAFE_LENGTH
        for word in words:
            if len(word) >= shortest and left and not self._is_known(word):
                left -= 1
                corrected.append(self.nearest(word) or word)
            else:
                corrected.append(word)
        return corrected + self.compounds(corrected)

    def _nearest(self, word: str) -> str:
        """The known word most like this one, at most one error in a short word and two in a long one; "" for none."""
        mine = trigrams(word)
        shared: dict[str, int] = defaultdict(int)
        for part in mine:
            for other in self._words_with.get(part, ()):
                shared[other] += 1
        likeness = {
            other: count / (len(mine) + len(self._trigrams[other]) - count) for other, count in shared.items()
        }
        best = sorted(
            (other for other, ratio in likeness.items() if ratio >= LEAST_LIKENESS and other[0] == word[0]),
            key=lambda other: (-likeness[other], other),
        )[:CANDIDATES]
        errors = 1 if len(word) < 8 else 2
        near = [(distance(word, other, errors), -likeness[other], other) for other in best]
        fitting = [entry for entry in near if entry[0] <= errors]
        return min(fitting)[2] if fitting else ""

    def _is_known(self, word: str) -> bool:
        return any(
            form in self.known or form in self._joined
            for form in (
                word,
                word.removesuffix("s"),
                word.removesuffix("es"),
                word.removesuffix("ed"),
                word.removesuffix("ing"),
            )
        )

    def compounds(self, words: Sequence[str]) -> list[str]:
        """What to read besides: the parts of a compound, and the compound two neighbors make."""
        added: list[str] = []
        for word in words:
            pair = self._joined.get(word) or self._joined.get(word.removesuffix("s"))
            if pair:
                added += [*_GAP, *pair]
        for left, right in pairwise(words):
            if left + right in self.known:
                added += [*_GAP, left + right]
        return added


def distance(left: str, right: str, most: int) -> int:
    """How many letters were forgotten, added, changed or swapped with their neighbor; `most` + 1 for more than `most`.

    Optimal string alignment: Levenshtein's distance with swaps.
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        next_row = [i]
        for j, b in enumerate(right, start=1):
            cost = min(row[j] + 1, next_row[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            next_row.append(cost)
        before, row = row, next_row
    return min(row[-1], most + 1)
