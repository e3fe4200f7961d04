"""Beginnings of street names as people type them: any prefix of any of the pack's segments, the same in each run."""

from __future__ import annotations

import csv
import gzip
import itertools
import random
from collections.abc import Iterator

from tests.benchmarks import server

LEAST_LETTERS = 3
_DRAWN = 2_000


def street_prefixes() -> Iterator[str]:
    """Random prefixes, for ever. A street counts as often as it has segments."""
    with gzip.open(server.PACK / "places" / "streets.csv.gz", "rt", encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    chance = random.Random(311)
    drawn = [name for name in chance.choices(names, k=_DRAWN) if len(name) >= LEAST_LETTERS]
    return itertools.cycle([name[: chance.randint(LEAST_LETTERS, len(name))] for name in drawn])
