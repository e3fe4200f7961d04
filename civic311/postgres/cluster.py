"""One embedded PostgreSQL 18 cluster: created, started, found, stopped."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from civic311.postgres import system
from civic311.postgres.system import EmbeddedPostgresError

SUPERUSER = "postgres"
# Crash recovery after a power cut replays the log first and may take minutes on a slow disk.
START_TIMEOUT_S = 300
START_ATTEMPTS = 5

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    # Short queries of many visitors: one core each, no compilation, no need for a large /dev/shm.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "log_min_messages": "warning",
    # Statements and the DETAIL of an error hold what residents wrote: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Test databases are thrown away; durability would only make them slow.
TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


# Tests make databases, look through the eyes of web and worker, and empty tables that refuse it.
TEST_RIGHTS = b"""
ALTER ROLE civic311_owner CREATEDB;
GRANT civic311_web, civic311_worker TO civic311_owner WITH INHERIT FALSE, SET TRUE;
GRANT SET ON PARAMETER session_replication_role TO civic311_owner;
"""


@cache
def _rights(for_tests: bool) -> bytes:
    roles = Path(__file__).with_name("roles.sql").read_bytes()
    return roles + TEST_RIGHTS if for_tests else roles


@dataclass(frozen=True, slots=True)
class Running:
    """A server that accepts connections: process id and folder of its socket."""

    pid: int
    socket_folder: Path


@dataclass(frozen=True)
class Cluster:
    """The cluster in the folder ``wanted_home``; any number of processes may ask for it at once."""

    wanted_home: Path
    for_tests: bool = False

    @cached_property
    def home(self) -> Path:
        """The folder that holds data, socket and log: the wanted one, or root's own place.

        As root the server runs under an account of its own, which may not be able to pass through the
        folders above the project (``/root``). They keep their permissions; the data moves.
        """
        wanted = self.wanted_home.absolute()
        account = system.server_account()
        if account is None or system.may_reach(wanted.parent, account):
            return wanted
        return system.ROOT_HOME / f"{wanted.name}-{system.short_hash(wanted)}"

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.home / "server.log"

    @property
    def lock(self) -> Path:
        """The file whose lock lets one process at a time create, start or stop the server."""
        return self.wanted_home.with_name(self.wanted_home.name + ".lock")

    def running(self) -> Running | None:
        """The server when it is ready, found without asking it anything (about 0.1 ms).

        After a crash the files say "ready" for ever, hence the knock at the socket.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{self.home} belongs to another user. Run as the user who started the database first, "
                "or set DATABASE_URL."
            ) from error
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        folder = Path(lines[4])
        with socket.socket(socket.AF_UNIX) as knock:
            try:
                knock.connect(str(folder / system.SOCKET_NAME))
            except BlockingIOError:
                pass  # a full backlog is a running server
            except OSError:
                return None
        return Running(int(lines[0]), folder)

    def ensure(self, database: str) -> Path:
        """Start the server unless it runs, create ``database`` unless it exists; return the socket's folder.

        Raises EmbeddedPostgresError with a hint when that is not possible.
        """
        running = self.running()
        if running is not None and self._marker(database).exists():
            return running.socket_folder
        with system.locked(self.lock):
            running = self.running() or self._start()
            if not self._marker(database).exists():
                self._create_database(running, database)
        return running.socket_folder

    def stop(self) -> bool:
        """Stop the server, cutting its connections; False when none was running."""
        with system.locked(self.lock):
            if not (self.data / "postmaster.pid").exists():
                return False
            account = system.server_account()
            pg_ctl = system.binaries(account) / "pg_ctl"
            command = [str(pg_ctl), "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60"]
            return system.run(command, account, timeout_s=90).returncode == 0

    def remove(self) -> None:
        """Stop the server and delete its data for good."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        self.lock.unlink(missing_ok=True)

    def _marker(self, database: str) -> Path:
        """The file that says: ``database`` exists, with roles and rights as they are now."""
        return self.home / f"created-{database}-{hashlib.sha256(_rights(self.for_tests)).hexdigest()[:8]}"

    def _start(self) -> Running:
        account = system.server_account()
        if self.home != self.wanted_home.absolute():
            system.make_root_home()
        system.private_folder(self.home, account)
        bin_folder = system.binaries(account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(bin_folder)
        sockets = system.socket_folder(self.home, account)
        settings = {**SERVER_SETTINGS, **(TEST_SETTINGS if self.for_tests else {})}
        settings["unix_socket_directories"] = str(sockets)
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        command = [
            *(str(bin_folder / "pg_ctl"), "start", "-w", "-t", str(START_TIMEOUT_S)),
            *("-D", str(self.data), "-l", str(self.log), "-o", options),
        ]
        for attempt in range(START_ATTEMPTS):
            self._drop_stale_pid_file()
            result = system.run(command, account, timeout_s=START_TIMEOUT_S + 30)
            running = self.running()
            if running is not None:
                return running
            # The children of a killed server hold its shared memory for a moment longer.
            time.sleep(0.5 * (attempt + 1))
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL did not start: {result.stdout.strip()[-400:]}\n"
            f"{self._log_end()}\nThe log is {self.log}."
        )

    def _initialise(self, bin_folder: Path) -> None:
        """Create the data directory: checksums, UTF-8, and a sort order that no system update changes.

        It is made beside and renamed, so that an interrupted attempt leaves nothing half done.
        """
        account = system.server_account()
        partial = self.home / "data.new"
        shutil.rmtree(partial, ignore_errors=True)
        command = [
            *(str(bin_folder / "initdb"), "-D", str(partial), "-U", SUPERUSER, "--auth=trust"),
            *("--data-checksums", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", *(["--no-sync"] if self.for_tests else [])),
        ]
        result = system.run(command, account, timeout_s=START_TIMEOUT_S)
        if result.returncode != 0:
            raise EmbeddedPostgresError(f"initdb failed: {result.stdout.strip()[-800:]}")
        for marker in self.home.glob("created-*"):
            marker.unlink()
        partial.rename(self.data)

    def _drop_stale_pid_file(self) -> None:
        """Remove a ``postmaster.pid`` whose number now belongs to some other program.

        PostgreSQL itself drops the file when no such process exists, but takes any process of the same
        user for its own: the rule rather than the exception after a restart of a container.
        """
        import psutil

        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
            words = psutil.Process(pid).cmdline()
        except (FileNotFoundError, ValueError, psutil.Error):
            return
        if str(self.data) not in words:
            pid_file.unlink(missing_ok=True)

    def _create_database(self, running: Running, database: str) -> None:
        """Create roles, rights and ``database``; each step may have been done before."""
        import psycopg
        from psycopg import sql

        def connect(name: str) -> psycopg.Connection:
            return psycopg.connect(
                host=str(running.socket_folder), user=SUPERUSER, dbname=name, autocommit=True
            )

        with connect("template1") as connection:
            connection.execute(_rights(self.for_tests))
        with connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER civic311_owner").format(sql.Identifier(database))
                )
        with connect(database) as connection:
            connection.execute(_rights(self.for_tests))
        self._marker(database).touch(mode=0o600)

    def _log_end(self) -> str:
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
        return ""
