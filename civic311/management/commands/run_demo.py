"""``manage.py run_demo``: prepare the demonstration city and serve it; what ``make run`` calls."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from civic311.lib.staticfiles import collect_when_changed
from civic311.lib.texts import compile_stale

HOST = "127.0.0.1"
STOP_TIMEOUT_S = 20
START_TIMEOUT_S = 60
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    """Prepare database, static files and city, then run web server and job worker until Ctrl-C."""

    help = "Prepare the demonstration and serve it on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to serve, and which city."""
        parser.add_argument("--port", type=int, default=8311)
        parser.add_argument("--city", type=Path, default=Path("departments/city_packs/baltimore"))
        parser.add_argument("--requests", type=int, default=30_000, help="size of the invented history")
        parser.add_argument("--prepare-only", action="store_true", help="stop before serving")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped. Raises CommandError when a step or one of the two processes fails."""
        if settings.PROFILE != "demo":
            raise CommandError("Set CIVIC311_PROFILE=demo: this command makes accounts with known passwords.")
        port: int = options["port"]
        url = f"http://{HOST}:{port}"
        if not options["prepare_only"] and _is_taken(port):
            raise CommandError(
                f"Port {port} is taken. Stop what runs there, or choose another: make run PORT=8312"
            )
        accounts = self._prepare(options["city"], options["requests"])
        demo_file = Path(settings.VAR_DIR) / "demo.json"
        demo_file.write_text(json.dumps({"url": url, "accounts": accounts}, indent=2) + "\n")
        demo_file.chmod(0o600)
        if options["prepare_only"]:
            return
        connections.close_all()
        self._serve(url, port, accounts)

    def _prepare(self, city: Path, requests: int) -> list[dict[str, str]]:
        self._step("Database")
        connection.ensure_connection()
        self._step("Tables")
        call_command("migrate", verbosity=0, interactive=False)
        self._step("Translations")
        compile_stale(settings.LOCALE_PATHS)
        self._step("Static files")
        collect_when_changed()
        self._step(f"City ({city.name})")
        call_command("load_city", str(city), stdout=StringIO())
        if not _has_requests():
            self._step(f"History ({requests:,} invented requests; once, about a minute)")
            call_command("make_history", requests=requests, seed=1)
        self._step("Accounts")
        output = StringIO()
        call_command("demo_accounts", json=True, stdout=output)
        accounts: list[dict[str, str]] = json.loads(output.getvalue())
        return accounts

    def _step(self, words: str) -> None:
        self.stdout.write(f"  {self.style.SUCCESS('▸')} {words}")
        self.stdout.flush()

    def _serve(self, url: str, port: int, accounts: list[dict[str, str]]) -> None:
        gunicorn = ["gunicorn", "-c", "python:civic311.gunicorn", "civic311.wsgi:application"]
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        stopping = False

        def stop(number: int, frame: FrameType | None) -> None:
            nonlocal stopping
            stopping = True

        previous = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
        children = {
            "web server": _start(["-m", *gunicorn], role="web", port=port, url=url),
            "job worker": _start([manage, "procrastinate", "worker"], role="worker", port=port, url=url),
        }
        try:
            self._wait_for(url, children, lambda: stopping)
            if not stopping:
                self._announce(url, accounts)
            while not stopping:
                for name, child in children.items():
                    if child.poll() is not None:
                        raise CommandError(f"The {name} ended with code {child.returncode}; stopping.")
                time.sleep(0.2)
            self.stdout.write("\nStopping …")
        finally:
            _stop(list(children.values()))
            for number, handler in previous.items():
                signal.signal(number, handler)
        self.stdout.write("Stopped. The database server stays for the next start; `make clean` removes it.")

    def _wait_for(self, url: str, children: dict[str, subprocess.Popen[bytes]], stopping: Any) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not stopping():
            for name, child in children.items():
                if child.poll() is not None:
                    raise CommandError(f"The {name} did not start (code {child.returncode}).")
            try:
                with urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 (our own address)
                    return
            except (urllib.error.URLError, OSError):
                if time.monotonic() > deadline:
                    raise CommandError(f"The web server did not answer within {START_TIMEOUT_S} s.") from None
            time.sleep(0.1)

    def _announce(self, url: str, accounts: list[dict[str, str]]) -> None:
        columns = ("role", "department", "email", "password")
        rows = [columns, *(tuple(str(account.get(name) or "") for name in columns) for account in accounts)]
        widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        ]
        self.stdout.write(f"\n  {self.style.MIGRATE_HEADING(url)}   (Ctrl-C stops it)\n\n")
        self.stdout.write(f"  Sign in at {url}/accounts/login/ as\n")
        for index, line in enumerate(lines):
            self.stdout.write("    " + (self.style.MIGRATE_LABEL(line) if index == 0 else line).rstrip())
        self.stdout.write("")
        self.stdout.flush()


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _has_requests() -> bool:
    from requests_app.models import ServiceRequest

    return bool(ServiceRequest.objects.exists())


def _start(arguments: list[str], *, role: str, port: int, url: str) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C at the terminal reaches us, and we stop it in order."""
    environment = {**os.environ, "CIVIC311_DB_ROLE": role, "BIND": f"{HOST}:{port}", "SITE_URL": url}
    return subprocess.Popen(  # noqa: S603 (fixed words)
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # what matters to a reader is on the error stream
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """In the child: be told to stop even when the parent was killed and could not say so."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, int(signal.SIGTERM))


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
