"""``make bench``: what each page costs in CPU time, as a ratio to an empty page measured in the same run.

Each page is asked for in blocks over one kept-alive connection, with a block of its floor right before and right after;
a block's cost is the CPU time of the web workers with their children and of the database server. The ratio printed is
the median over rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks import server
from tests.benchmarks.client import Answer, Client
from tests.benchmarks.cpu import CpuMeter
from tests.benchmarks.prefixes import street_prefixes

BLOCK_SECONDS = 0.25
ADDRESS = "100 Holliday Street"
NEARBY = "/nearby/?category=pothole&lat=39.2900&lon=-76.6120"
SUGGEST = "/categories/suggest/?" + urlencode(
    {"q": "sewadge is comming up trough the basement drain and it smels"}
)
QUEUE_SEARCH = "/queue/?" + urlencode({"view": "all", "q": "pothole wheel"})
QUEUE_WORDS = ("1–50 of", "sort-channel", "sort-updated", "</html>")
CITY_BOX = "-76.7115,39.1972,-76.5294,39.3722"


@dataclass(frozen=True)
class Case:
    """One page: its floor, the most it may cost in floors, and how to ask for it once."""

    name: str
    floor: str
    target: float | None
    ask: Callable[[], None]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="part of a case's name")
    options = parser.parse_args()
    accounts = {account["role"]: account for account in reversed(server.prepare(options.requests))}
    failed = False
    with server.running() as (url, pid):
        cases = _cases(url, accounts)
        if options.only:
            cases = [case for case in cases if case.target is None or options.only in case.name]
        costs = measure(cases, CpuMeter(lambda: [pid, server.postmaster_pid()]), options.rounds)
    print(f"\n{options.requests:,} requests · {options.rounds} rounds · medians\n")
    print(f"{'page':<34}{'CPU ms':>9}{'ratio':>8}{'target':>9}")
    for case in cases:
        milliseconds = statistics.median(cost.page for cost in costs[case.name]) * 1000
        if case.target is None:
            print(f"{case.name:<34}{milliseconds:>9.2f}")
            continue
        ratio = statistics.median(cost.page / cost.floor for cost in costs[case.name])
        verdict = "PASS" if ratio <= case.target else "FAIL"
        failed |= verdict == "FAIL"
        print(f"{case.name:<34}{milliseconds:>9.2f}{ratio:>7.1f}×{case.target:>8.1f}×  {verdict}")
    failed |= not _photo(options.only)
    return int(failed)


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU for one request of a page and of its floor, measured one after the other."""

    page: float
    floor: float


def measure(cases: list[Case], meter: CpuMeter, rounds: int) -> dict[str, list[Cost]]:
    """The cost of each case by round; its floor is asked for right before and right after it."""
    repeats = {case.name: _repeats(case, meter) for case in cases}
    floors = {case.name: case for case in cases if case.target is None}
    costs: dict[str, list[Cost]] = {case.name: [] for case in cases}
    order = random.Random(1)

    def block(case: Case, share: float = 1.0) -> float:
        times = max(5, round(repeats[case.name] * share))
        before = meter.read()
        for _ in range(times):
            case.ask()
        return (meter.read() - before) / times

    for _ in range(rounds):
        for case in order.sample(cases, len(cases)):
            floor = floors[case.floor]
            first = block(floor, 0.5)
            page = block(case)
            costs[case.name].append(Cost(page, (first + block(floor, 0.5)) / 2))
    return costs


def _repeats(case: Case, meter: CpuMeter) -> int:
    """How often to ask in a block of about `BLOCK_SECONDS` of CPU, after warming up."""
    for _ in range(10):
        case.ask()
    before = meter.read()
    for _ in range(5):
        case.ask()
    return max(5, min(200, round(BLOCK_SECONDS / max((meter.read() - before) / 5, 1e-4))))


def _cases(url: str, accounts: dict[str, dict[str, str]]) -> list[Case]:
    public, dispatcher, manager = Client(url), Client(url), Client(url)
    dispatcher.sign_in(accounts["dispatcher"]["email"], accounts["dispatcher"]["password"])
    manager.sign_in(accounts["manager"]["email"], accounts["manager"]["password"])
    every_column(accounts["dispatcher"]["email"])
    number = json.loads(
        server.manage(
            "shell",
            "-v",
            "0",
            "-c",
            "import json; from requests_app.models import ServiceRequest as R; "
            "print(json.dumps(R.objects.public().filter(status='closed', photos__isnull=False)"
            ".order_by('-id').values_list('number', flat=True)[0]))",
        ).splitlines()[-1]
    )

    newest = re.search(r'href="/queue/([0-9-]+)/"', dispatcher.get("/queue/").text)
    assert newest, "the dispatcher's queue is empty"
    detail = newest[1]
    start, end = server.QUARTER
    quarter = f"/reports/?start={start}&end={end}"
    return [
        Case("floor", "floor", None, page(public, "/floor/", "ok")),
        Case("staff floor", "staff floor", None, page(dispatcher, "/staff-floor/", "ok ")),
        Case("home", "floor", 8, page(public, "/", "</html>")),
        Case("public request page", "floor", 8, page(public, f"/requests/{number}/", number)),
        Case("report form", "floor", 10, page(public, "/report/", "</html>")),
        Case("submit without photo", "floor", 20, _submit(public)),
        Case("map cells", "floor", 6, page(public, f"/map/cells.json?bbox={CITY_BOX}&zoom=12", '"cells"')),
        Case("nearby search", "floor", 5, page(public, NEARBY, "</html>")),
        Case("public list", "floor", 10, page(public, "/requests/", "</html>")),
        Case("place search by prefix", "floor", 4, _place_search(public)),
        Case("category suggestion", "floor", 4, page(public, SUGGEST, "sewage-basement")),
        Case("queue of 50", "staff floor", 8, page(dispatcher, "/queue/", *QUEUE_WORDS)),
        Case("queue, text search", "staff floor", 10, page(dispatcher, QUEUE_SEARCH, "</table>")),
        Case("caller look-up", "staff floor", 3, _caller(url, accounts["operator"])),
        Case("staff detail", "staff floor", 6, page(dispatcher, f"/queue/{detail}/", detail)),
        Case("report of one quarter", "staff floor", 15, page(manager, quarter, "</svg>", start)),
    ]


