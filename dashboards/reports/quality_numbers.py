"""How many rows may mislead, and in which way: counted from facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThan

from dashboards.reports.frames import Frame
from dashboards.reports.scope import Scope
from requests_app.models import RequestEvent, RequestFact
from requests_app.models.fact import UNTIMELY_DOUBTS, Doubt
from requests_app.workflow import EventKind

ANY, UNTIMELY = "any", "untimely"
EVERY_DOUBT = sum(Doubt)
CHANGES: Mapping[str, tuple[EventKind, ...]] = {
    "recategorized": (EventKind.RECATEGORIZED,),
    "rerouted": (EventKind.REROUTED, EventKind.RETURNED),
    "place_corrected": (EventKind.PLACE_CORRECTED,),
    "split": (EventKind.SPLIT,),
    "parted": (EventKind.PARTED,),
    "undone": (EventKind.UNDONE,),
}
"""Steps that show that something was wrong at first, by the name of their list."""


@dataclass(frozen=True)
class Doubted:
    """Rows in all and those with a doubt, of one category or channel; `worst` is the most frequent doubt."""

    n: int
    doubtful: int
    worst: Doubt | None


def having(doubts: int) -> Q:
    """Facts with at least one of these bits of `Doubt`."""
    return Q(GreaterThan(F("doubts").bitand(doubts), 0))


def counted(rows: Frame) -> dict[Doubt, int]:
    """How many rows (column doubts) have each doubt; a row may have several."""
    return {doubt: int(np.count_nonzero(rows["doubts"] & int(doubt))) for doubt in Doubt}


def doubted(rows: Frame) -> Doubted:
    """Rows in all and those with a doubt (column doubts)."""
    counts = counted(rows)
    worst = max(counts, key=counts.__getitem__)
    return Doubted(
        n=len(rows),
        doubtful=int(np.count_nonzero(rows["doubts"])),
        worst=worst if counts[worst] else None,
    )


def by_column(rows: Frame, name: str) -> list[tuple[Any, Doubted]]:
    """`doubted` for each value of a column, those with most doubtful rows first."""
    found = [(key, doubted(group)) for key, group in rows.groups(name)]
    return sorted(found, key=lambda pair: (-pair[1].doubtful, -pair[1].n, pair[0]))


def untimely(rows: Frame) -> int:
    """How many rows are left out of figures of time because their times can't be believed."""
    return int(np.count_nonzero(rows["doubts"] & int(UNTIMELY_DOUBTS)))


def doubts_of(scope: Scope) -> dict[Doubt, int]:
    """How many requests opened in the period have each doubt, in one statement that reads doubtful rows alone."""
    found = scope.opened().filter(doubts__gt=0).order_by().values_list("doubts").annotate(n=Count("pk"))
    counts = dict.fromkeys(Doubt, 0)
    for doubts, n in found:
        for doubt in Doubt:
            counts[doubt] += n if doubts & doubt else 0
    return counts


def changes_of(scope: Scope) -> dict[str, int]:
    """How many requests opened in the period had each of `CHANGES`, undone ones left out, in one statement."""
    found = _steps().filter(request__fact__in=scope.opened().order_by().values("pk"))
    kinds = {
        name: Count("request", distinct=True, filter=Q(kind__in=kinds)) for name, kinds in CHANGES.items()
    }
    return {name: int(n or 0) for name, n in found.order_by().aggregate(**kinds).items()}


def changed(facts: QuerySet[RequestFact], name: str) -> QuerySet[RequestFact]:
    """Those of the facts that had one of `CHANGES`. Raises KeyError for another name."""
    return facts.filter(Exists(_steps().filter(kind__in=CHANGES[name], request=OuterRef("pk"))))


def _steps() -> QuerySet[RequestEvent]:
    """Steps that changed something and were not taken back themselves; taking back is one of them."""
    kinds = [kind for kinds in CHANGES.values() for kind in kinds]
    return RequestEvent.objects.filter(kind__in=kinds, undone_by__isnull=True)
