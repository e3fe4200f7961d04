"""How likely two reports are one problem: a score of 0 to 100, explained in words.

It adds up four parts: up to 40 for the distance, 25 for the category, 15 for the time between the two, 20 for words both
have.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.lexemes import words_of
from departments.geo import distance_m
from departments.models import Category
from requests_app.queries.nearby import FEET_PER_METRE

DAYS = 60
"""Reports further apart in time are not the same problem."""
FAR, ALIKE, TIME, WORDS = 40, 25, 15, 20
RELATED = 10
"""Points of another category of the same group."""
_SHORTEST_WORD = 4
_COMMON = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "also",
        "because",
        "been",
        "before",
        "both",
        "could",
        "does",
        "down",
        "each",
        "from",
        "have",
        "here",
        "into",
        "just",
        "like",
        "more",
        "most",
        "much",
        "near",
        "need",
        "needs",
        "next",
        "only",
        "over",
        "please",
        "since",
        "some",
        "still",
        "street",
        "than",
        "that",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "very",
        "want",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "would",
        "your",
        "aqui",
        "calle",
        "como",
        "cuando",
        "desde",
        "donde",
        "entre",
        "esta",
        "este",
        "esto",
        "favor",
        "hace",
        "hasta",
        "mucho",
        "para",
        "pero",
        "porque",
        "sobre",
        "tambien",
        "tiene",
        "todo",
        "unos",
    ]
)


@dataclass(frozen=True)
class Facts:
    """What two reports are compared by."""

    category: Category
    latitude: float | None
    longitude: float | None
    created_at: dt.datetime
    text: str


def compare(one: Facts, other: Facts, *, reach_m: float) -> tuple[int, tuple[str, ...]]:
    """How likely two reports are one problem, 0 to 100, and why, in words."""
    score, why = 0.0, []
    if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
        away = distance_m(one.latitude, one.longitude, other.latitude, other.longitude)  # type: ignore[arg-type]
        score += FAR * max(0.0, 1 - away / reach_m)
        feet = int(round(away * FEET_PER_METRE, -1))
        why.append(
            ngettext("%(feet)d foot away", "%(feet)d feet away", feet) % {"feet": feet}
            if feet
            else _("The same spot")
        )
    if one.category.pk == other.category.pk:
        score += ALIKE
        why.append(_("The same category"))
    elif one.category.group_id == other.category.group_id:
        score += RELATED
        why.append(_("A category of the same group"))
    apart = abs(one.created_at - other.created_at)
    score += TIME * max(0.0, 1 - apart / dt.timedelta(days=DAYS))
    days = apart.days
    why.append(
        ngettext("%(days)s day apart", "%(days)s days apart", days) % {"days": days}
        if days
        else _("Within a day")
    )
    mine, theirs = telling_words(one.text), telling_words(other.text)
    both = mine & theirs
    if both:
        score += WORDS * len(both) / min(len(mine), len(theirs))
        why.append(_("Both say: %(words)s") % {"words": ", ".join(sorted(both)[:5])})
    return round(score), tuple(why)


def telling_words(text: str) -> frozenset[str]:
    """The words of a text that say something, in small letters without accents; plurals as singulars."""
    words = (word for word in words_of(text) if len(word) >= _SHORTEST_WORD and word not in _COMMON)
    return frozenset(word[:-1] if word.endswith("s") and not word.endswith("ss") else word for word in words)
