"""The embedded server: one for many processes, back after a crash, closed to others."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from civic311.postgres import system
from civic311.postgres.cluster import Cluster
from civic311.postgres.system import SOCKET_PATH_LIMIT, EmbeddedPostgresError, private_folder

BASE = Path(__file__).resolve().parent.parent.parent
DATABASE = "civic311_trial"
ENSURE = (
    "import sys; from pathlib import Path; from civic311.postgres.cluster import Cluster;"
    "c = Cluster(Path(sys.argv[1]), for_tests=True); f = c.ensure('civic311_trial');"
    "print(c.running().pid, f)"
)


@pytest.fixture
def make_cluster(place: Path) -> Iterator[Callable[..., Cluster]]:
    made: list[Cluster] = []

    def make(name: str = "postgres", *, for_tests: bool = True) -> Cluster:
        made.append(Cluster(place / name, for_tests=for_tests))
        return made[-1]

    yield make
    for cluster in made:
        cluster.remove()


def ask(cluster: Cluster, query: str, *, user: str = "civic311_owner", database: str = DATABASE) -> object:
    running = cluster.running()
    assert running is not None
    with psycopg.connect(host=str(running.socket_folder), user=user, dbname=database) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def ensure_in_process(home: Path) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", ENSURE, str(home)],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return result.stdout.split()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.slow
def test_six_processes_at_once_start_one_server(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster()
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(ensure_in_process, [cluster.wanted_home] * 6))
    assert len({tuple(answer) for answer in answers}) == 1
    running = cluster.running()
    assert running is not None
    assert answers[0][0] == str(running.pid)


def test_killed_server_is_started_again_with_its_rows(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(for_tests=False)
    cluster.ensure(DATABASE)
    running = cluster.running()
    assert running is not None
    with psycopg.connect(
        host=str(running.socket_folder), user="civic311_owner", dbname=DATABASE
    ) as connection:
        connection.execute("CREATE TABLE report AS SELECT 42 AS number")
    os.kill(running.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cluster.running() is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert cluster.running() is None

    cluster.ensure(DATABASE)

    again = cluster.running()
    assert again is not None
    assert again.pid != running.pid
    assert ask(cluster, "SELECT number FROM report") == 42


def test_pid_file_naming_another_program_does_not_stop_the_start(
    make_cluster: Callable[..., Cluster],
) -> None:
    cluster = make_cluster()
    cluster.ensure(DATABASE)
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    assert cluster.stop()
    bystander = subprocess.Popen(["sleep", "60"], user=cluster.data.stat().st_uid)
    try:
        pid_file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        cluster.ensure(DATABASE)
        assert cluster.running() is not None
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


HEEDS_INTERRUPT = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A shell's background jobs ignore interrupts, and so do their children until they say otherwise."""


def test_server_survives_the_interrupt_of_the_process_group_that_started_it(
    make_cluster: Callable[..., Cluster],
) -> None:
    cluster = make_cluster()
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{HEEDS_INTERRUPT}; {ENSURE}; import time; time.sleep(60)",
            str(cluster.wanted_home),
        ],
        cwd=BASE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert starter.stdout is not None
    pid = int(starter.stdout.readline().split()[0])
    os.killpg(starter.pid, signal.SIGINT)
    starter.wait(10)
    starter.stdout.close()
    assert not is_gone(pid)
    assert ask(cluster, "SELECT 1") == 1


def test_server_listens_on_a_private_socket_only(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster()
    folder = cluster.ensure(DATABASE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700
    assert ask(cluster, "SHOW listen_addresses") == ""


def test_production_cluster_is_durable_and_its_order_fixed(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(for_tests=False)
    cluster.ensure(DATABASE)
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert ask(cluster, f"SHOW {setting}") == "on", setting
    assert ask(cluster, "SHOW server_encoding") == "UTF8"
    assert ask(cluster, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert ask(cluster, "SELECT upper('ñandú')") == "ÑANDÚ"


def test_long_path_gets_a_short_private_socket(make_cluster: Callable[..., Cluster], place: Path) -> None:
    deep = place / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    cluster = make_cluster(f"{deep.relative_to(place)}/postgres")
    folder = cluster.ensure(DATABASE)
    try:
        assert len(str(folder)) < SOCKET_PATH_LIMIT
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(cluster, "SELECT 1") == 1
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def test_second_look_at_a_running_server_is_cheap(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster()
    cluster.ensure(DATABASE)
    started = time.process_time()
    for _ in range(50):
        cluster.ensure(DATABASE)
    assert (time.process_time() - started) / 50 < 0.005


def test_stop_is_told_apart_from_not_running(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster()
    assert cluster.stop() is False
    cluster.ensure(DATABASE)
    assert cluster.stop() is True
    assert cluster.running() is None


def test_folder_of_another_user_is_refused(place: Path) -> None:
    folder = place / "taken"
    folder.mkdir()
    (folder / "file").touch()
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(folder, 65534, 65534)
    with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        private_folder(folder, pwd.getpwnam("root"))


def test_plain_user_runs_a_server_of_their_own(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("this user is a plain one already")
    nobody = pwd.getpwnam("nobody")
    home = place / "theirs"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    # The interpreter itself may lie in a folder closed to others: load all, then become the other user.
    become = (
        "import os, psutil, psycopg, encodings.idna, civic311.postgres.cluster;"
        f"os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid});"
    )
    script = become + ENSURE + "; print(os.stat(c.data).st_uid); c.remove()"
    result = subprocess.run(
        [sys.executable, "-c", script, str(home / "postgres")],
        cwd=BASE,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if "Permission denied" in result.stderr and "initdb" in result.stderr:
        pytest.skip("the virtual environment is closed to other users")
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[-1] == str(nobody.pw_uid)


def test_project_under_a_closed_folder_gets_a_place_of_its_own(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("a plain user has no need of it")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "var" / "postgres", for_tests=True)
    try:
        cluster.ensure(DATABASE)
        assert ask(cluster, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert not cluster.home.is_relative_to(place)
    finally:
        cluster.remove()
    assert not cluster.home.exists()


@pytest.mark.django_db
def test_command_tells_where_the_server_is(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("postgres", "status")
    assert "Running as process" in capsys.readouterr().out
    call_command("postgres", "url")
    url = capsys.readouterr().out.strip()
    with psycopg.connect(url) as outside:
        row = outside.execute("SELECT current_user").fetchone()
    assert row == ("civic311_owner",)


def test_programs_closed_to_the_server_are_copied(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("a plain user reads their own programs")
    monkeypatch.setattr(system, "ROOT_HOME", place / "root")
    monkeypatch.setattr(system, "may_reach", lambda path, account: "site-packages" not in path.parts)
    folder = system.binaries(system.server_account())
    assert folder.is_relative_to(place / "root")
    version = system.run([str(folder / "postgres"), "--version"], system.server_account(), timeout_s=20)
    assert version.stdout.startswith("postgres (PostgreSQL) 18")
    initdb = system.run([str(folder / "initdb"), "--version"], system.server_account(), timeout_s=20)
    assert initdb.stdout.startswith("initdb (PostgreSQL) 18"), initdb.stdout
    assert system.binaries(system.server_account()) == folder
