"""The server under test: a fixed seeded city, gunicorn as in production, its own database cluster."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var" / "bench"
PACK = ROOT / "departments" / "city_packs" / "baltimore"
UNTIL = "2026-03-31T18:00:00"
QUARTER = ("2026-01-01", "2026-03-31")


def environment(**extra: str) -> dict[str, str]:
    """The environment of the bench: the demo profile on a cluster of its own."""
    return {
        **os.environ,
        "CIVIC311_PROFILE": "demo",
        "CIVIC311_VAR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        "EMAIL_URL": "dummymail://",
        **extra,
    }


def manage(*arguments: str, **extra: str) -> str:
    """Run a management command against the bench's database and return what it printed."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(
        command, env=environment(**extra), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def prepare(requests: int) -> list[dict[str, str]]:
    """Make the database once for this size; return the demonstration's accounts."""
    VAR.mkdir(parents=True, exist_ok=True)
    stamp = VAR / "prepared.json"
    wanted = {"requests": requests, "until": UNTIL, "code": _fingerprint()}
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        print(f"Preparing {requests:,} requests in {VAR} …", flush=True)
        started = time.monotonic()
        manage("postgres", "remove")
        manage("migrate", "--verbosity", "0")
        manage("collectstatic", "--no-input", "--verbosity", "0")
        manage("load_city", str(PACK))
        manage("make_history", "--requests", str(requests), "--seed", "1", "--until", UNTIL)
        print(f"… took {time.monotonic() - started:.0f} s", flush=True)
        stamp.write_text(json.dumps(wanted))
    accounts: list[dict[str, str]] = json.loads(manage("demo_accounts", "--json"))
    return accounts


def _fingerprint() -> str:
    """Changes with anything that shapes the database."""
    import hashlib

    digest = hashlib.sha256()
    for folder in ("departments", "requests_app", "dashboards"):
        for path in sorted((ROOT / folder).rglob("migrations/*.py")) + sorted(
            (ROOT / folder).rglob("history/*.py")
        ):
            digest.update(path.read_bytes())
    for path in sorted(PACK.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def running() -> Iterator[tuple[str, int]]:
    """Gunicorn with the production settings file; yields its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:civic311.gunicorn", "civic311.wsgi:application"],
        env=environment(BIND=f"127.0.0.1:{port}", SITE_URL=url, CIVIC311_DB_ROLE="web"),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    try:
        _wait(url, process)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the server did not answer within 30 s")


def postmaster_pid() -> int:
    """Process id of the bench cluster's postmaster."""
    pid_files = list(VAR.rglob("postmaster.pid"))
    if not pid_files:
        located = manage("postgres", "status")
        raise SystemExit(f"the bench's database server was not found under {VAR}:\n{located}")
    return int(pid_files[0].read_text().splitlines()[0])
