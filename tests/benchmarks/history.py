"""The reports over histories of 10,000, 1,000,000 and, with ``BENCH_LARGE=1``, 10,000,000 requests.

``python -m tests.benchmarks.history``. Each size has a database of its own under ``var/``, made once for each state of the
schema; the quarter that is asked for holds the same requests in all of them. A page may cost `MOST` empty staff pages at
10,000 requests and grow by `MOST_GROWTH` at the largest size; the overview over all history there may take one second
of CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from tests.benchmarks import server
from tests.benchmarks.__main__ import Case, Cost, measure, page
from tests.benchmarks.client import Client
from tests.benchmarks.cpu import CpuMeter
from tests.benchmarks.scale import at

SMALL, MIDDLE, LARGE = 10_000, 1_000_000, 10_000_000
MOST, MOST_ROWS_PAGE, MOST_GROWTH = 15.0, 8.0, 1.5
MOST_SECONDS = 1.0
ALL = "overview, all history"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.history")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="part of a page's name")
    options = parser.parse_args()
    sizes = [SMALL, MIDDLE, *([LARGE] if os.environ.get("BENCH_LARGE") == "1" else [])]
    results: dict[int, dict[str, list[Cost]]] = {}
    for size in sizes:
        with at(size, "bench-history"):
            prepare(size)
            results[size] = _costs(options.rounds, options.only)
    return int(_print(results, sizes, options.rounds))


def prepare(size: int) -> None:
    """Make the database of this size where it is not there yet; say how long that took and how large it is."""
    if size != SMALL and not server.VAR.exists():
        _start_from_small()
    server.prepare(SMALL)
    stamp = server.VAR / "multiplied.json"
    wanted = {"requests": size, "base": json.loads((server.VAR / "prepared.json").read_text())}
    if size == SMALL or (stamp.exists() and json.loads(stamp.read_text()) == wanted):
        return
    print(f"Writing {size:,} requests with their history …", flush=True)
    started = time.monotonic()
    server.manage(
        "shell", "-v", "0", "-c", f"from tests.benchmarks.large import multiply; multiply({size // SMALL})"
    )
    large = server.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from django.db import connection; c = connection.cursor();"
        " c.execute('SELECT pg_size_pretty(pg_database_size(current_database()))'); print(c.fetchone()[0])",
    ).splitlines()[-1]
    print(f"… took {time.monotonic() - started:.0f} s and is {large} large", flush=True)
    stamp.write_text(json.dumps(wanted))


def _start_from_small() -> None:
    """Begin a larger history with a copy of the small one, files and all."""
    larger = server.VAR
    with at(SMALL, "bench-history"):
        server.manage("postgres", "stop")
        subprocess.run(["cp", "-a", str(server.VAR), str(larger)], check=True)  # owners and times, too


def _addresses(only: str) -> dict[str, tuple[str, float]]:
    """Path and limit by name."""
    os.environ |= {"CIVIC311_PROFILE": "demo", "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
    import django

    django.setup()
    from dashboards.reports.pages import PAGES

    start, end = server.QUARTER
    quarter = f"start={start}&end={end}"
    found = {}
    for number, each in enumerate(PAGES):
        path = f"/reports/{each.slug}/" if number else "/reports/"
        found[f"{each.slug}, a quarter"] = (f"{path}?{quarter}", MOST)
    found["rows behind a number"] = (f"/reports/rows/?{quarter}&figure=opened", MOST_ROWS_PAGE)
    found[ALL] = (f"/reports/?start=2000-01-01&end={end}", float("inf"))
    return {name: wanted for name, wanted in found.items() if only in name}


def _costs(rounds: int, only: str) -> dict[str, list[Cost]]:
    account = next(each for each in server.prepare(SMALL) if each["role"] == "manager")
    with server.running() as (url, pid):
        manager = Client(url)
        manager.sign_in(account["email"], account["password"])
        cases = [Case("staff floor", "staff floor", None, page(manager, "/staff-floor/", "ok "))]
        for name, (path, most) in _addresses(only).items():
            cases.append(Case(name, "staff floor", most, page(manager, path, "</html>")))
        return measure(cases, CpuMeter(lambda: [pid, server.postmaster_pid()]), rounds)


def _print(results: dict[int, dict[str, list[Cost]]], sizes: list[int], rounds: int) -> bool:
    def ratio(size: int, name: str) -> float:
        return statistics.median(cost.page / cost.floor for cost in results[size][name])

    print(f"\n{rounds} rounds · medians · a quarter of the same requests\n")
    print(f"{'page':<28}" + "".join(f"{size:>14,}" for size in sizes) + f"{'growth':>9}")
    failed = False
    for name in results[SMALL]:
        if name == "staff floor":
            continue
        ratios = [ratio(size, name) for size in sizes]
        if name == ALL:
            seconds = [statistics.median(cost.page for cost in results[size][name]) for size in sizes]
            good = seconds[-1] <= MOST_SECONDS
            print(
                f"{name:<28}" + "".join(f"{each:>12.2f} s" for each in seconds) + f"{'':>9}  {_verdict(good)}"
            )
        else:
            most = MOST_ROWS_PAGE if name.startswith("rows") else MOST
            growth = ratios[-1] / ratios[0]
            good = ratios[0] <= most and growth <= MOST_GROWTH
            line = f"{name:<28}" + "".join(f"{each:>13.1f}×" for each in ratios)
            print(f"{line}{growth:>8.2f}×  {_verdict(good)}")
        failed |= not good
    return failed


def _verdict(good: bool) -> str:
    return "PASS" if good else "FAIL"


if __name__ == "__main__":
    sys.exit(main())
