"""What ``make run`` calls: prepares, serves, says how to sign in, and stops cleanly."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError, call_command

from civic311.postgres.cluster import Cluster

BASE = Path(__file__).resolve().parent.parent.parent
DEADLINE_S = 180


def start(place: Path, port: int) -> subprocess.Popen[str]:
    env = {**os.environ, "CIVIC311_PROFILE": "demo", "CIVIC311_VAR": str(place), "PYTHONUNBUFFERED": "1"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", "run_demo", "--port", str(port), "--requests", "60"]
    with (place / "output").open("a") as output:
        return subprocess.Popen(
            command, cwd=BASE, env=env, stdout=output, stderr=subprocess.STDOUT, text=True
        )


def answers(port: int) -> bool:
    try:
        return fetch(port, "/healthz")[0] == 200
    except OSError:
        return False


@pytest.fixture
def demo(place: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(place, port)
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(40)
        Cluster(place / "postgres").remove()


def fetch(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def still_running(processes: list[psutil.Process], *, within_s: float) -> list[psutil.Process]:
    """Those that have not ended; one that has, and only waits for its new parent to notice, is none of them."""
    left = psutil.wait_procs(processes, timeout=within_s)[1]
    return [process for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
def test_demo_serves_says_how_to_sign_in_and_stops_cleanly(
    demo: tuple[subprocess.Popen[str], int], place: Path
) -> None:
    process, port = demo
    output = place / "output"
    deadline = time.monotonic() + DEADLINE_S
    while "Sign in at" not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.2)

    answer = json.loads((place / "demo.json").read_text())
    assert answer["url"] == f"http://127.0.0.1:{port}"
    roles = {account["role"] for account in answer["accounts"]}
    assert {"dispatcher", "operator", "crew", "manager", "administrator"} <= roles
    assert set(answer["accounts"][0]) == {"role", "email", "password", "department"}
    status, page = fetch(port, "/")
    assert (status, "Demonstration with invented reports" in page) == (200, True)
    while fetch(port, "/readyz")[0] != 200:  # the job worker reports a moment after its start
        assert time.monotonic() < deadline, fetch(port, "/readyz")
        time.sleep(0.2)

    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    # Python's own tracker of shared resources ends a moment after the process it serves.
    assert still_running(children, within_s=10) == []
    assert "Stopped." in output.read_text()

    # The second start finds all in place; killed without a word, it leaves nobody behind.
    again = start(place, port)
    started = time.monotonic()
    while not answers(port):
        assert again.poll() is None, output.read_text()
        assert time.monotonic() < started + 30
        time.sleep(0.1)
    children = psutil.Process(again.pid).children(recursive=True)
    again.kill()
    again.wait(10)
    assert still_running(children, within_s=60) == []


def test_demo_needs_the_demo_profile() -> None:
    with pytest.raises(CommandError, match="CIVIC311_PROFILE=demo"):
        call_command("run_demo")
