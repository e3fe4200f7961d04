"""The image's own start command, with production settings, on loopback."""

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from civic311.postgres.cluster import Cluster

BASE = Path(__file__).resolve().parent.parent.parent
HOST = "311.example.org"
HTTPS = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


def start_command() -> list[str]:
    """The last CMD of the Dockerfile that is an instruction of its own."""
    matches = re.findall(r"^CMD (\[.*\])$", (BASE / "Dockerfile").read_text(), re.MULTILINE)
    command: list[str] = json.loads(matches[-1])
    return command


def dummy_settings() -> dict[str, str]:
    text = (BASE / "deploy" / "production-check").read_text()
    return dict(re.findall(r'^export (\w+)="(.*)"$', text, re.MULTILINE))


def environment(place: Path, port: int, **more: str) -> dict[str, str]:
    keys = {
        **dummy_settings(),
        "SECRET_KEY": "k7Qw-2vXzR9_tYpL4mBn8sJcD1hGfA6uEoWiKxZrVqTgNbMyPd",
        "TRACKING_KEY": "dPyMbNgTqVrZxKiWoEu6AfGh1DcJs8nBm4LpYt_9RzXv2-wQ7k",
    }
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CIVIC311_PROFILE": "production",
        "CIVIC311_VAR": str(place),
        "CIVIC311_DB_ROLE": "web",
        "TRUSTED_PROXY_HOPS": "1",
        "BIND": f"127.0.0.1:{port}",
        **keys,
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def manage(env: dict[str, str], *words: str) -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=BASE, env=env, capture_output=True, text=True, timeout=180
    )
    assert result.returncode == 0, result.stdout + result.stderr


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


def fetch(port: int, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read().decode(errors="replace"))
    finally:
        connection.close()


@pytest.fixture(scope="module")
def site(shared_place: Path) -> Iterator[int]:
    """The port of a site started as the image starts it, with database and city prepared by the owner."""
    port = free_port()
    env = environment(shared_place, port)
    owner = {**env, "CIVIC311_DB_ROLE": "owner"}
    try:
        manage(owner, "migrate", "--noinput", "--verbosity", "0")
        manage(owner, "load_city", "departments/city_packs/baltimore")
        manage(env, "collectstatic", "--noinput", "--verbosity", "0")
        server = subprocess.Popen(start_command(), cwd=BASE, env=env, stderr=subprocess.PIPE, text=True)
        try:
            deadline = time.monotonic() + 60
            while server.poll() is None and time.monotonic() < deadline:
                try:
                    fetch(port, "/healthz")
                    break
                except OSError:
                    time.sleep(0.1)
            if server.poll() is not None:
                assert server.stderr is not None
                pytest.fail(f"the server ended: {server.stderr.read()}")
            yield port
        finally:
            server.terminate()
            server.wait(40)
            if server.stderr:
                server.stderr.close()
    finally:
        Cluster(shared_place / "postgres").remove()


@pytest.mark.slow
def test_image_start_command_serves_health_page_and_static_file(site: int) -> None:
    assert fetch(site, "/healthz").status == 200

    page = fetch(site, "/", HTTPS)
    assert page.status == 200, page.body
    assert page.headers["strict-transport-security"].startswith("max-age=31536000; includeSubDomains")
    assert "default-src 'none'" in page.headers["content-security-policy"]

    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page.body)
    assert stylesheet is not None
    static = fetch(site, stylesheet[1], HTTPS)
    assert static.status == 200
    assert "immutable" in static.headers["cache-control"]

    plain = fetch(site, "/", {"Host": HOST})
    assert (plain.status, plain.headers["location"]) == (301, f"https://{HOST}/")
    assert fetch(site, "/", {**HTTPS, "Host": "evil.example"}).status == 400
    assert fetch(site, "/", HTTPS, method="TRACE").status == 405
    assert fetch(site, "/readyz").status == 503  # no job worker runs here
    assert fetch(site, "/no-such-page/", HTTPS).status == 404


@pytest.mark.slow
def test_site_comes_back_by_itself_when_the_database_was_killed(site: int, shared_place: Path) -> None:
    cluster = Cluster(shared_place / "postgres")
    running = cluster.running()
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)

    statuses = [fetch(site, "/", HTTPS).status for _ in range(20)]

    assert set(statuses) <= {200, 503}
    assert json.loads(fetch(site, "/readyz").body)["checks"]["database"]["ok"] is True
    again = cluster.running()
    assert again is not None
    assert again.pid != running.pid


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "short", "civic311.E002"),
        ("TRACKING_KEY", "", "civic311.E003"),
        ("SITE_URL", "http://311.example.org", "civic311.E004"),
        ("CIVIC311_PROFILE", "demo", "this machine only"),
    ],
)
def test_image_does_not_start_when_set_up_wrongly(place: Path, name: str, value: str, expected: str) -> None:
    env = environment(place, free_port(), BIND="0.0.0.0:0", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    result = subprocess.run(
        start_command(), cwd=BASE, env={**env, name: value}, capture_output=True, text=True, timeout=60
    )
    assert result.returncode != 0
    assert expected in result.stderr + result.stdout, shlex.join(start_command())
