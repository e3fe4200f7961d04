"""The same pages at 10,000 and at 1,000,000 requests: ``python -m tests.benchmarks.scale``.

Two databases of their own stand side by side under ``var/``; the large one is the small one's history written a
hundred times over, a little moved in time and place. Making both takes two to three minutes and some gigabytes, once
for each state of the schema. What grows is the ratio of a page to its floor at the large size over the one at the small.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.benchmarks import server
from tests.benchmarks.__main__ import (
    CITY_BOX,
    QUEUE_SEARCH,
    QUEUE_WORDS,
    Case,
    Cost,
    every_column,
    measure,
    page,
)
from tests.benchmarks.client import Client
from tests.benchmarks.cpu import CpuMeter

SMALL = 10_000
LARGE = 1_000_000
MOST_GROWTH = 1.3
STREETS_BOX = "-76.6250,39.2830,-76.6000,39.2980"

PAGES: list[tuple[str, float, str, tuple[str, ...]]] = [
    ("map cells, city", 6, f"/map/cells.json?bbox={CITY_BOX}&zoom=12", ('"cells"',)),
    (
        "map cells, city, a category",
        6,
        f"/map/cells.json?bbox={CITY_BOX}&zoom=12&category=pothole",
        ('"cells"',),
    ),
    ("map cells, a quarter", 6, f"/map/cells.json?bbox={STREETS_BOX}&zoom=15", ('"cells"',)),
    ("nearby search", 5, "/nearby/?category=pothole&lat=39.2900&lon=-76.6120", ("</html>",)),
    ("public list", 10, "/requests/", ("</html>",)),
    ("public list, all of a category", 10, "/requests/?status=all&category=pothole", ("</html>",)),
    ("public list, all of an area", 10, "/requests/?status=all&area=neighborhood:canton", ("</html>",)),
    ("queue of 50", 8, "/queue/", QUEUE_WORDS),
    ("queue, text search", 10, QUEUE_SEARCH, ("</table>",)),
]
"""Name, most floors at either size, address, and what the answer holds. Other pages that must not grow add theirs."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--large", type=int, default=LARGE)
    parser.add_argument("--only", default="", help="part of a page's name")
    options = parser.parse_args()
    wanted = [entry for entry in PAGES if options.only in entry[0]]
    results = {}
    for size in (SMALL, options.large):
        with at(size):
            prepare(size)
            results[size] = _ratios(wanted, options.rounds)
    print(f"\n{options.rounds} rounds · medians\n")
    print(f"{'page':<34}{SMALL:>10,}{options.large:>12,}{'growth':>9}")
    failed = False
    for name, most, _path, _needles in wanted:
        small, large = results[SMALL][name], results[options.large][name]
        good = max(small, large) <= most and large / small <= MOST_GROWTH
        failed |= not good
        print(f"{name:<34}{small:>9.1f}×{large:>11.1f}×{large / small:>8.2f}×  {'PASS' if good else 'FAIL'}")
    return int(failed)


def prepare(size: int) -> None:
    """Make the database of this size where it is not there yet."""
    server.prepare(SMALL)
    stamp = server.VAR / "multiplied.json"
    wanted = {"requests": size, "base": json.loads((server.VAR / "prepared.json").read_text())}
    if size == SMALL or (stamp.exists() and json.loads(stamp.read_text()) == wanted):
        return
    print(f"Writing {size:,} requests …", flush=True)
    started = time.monotonic()
    code = f"from tests.benchmarks.scale import multiply; multiply({size // SMALL})"
    server.manage("shell", "-v", "0", "-c", code)
    print(f"… took {time.monotonic() - started:.0f} s", flush=True)
    stamp.write_text(json.dumps(wanted))


