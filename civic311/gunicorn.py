"""How gunicorn serves the site: ``gunicorn -c python:civic311.gunicorn civic311.wsgi:application``.

Environment: ``BIND`` (127.0.0.1:8311), ``WEB_CONCURRENCY`` (processes, 2), ``WEB_THREADS`` (threads of each, 4).
"""

from __future__ import annotations

import gc
import ipaddress
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8311")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))

# The application is loaded once and shared by the processes. Nothing connects while it loads, and
# on_starting closes what the checks opened: a connection must not be shared across a fork.
preload_app = True

# A worker that cannot touch its file is killed: on a busy disk that must not be the disk's fault.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
timeout = 60
graceful_timeout = 30
keepalive = 5
# Memory that libraries lose over weeks comes back; not all workers at the same moment.
max_requests = 5000
max_requests_jitter = 500

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# Paths hold tracking tokens: the proxy keeps the access log, with the tokens masked.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")
control_socket_disable = True


def _is_loopback(address: str) -> bool:
    if address.startswith("unix:"):
        return True
    host = address.rsplit(":", 1)[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def on_starting(server: Any) -> None:
    """Refuse to start a demonstration that others could reach, and a production that is set up wrongly.

    Raises SystemExit; the reasons are on the error stream.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError
    from django.db import connections

    if settings.PROFILE != "production":
        if not all(_is_loopback(address) for address in server.cfg.bind):
            raise SystemExit(
                "The demo profile answers to this machine only: BIND must be a loopback address."
            )
        return
    try:
        call_command("check", deploy=True, databases=["default"])
    except SystemCheckError as error:
        raise SystemExit(f"Not started: {error}") from error
    finally:
        connections.close_all()


def pre_fork(server: Any, worker: Any) -> None:
    """Take what the application loaded out of the garbage collector's rounds.

    It never becomes garbage, scanning it costs a tenth of a page, and touching it would unshare its memory. A page's
    own objects die with it, so the collector may look for circles less often than its default of 700.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
