"""Street names as people type them and as files spell them, brought to one normal form. Pure functions.

The normal form is upper case, without punctuation, with abbreviated types ("FAYETTE ST"); the direction in front is
kept apart. "Saint", "Mount" and "Fort" are shortened everywhere, "Mc" and "O" join the word that follows.
"""

import functools
import re
from dataclasses import dataclass

DIRECTIONS = {
    "N": "N", "NO": "N", "NORTH": "N", "S": "S", "SO": "S", "SOUTH": "S", "E": "E", "EAST": "E", "W": "W",
    "WEST": "W", "NE": "NE", "NORTHEAST": "NE", "NW": "NW", "NORTHWEST": "NW", "SE": "SE", "SOUTHEAST": "SE",
    "SW": "SW", "SOUTHWEST": "SW",
}  # fmt: skip
_LETTERS = frozenset({"N", "S", "E", "W", "NE", "NW", "SE", "SW"})

# Normal abbreviation, word on labels, other spellings.
_TYPES = (
    ("ALY", "Alley", "AL ALLEY"),
    ("AVE", "Avenue", "AV AVENUE AVEN AVN"),
    ("BLVD", "Boulevard", "BOULEVARD BLV BOUL"),
    ("CIR", "Circle", "CIRCLE CIRC"),
    ("CT", "Court", "COURT CRT"),
    ("DR", "Drive", "DRIVE DRV"),
    ("EXPY", "Expressway", "EXPRESSWAY EXPWY"),
    ("GARTH", "Garth", "GRTH"),
    ("HTS", "Heights", "HEIGHTS HGTS"),
    ("HWY", "Highway", "HIGHWAY HIWAY"),
    ("LN", "Lane", "LANE"),
    ("MALL", "Mall", ""),
    ("PATH", "Path", ""),
    ("PKWY", "Parkway", "PARKWAY PKY PKWAY"),
    ("PL", "Place", "PLACE"),
    ("PLZ", "Plaza", "PLAZA PLZA"),
    ("RD", "Road", "ROAD"),
    ("SQ", "Square", "SQUARE SQR"),
    ("ST", "Street", "STREET STR"),
    ("TER", "Terrace", "TERRACE TERR"),
    ("TRL", "Trail", "TRAIL"),
    ("WAY", "Way", ""),
)
TYPE_WORDS = {short: word for short, word, _ in _TYPES}
_TYPE_OF = {
    spelling: short for short, word, others in _TYPES for spelling in (short, word.upper(), *others.split())
}
TYPE_SPELLINGS = frozenset(_TYPE_OF)
_ANYWHERE = {"SAINT": "ST", "MOUNT": "MT", "FORT": "FT"}
_ORDINALS = dict(
    zip(
        ["FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH"],
        ["1ST", "2ND", "3RD", "4TH", "5TH", "6TH", "7TH", "8TH", "9TH", "10TH"],
        strict=True,
    )
)
_DROPPED = frozenset({"JR", "SR"})
_JOINED = frozenset({"MC", "O"})
_LEAST_TYPE_LETTERS = 2
_SMALL_WORDS = frozenset({"A", "AND", "AT", "FOR", "IN", "OF", "ON", "THE"})


@dataclass(frozen=True, slots=True)
class StreetName:
    """A street in normal form; `direction` is N, S, E, W, NE, NW, SE, SW or empty."""

    direction: str
    key: str


def words(text: str) -> list[str]:
    """The words of a text in upper case, without punctuation; "St. Paul's" gives ST, PAULS."""
    plain = re.sub(r"\b(I|US|MD)-(?=\d)", r"\1 ", re.sub(r"['’.]", "", text.upper()))
    return re.findall(r"[0-9A-ZÀ-Ý]+(?:-[0-9A-ZÀ-Ý]+)*", plain)


