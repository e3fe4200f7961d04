"""What somebody may have meant when the words as typed fit no place."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count

from civic311.lib.cached import cached
from departments import streetnames
from departments.models import City, LandmarkName, Street
from departments.spelling import LEAST_LETTERS, Vocabulary

_NUMBER_LAST = re.compile(r"^([^\d].*?)\s+#?(\d{1,6})$")


def guesses(place: str, crossing: list[str]) -> Iterator[str]:
    """Other readings, the likeliest first: the number put in front, errors in names, one street of a crossing."""
    turned = _NUMBER_LAST.match(place)
    if turned:
        place = f"{turned[2]} {turned[1]}"
        crossing = [place]
        yield place
    respelled = [_respelled(part) for part in crossing[:2]]
    if respelled != crossing[:2]:
        yield " & ".join(respelled)
    if len(crossing) > 1:
        yield from (part for part in respelled if len(part) >= LEAST_LETTERS)


def _respelled(text: str) -> str:
    """A text with each misspelled word replaced by the city's own; the last may be unfinished."""
    parts = text.split()
    for at, part in enumerate(parts):
        word = "".join(streetnames.words(part))
        if len(word) < LEAST_LETTERS:
            continue
        better = vocabulary().correct(word, unfinished=at == len(parts) - 1)
        if better != word:
            parts[at] = better
    return " ".join(parts)


@cached(seconds=math.inf)
def _kept() -> dict[tuple[str, int], Vocabulary]:
    return {}


def vocabulary() -> Vocabulary:
    """The words of streets, landmarks and street types of this version of the city; read once by each process."""
    city = City.current()
    kept, key = _kept(), (city.slug, city.version)
    if key not in kept:
        built = _read()
        kept.clear()
        kept[key] = built
    return kept[key]


def _read() -> Vocabulary:
    counts: Counter[str] = Counter()
    # A lane named after both its ends ("HARFORD-ALLEY-NORMAL") has no words of its own.
    names = Street.objects.exclude(key__contains="-").values_list("key", Count("segments"))
    for name, segments in names.order_by():
        for word in name.split():
            counts[word] += segments + 1
    for name in LandmarkName.objects.filter(position=0).values_list("key", flat=True):
        counts.update(name.split())
    counts.update([*streetnames.TYPE_SPELLINGS, *streetnames.DIRECTIONS])
    return Vocabulary(counts)
