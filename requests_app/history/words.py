"""What people wrote: lines of the city pack with their blanks filled in."""

import datetime as dt
import random

from departments.packs.definitions import CityPack, TextTemplate

FIRST_NAMES = (
    "Ada", "Amir", "Beatriz", "Caleb", "Carmen", "Dana", "Deshawn", "Elena", "Farah", "Gus", "Hana", "Imani", "Isaac",
    "Joy", "Kofi", "Lena", "Luis", "Maya", "Nadia", "Omar", "Priya", "Quinn", "Rosa", "Sam", "Tessa", "Uma", "Victor",
    "Wren", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Bell", "Castillo", "Dorsey", "Ellison", "Fontaine", "Greene", "Hale", "Ivers", "Jefferson", "Kimani",
    "Lowry", "Mercer", "Nolan", "Okafor", "Pryor", "Quintana", "Reyes", "Sato", "Tran", "Underwood", "Vega", "Weaver",
    "Young", "Zeller",
)  # fmt: skip


def person(rng: random.Random) -> tuple[str, str]:
    """An invented name and an e-mail address in a domain that can never exist."""
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    return f"{first} {last}", f"{first}.{last}{rng.randrange(10, 99)}@example.org".lower()


class Words:
    """Draws texts for a use, narrowest scope first: the category's own, its kind's, anyone's."""

    def __init__(self, pack: CityPack, rng: random.Random) -> None:
        self.rng = rng
        self._lines: dict[tuple[str, str, str, str], list[str]] = {}
        for line in pack.texts:
            self._lines.setdefault(_key(line), []).append(line.text)

    def draw(
        self,
        use: str,
        *,
        category: str,
        kind: str,
        blanks: dict[str, str],
        outcome: str = "",
        language: str = "en",
    ) -> str:
        """A filled-in line, or an empty string when the pack has none."""
        for tongue in dict.fromkeys((language, "en")):
            for scope in (f"category:{category}", f"kind:{kind}", "*"):
                lines = self._lines.get((use, scope, outcome, tongue))
                if lines:
                    return _fill(self.rng.choice(lines), blanks)
        return ""


def blanks_for(
    *, street: str, address: str, neighborhood: str, department: str, at: dt.datetime, days: int
) -> dict[str, str]:
    """Values for the placeholders of `TextTemplate`; ``at`` is in the city's zone."""
    return {
        "street": street or neighborhood,
        "block": address.removeprefix("Near "),
        "neighborhood": neighborhood or "the neighborhood",
        "landmark": neighborhood or street,
        "department": department,
        "weekday": f"{at:%A}",
        "date": f"{at:%B} {at.day}",
        "days": str(max(days, 1)),
        "partner": department,
        "name": "",
    }


def _key(line: TextTemplate) -> tuple[str, str, str, str]:
    return (line.use, line.scope, line.outcome, line.language)


def _fill(text: str, blanks: dict[str, str]) -> str:
    for name, value in blanks.items():
        text = text.replace("{" + name + "}", value)
    return text
