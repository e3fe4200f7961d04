"""What becomes of one request: the steps of its life, drawn from the city's statistics.

Pure: a life is a list of `Step` values in order of time. `rows.py` turns them into events and the request's columns
by the same workflow the actions use.
"""

import datetime as dt
import math
import random
from dataclasses import dataclass, field

from departments.kinds import Kind
from departments.packs.definitions import CategoryStats, CityStats
from requests_app.history.volume import Arrival, Draw
from requests_app.workflow import Outcome, outcomes_for, successes_for

Z90 = 1.2815515655446004  # the standard normal's 0.9 quantile
FIRST_LOOK_HOURS = 8.0
SHARE_HELD = 0.12
SHARE_NOTED = 0.08
SHARE_ANSWERED = 0.3
SHARE_REVIEW_ASKED = 0.2
HOLD_REASONS = (
    ("Waiting for dry weather to lay asphalt.", "Weather"),
    ("The utility has to mark its lines first.", "Utility"),
    ("Material is ordered.", "Supplier"),
    ("The owner was given time to put it right.", "Property owner"),
)


@dataclass(frozen=True)
class Step:
    """One move: its name in the workflow, when, and what goes with it."""

    move: str
    at: dt.datetime
    by_reporter: bool = False
    outcome: Outcome | None = None
    data: dict[str, str] = field(default_factory=dict)


class LifeDrawer:
    """Draws lives for a city. ``until`` is the present of the history: later steps have not happened."""

    def __init__(self, stats: CityStats, *, until: dt.datetime, rng: random.Random) -> None:
        self.stats = stats
        self.until = until
        self.rng = rng
        self._outcomes: dict[tuple[str, Kind], Draw] = {}

    def draw(self, arrival: Arrival, kind: Kind, *, staff_found: bool, partner: str = "") -> list[Step]:
        """The steps after intake, those before ``until`` only; a ``partner``'s work begins with handing it over."""
        entry = self.stats.categories[arrival.category]
        if staff_found and self.rng.random() < entry.same_minute_share:
            closing = arrival.at + dt.timedelta(seconds=self.rng.randrange(20, 600))
            return [self._close(closing, entry, kind)] if closing < self.until else []
        closing = arrival.at + self._duration(entry, arrival)
        stays_open = self.rng.random() > entry.closed_share
        steps = self._work(arrival.at, closing, entry)
        if not stays_open:
            steps.append(self._close(closing, entry, kind))
            steps += self._afterlife(steps[-1], entry, kind)
            if not staff_found:
                steps += self._answer(steps[-1], kind)
        if partner:
            steps = [_handed_over(step, partner) if step.move == "start" else step for step in steps]
        return [step for step in steps if step.at < self.until]

    def _duration(self, entry: CategoryStats, arrival: Arrival) -> dt.timedelta:
        """Log-normal with the category's median and ninetieth percentile, longer in a storm."""
        median = max(entry.median_hours, 0.4)
        spread = math.log(max(entry.p90_hours, median * 1.5) / median) / Z90
        hours = median * math.exp(self.rng.gauss(0.0, spread))
        if arrival.storm:
            hours *= arrival.storm.slowdown
        return dt.timedelta(hours=max(hours, 0.15))

    def _work(self, start: dt.datetime, closing: dt.datetime, entry: CategoryStats) -> list[Step]:
        whole = closing - start
        look = min(dt.timedelta(hours=self.rng.expovariate(1 / FIRST_LOOK_HOURS)), whole * 0.4)
        at = start + look
        steps: list[Step] = []
        if self.rng.random() < self.stats.rerouted_share:
            steps.append(Step("reroute", at))
            at += whole * self.rng.uniform(0.02, 0.1)
        steps.append(Step("assign", at))
        begin = at + (closing - at) * self.rng.uniform(0.2, 0.7)
        if whole > dt.timedelta(days=3) and self.rng.random() < SHARE_HELD:
            reason, whom = self.rng.choice(HOLD_REASONS)
            held = at + (begin - at) * 0.15
            steps.append(Step("hold", held, data={"reason": reason, "waiting_for": whom}))
        if whole > dt.timedelta(days=1) and self.rng.random() < SHARE_NOTED:
            steps.append(Step("note", at + (begin - at) * 0.8))
        steps.append(Step("start", begin))
        return steps

    def _close(self, at: dt.datetime, entry: CategoryStats, kind: Kind) -> Step:
        return Step("close", at, outcome=self._outcome(entry.category, kind))

    def _outcome(self, category: str, kind: Kind) -> Outcome:
        key = (category, kind)
        if key not in self._outcomes:
            shares = self.stats.outcomes.get(f"category:{category}") or self.stats.outcomes.get(
                f"kind:{kind.value}"
            )
            allowed = outcomes_for(kind)
            usable = {name: share for name, share in (shares or {}).items() if name in allowed}
            usable = usable or {allowed[0].value: 1.0}
            self._outcomes[key] = Draw(list(usable), list(usable.values()))
        return Outcome(self._outcomes[key].one(self.rng))

    def _afterlife(self, closed: Step, entry: CategoryStats, kind: Kind) -> list[Step]:
        """Some residents say it is not fixed, and the work is done again."""
        if self.rng.random() >= self.stats.reopened_share:
            return []
        reopened = closed.at + dt.timedelta(hours=self.rng.uniform(2, 24 * 12))
        again = reopened + dt.timedelta(hours=self.rng.uniform(6, 24 * 10))
        success = (
            sorted(successes_for(kind))[0] if closed.outcome not in successes_for(kind) else closed.outcome
        )
        return [
            Step("reopen", reopened, by_reporter=True),
            Step("start", reopened + (again - reopened) * 0.5),
            Step("close", again, outcome=success),
        ]

    def _answer(self, closed: Step, kind: Kind) -> list[Step]:
        """Some reporters say that it is solved."""
        asked = random.Random(closed.at.isoformat())  # noqa: S311 (of its own: the other draws stay what they are)
        if closed.outcome not in successes_for(kind) or asked.random() >= SHARE_ANSWERED:
            return []
        return [Step("confirm", closed.at + dt.timedelta(hours=asked.uniform(1, 72)), by_reporter=True)]

    def review(self, *, after: dt.datetime, due_at: dt.datetime | None) -> list[Step]:
        """Some reporters of open requests past their target ask a supervisor to look; ``after`` the last step."""
        since = max(after, due_at) if due_at else self.until
        asked = random.Random(since.isoformat())  # noqa: S311 (invented data)
        at = since + (self.until - since) * asked.uniform(0.2, 0.9)
        if due_at is None or since >= self.until or asked.random() >= SHARE_REVIEW_ASKED:
            return []
        return [Step("ask_review", at, by_reporter=True)]


def _handed_over(step: Step, partner: str) -> Step:
    return Step("hand_over", step.at, data={"partner": partner})
