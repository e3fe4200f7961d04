"""``manage.py postgres start|stop|status|url|psql|remove``: the embedded database server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from civic311.postgres import EmbeddedPostgresError
from civic311.postgres.cluster import Cluster
from civic311.postgres.system import binaries, server_account

ACTIONS = ("start", "stop", "status", "url", "psql", "remove")


class Command(BaseCommand):
    """Manage the embedded PostgreSQL; every other command starts it by itself when it is needed."""

    help = "Start, stop or inspect the embedded PostgreSQL server (not used with DATABASE_URL)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: what to do."""
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("psql_arguments", nargs="*", help="passed to psql, after --")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError where DATABASE_URL is set or the server does not start."""
        embedded = connection.settings_dict.get("EMBEDDED")
        if not embedded:
            raise CommandError("DATABASE_URL is set: the server is not ours to manage.")
        cluster = Cluster(Path(embedded["home"]), for_tests=embedded["for_tests"])
        try:
            self._act(options["action"], cluster, embedded["database"], options["psql_arguments"])
        except EmbeddedPostgresError as error:
            raise CommandError(str(error)) from error

    def _act(self, action: str, cluster: Cluster, database: str, psql_arguments: list[str]) -> None:
        if action == "start":
            self.stdout.write(f"Running. Socket in {cluster.ensure(database)}")
        elif action == "stop":
            self.stdout.write("Stopped." if cluster.stop() else "Was not running.")
        elif action == "remove":
            cluster.remove()
            self.stdout.write(f"Removed {cluster.home}")
        elif action == "status":
            running = cluster.running()
            if running is None:
                raise CommandError("Not running.", returncode=3)
            self.stdout.write(f"Running as process {running.pid}. Data in {cluster.data}")
        else:
            user = connection.settings_dict["USER"]
            url = f"postgresql://{user}@/{database}?host={cluster.ensure(database)}"
            if action == "url":
                self.stdout.write(url)
                return
            psql = str(binaries(server_account()) / "psql")
            os.execv(psql, [psql, url, *psql_arguments])  # noqa: S606 (the program of our own package)
