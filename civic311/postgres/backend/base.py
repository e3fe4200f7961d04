"""Django's PostgreSQL backend, which sees to it that the embedded server runs before it connects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from civic311.postgres.cluster import Cluster
from civic311.postgres.system import EmbeddedPostgresError


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the server on first use, and again after it was killed: a connection is all it takes.

    Also reached by the job worker, which asks for the connection's parameters and connects by itself.
    """

    def get_connection_params(self) -> dict[str, Any]:
        embedded = self.settings_dict["EMBEDDED"]
        cluster = Cluster(Path(embedded["home"]), for_tests=embedded["for_tests"])
        try:
            socket_folder = cluster.ensure(embedded["database"])
        except EmbeddedPostgresError as error:
            raise OperationalError(str(error)) from error
        params: dict[str, Any] = super().get_connection_params()
        return {**params, "host": str(socket_folder)}
