"""Replacing phrases in texts: pure, so that a preview shows what the change will do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from requests_app.models.hidden import HiddenIn

MARK = "▮▮▮"
PHRASES_MAX = 50
PHRASE_MIN, PHRASE_MAX = 2, 300


@dataclass(frozen=True)
class Text:
    """One text of a request: where it stands, which row, its words, and the question it answers."""

    place: HiddenIn
    row: int
    words: str
    label: str = ""


@dataclass(frozen=True)
class Phrases:
    """What is hidden, wherever it stands as whole words, in capitals or not, across line breaks."""

    wanted: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Phrases:
        """One phrase a line, the longest first, so that a name inside a longer phrase does not break it."""
        lines = {" ".join(line.split()) for line in text.splitlines()}
        return cls(tuple(sorted(filter(None, lines), key=lambda line: (-len(line), line))))

    @property
    def are_few(self) -> bool:
        return 0 < len(self.wanted) <= PHRASES_MAX

    @property
    def unfit(self) -> tuple[str, ...]:
        """Phrases that are too short to mean something, or too long, or hold nothing but the mark itself."""
        return tuple(
            phrase
            for phrase in self.wanted
            if not PHRASE_MIN <= len(phrase) <= PHRASE_MAX or not phrase.replace(MARK, "").strip()
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(_whole(phrase) for phrase in self.wanted), re.IGNORECASE)

    def hide(self, text: str) -> str:
        """The text with every phrase replaced by the mark."""
        return self._pattern.sub(MARK, text) if self.wanted else text

    def count(self, text: str) -> int:
        """How often any of them stands in the text."""
        return len(self._pattern.findall(text)) if self.wanted else 0


def _whole(phrase: str) -> str:
    """Literals with white space between them: nothing in it can blow up."""
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    before = r"(?<!\w)" if phrase[0].isalnum() else ""
    after = r"(?!\w)" if phrase[-1].isalnum() else ""
    return before + words + after