@functools.lru_cache(maxsize=1 << 14)
def published(name: str) -> StreetName:
    """The normal form of a name in a city's file, where only single letters in front are directions."""
    parts = words(name)
    direction = ""
    if len(parts) > 1 and parts[0] in _LETTERS and not _only_type(parts[1:]):
        direction, parts = parts[0], parts[1:]
    return StreetName(direction, _key(parts))


def typed(text: str) -> list[StreetName]:
    """What somebody may mean, as prefixes of normal forms: the likeliest first, at most four, empty for no words."""
    parts = words(text)
    if not parts:
        return []
    readings: list[StreetName] = []
    if len(parts) > 1 and parts[0] in DIRECTIONS and not _only_type(parts[1:]):
        direction = DIRECTIONS[parts[0]]
        readings += [StreetName(direction, key) for key in _prefixes(parts[1:])]
    if not readings or parts[0] not in _LETTERS:
        readings += [StreetName("", key) for key in _prefixes(parts)]
    return readings


@functools.lru_cache(maxsize=1 << 14)
def label(name: str) -> str:
    """A published name for people: "E NORTH AVE" gives "E North Avenue", "MC HENRY ST" gives "McHenry Street"."""
    parts = re.sub(r"\s+", " ", name.upper()).strip().split(" ")
    shown: list[str] = []
    for at, part in enumerate(parts):
        if part == "MC" and at < len(parts) - 1:
            shown.append("Mc")
        elif at and at == len(parts) - 1 and part in _TYPE_OF:
            shown.append(TYPE_WORDS[_TYPE_OF[part]])
        elif part in _LETTERS or part in {"US", "MD"}:
            shown.append(part)
        else:
            shown.append("-".join(_capital(piece) for piece in part.split("-")))
    return " ".join(shown).replace("Mc ", "Mc")


def _capital(word: str) -> str:
    if re.match(r"^O['’][A-Z]", word):
        return word[:2] + word[2:].capitalize()
    if re.match(r"^MC[A-Z]{3}", word):
        return "Mc" + word[2:].capitalize()
    return word.capitalize()


def _only_type(parts: list[str]) -> bool:
    return len(parts) == 1 and parts[0] in _TYPE_OF


def _key(parts: list[str]) -> str:
    """Normal form of words without their direction."""
    if len(parts) > 1 and parts[0] == "THE":
        parts = parts[1:]
    if parts and parts[0] == "MLK":
        parts = ["MARTIN", "LUTHER", "KING", *parts[1:]]
    out: list[str] = []
    for at, part in enumerate(parts):
        part = _ANYWHERE.get(_ORDINALS.get(part, part), _ORDINALS.get(part, part))
        if at and at == len(parts) - 1:
            part = _TYPE_OF.get(part, part)
        if out and out[-1] in _JOINED:
            out[-1] += part
        elif part not in _DROPPED or not out:
            out.append(part)
    return " ".join(out)


def _prefixes(parts: list[str]) -> list[str]:
    """The key as typed, and with its last word taken for the beginning of a street type ("HOLLIDAY STRE")."""
    keys = [_key(parts)]
    last = parts[-1]
    if len(parts) > 1 and last not in _TYPE_OF and len(last) >= _LEAST_TYPE_LETTERS:
        begun = [short for spelling, short in _TYPE_OF.items() if spelling.startswith(last)]
        if begun:
            keys.append(_key([*parts[:-1], begun[0]]))
    return keys


def landmark_keys(name: str) -> list[tuple[int, str]]:
    """(position, key) for every word at which somebody may begin a landmark's name: CITY HALL, HALL."""
    parts = [_ANYWHERE.get(word, word) for word in words(name)]
    return [(at, " ".join(parts[at:])) for at, part in enumerate(parts) if not at or part not in _SMALL_WORDS]


def landmark_prefix(text: str) -> str:
    """What somebody typed, as a prefix of `landmark_keys`; empty for no words."""
    return " ".join(_ANYWHERE.get(word, word) for word in words(text))
