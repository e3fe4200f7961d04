"""The container's health check: ``/healthz`` of the server at ``BIND``; exit code 0 when it answers."""

import os
import sys
import urllib.request

port = os.environ.get("BIND", "127.0.0.1:8000").rsplit(":", 1)[1]
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except OSError:
    sys.exit(1)