def multiply(times: int) -> None:
    """Write the requests there are ``times - 1`` times more, with areas and photos. Runs inside Django."""
    from django.db import connection

    from requests_app.actions.mapcells import rebuild_map_cells
    from requests_app.models import Photo, ServiceRequest

    changed = {
        "id": "r.id + c.n * c.step",
        "number": "split_part(r.number, '-', 1) || '-' || (split_part(r.number, '-', 2)::bigint + c.n * c.step + 1000000)",
        "token_hash": "left(r.token_hash, 56) || lpad(to_hex(c.n), 8, '0')",
        "latitude": "r.latitude + (random() - 0.5) * 0.01",
        "longitude": "r.longitude + (random() - 0.5) * 0.01",
    } | {
        name: f"r.{name} - c.n * interval '7 minutes'"
        for name in ("created_at", "acknowledged_at", "first_due_at", "due_at", "closed_at", "updated_at")
    }
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '400MB'")
        cursor.execute("ALTER TABLE requests_app_servicerequest DISABLE TRIGGER request_map_added")
        tables = ["requests_app_servicerequest", "requests_app_servicerequest_areas", "requests_app_photo"]
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [tables],
        )
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
            [tables],
        )
        references = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for table, name, _definition in references:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        copies = (
            "(SELECT n, (SELECT max(id) FROM requests_app_servicerequest) AS step"
            f" FROM generate_series(1, {times - 1}) AS n) AS c"
        )
        fields = [field for field in ServiceRequest._meta.concrete_fields if not field.generated]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(changed.get(str(field.column), f'r."{field.column}"') for field in fields)
        cursor.execute(
            "INSERT INTO requests_app_servicerequest_areas (servicerequest_id, area_id)"
            f" SELECT r.servicerequest_id + c.n * c.step, r.area_id FROM requests_app_servicerequest_areas AS r, {copies}"
        )
        # a redacted copy stands for one photo: copies of it stand for none
        skipped = {"id", "redacts_id"}
        photo = [str(field.column) for field in Photo._meta.concrete_fields if field.column not in skipped]
        own = {"public_id": "left(md5(r.public_id || c.n), 22)", "request_id": "r.request_id + c.n * c.step"}
        cursor.execute(
            f"INSERT INTO requests_app_photo ({', '.join(photo)})"
            f" SELECT {', '.join(own.get(name, 'r.' + name) for name in photo)}"
            f" FROM requests_app_photo AS r, {copies} WHERE r.request_id IS NOT NULL"
        )
        cursor.execute(
            f"INSERT INTO requests_app_servicerequest ({columns})"
            f" SELECT {values} FROM requests_app_servicerequest AS r, {copies}"
        )
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in references:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("ALTER TABLE requests_app_servicerequest ENABLE TRIGGER request_map_added")
        rebuild_map_cells()
        cursor.execute("VACUUM (ANALYZE)")


@contextmanager
def at(size: int, kind: str = "bench") -> Iterator[None]:
    """Let the server's rig work on the database of this size, apart for each kind."""
    before, server.VAR = server.VAR, server.ROOT / "var" / f"{kind}-{size}"
    try:
        yield
    finally:
        server.VAR = before


def _ratios(wanted: list[tuple[str, float, str, tuple[str, ...]]], rounds: int) -> dict[str, float]:
    account = next(each for each in server.prepare(SMALL) if each["role"] == "dispatcher")
    every_column(account["email"])
    with server.running() as (url, pid):
        public, staff = Client(url), Client(url)
        staff.sign_in(account["email"], account["password"])
        cases = [
            Case("floor", "floor", None, page(public, "/floor/", "ok")),
            Case("staff floor", "staff floor", None, page(staff, "/staff-floor/", "ok ")),
        ]
        for name, most, path, needles in wanted:
            inside = path.startswith("/queue/")
            ask: Callable[[], None] = page(staff if inside else public, path, *needles)
            cases.append(Case(name, "staff floor" if inside else "floor", most, ask))
        costs = measure(cases, CpuMeter(lambda: [pid, server.postmaster_pid()]), rounds)

    def ratio(costs: list[Cost]) -> float:
        return statistics.median(cost.page / cost.floor for cost in costs)

    return {name: ratio(each) for name, each in costs.items() if not name.endswith("floor")}


if __name__ == "__main__":
    sys.exit(main())
