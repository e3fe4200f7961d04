"""Work by dispatcher: what each has in hand and did. Sorted by name; this is no league table."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from dashboards.reports.figures import DAY_S
from dashboards.reports.scope import Scope
from dashboards.reports.sql import Answers, ask


@dataclass(frozen=True)
class WorkNumbers:
    """A dispatcher's work: in hand now and for how many days (median), and done in the period.

    ``mix`` is the category most of the work in hand is of, with its count.
    """

    person: int
    name: str
    in_hand: int
    held_days: float | None
    mix: tuple[int, int] | None
    closed: int
    acted: int


def work(scope: Scope, found: Answers | None = None) -> list[WorkNumbers]:
    """Work of dispatchers and supervisors, by name. ``found`` holds the answers if they are known."""
    found = found or ask(scope, "acted", "held")
    names: dict[int, str] = {}
    done: dict[int, tuple[int, int]] = {}
    held: dict[int, list[int]] = {}
    mixes: dict[int, tuple[int, int]] = {}
    for person, name, acted, closed in found["acted"]:
        names[person], done[person] = name, (acted, closed)
    for person, name, category, seconds in found["held"]:
        names[person] = name
        held.setdefault(person, []).extend(seconds)
        if person not in mixes or len(seconds) > mixes[person][1]:
            mixes[person] = (category, len(seconds))
    return [
        WorkNumbers(
            person=person,
            name=name,
            in_hand=len(held.get(person, ())),
            held_days=median(held[person]) / DAY_S if person in held else None,
            mix=mixes.get(person),
            closed=done.get(person, (0, 0))[1],
            acted=done.get(person, (0, 0))[0],
        )
        for person, name in sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    ]