def every_column(email: str) -> None:
    """Let this person's queue show all columns there are: the dearest list."""
    server.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from dashboards.queue.list.columns import COLUMNS; from dashboards.queue.list.habits import save_preference; "
        "from departments.models import StaffUser; "
        f"user = StaffUser.objects.get(email={email!r}); "
        "save_preference(user=user, columns=list(COLUMNS), layout='list', has_shortcuts=True)",
    )


def page(client: Client, path: str, *needles: str) -> Callable[[], None]:
    """Ask for a page that answers with these words."""

    def ask() -> None:
        answer = client.get(path)
        _expect(answer, 200, *needles)

    return ask


def _place_search(client: Client) -> Callable[[], None]:
    """The suggestions for another beginning of a street name each time."""
    prefixes = street_prefixes()

    def ask() -> None:
        answer = client.get("/places/suggest/?" + urlencode({"q": next(prefixes)}))
        _expect(answer, 200, "[")

    return ask


def _caller(url: str, account: dict[str, str]) -> Callable[[], None]:
    """The card of a caller whose number has requests, asked for again and again in one call."""
    client = Client(url)
    client.sign_in(account["email"], account["password"])
    form = client.hidden_fields(client.get("/desk/").text)
    phone = json.loads(
        server.manage(
            "shell",
            "-v",
            "0",
            "-c",
            "import json; from requests_app.models import Reporter as R; "
            "print(json.dumps(R.objects.exclude(phone='').order_by('-request_id').values_list('phone', flat=True)[0]))",
        ).splitlines()[-1]
    )

    def ask() -> None:
        answer = client.post("/desk/caller/", form | {"phone": phone})
        _expect(answer, 200, "caller__name")

    return ask


def _submit(client: Client) -> Callable[[], None]:
    """The POST of the report form alone: the token of one form serves, the idempotency key is new each time."""
    form = client.get("/report/?category=pothole")
    hidden = client.hidden_fields(form.text)
    assert "key" in hidden, "the report form carries no key"

    def ask() -> None:
        fields = hidden | {
            "key": str(uuid.uuid4()),
            "category": "pothole",
            "description": f"A pothole as wide as a door, {uuid.uuid4().hex[:8]}.",
            "address": ADDRESS,
            "email": "bench@example.org",
            # the look at what is reported nearby was taken
            "asked": "on",
        }
        answer = client.post("/report/", fields)
        _expect(answer, 303)
        assert answer.location.startswith("/r/"), answer.location

    return ask


def _expect(answer: Answer, status: int, *needles: str) -> None:
    assert answer.status == status, f"answered {answer.status}: {answer.text[:300]}"
    for needle in needles:
        assert needle in answer.text, f"{needle!r} is missing"


def _photo(only: str) -> bool:
    """The photo pipeline against plain Pillow, children included."""
    if only and only not in "photo":
        return True
    os.environ |= {
        "CIVIC311_PROFILE": "demo",
        "CIVIC311_VAR": str(server.VAR),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
    }
    import django

    django.setup()
    from tests.benchmarks import photo_cpu

    path = _twelve_megapixels()
    floor, ours, ratio = photo_cpu.measure(path)
    passed = ratio <= photo_cpu.TARGET_RATIO
    print(f"{'plain Pillow, 12 megapixels':<34}{floor * 1000:>9.0f}")
    verdict = "PASS" if passed else "FAIL"
    print(
        f"{'photo of 12 megapixels':<34}{ours * 1000:>9.0f}{ratio:>7.2f}×{photo_cpu.TARGET_RATIO:>8.1f}×  {verdict}"
    )
    return passed


def _twelve_megapixels() -> Path:
    """A 4000 × 3000 JPEG with a phone's texture and an EXIF turn, drawn once."""
    path = server.VAR / "photo-12mp.jpg"
    if not path.exists():
        from PIL import Image

        from requests_app.photos.drawings import draw

        exif = Image.Exif()
        exif[0x0112] = 6
        draw("pothole", 1).resize((4000, 3000), Image.Resampling.BICUBIC).save(
            path, "JPEG", quality=92, exif=exif
        )
    return path


if __name__ == "__main__":
    sys.exit(main())
