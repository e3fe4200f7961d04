"""Which browser is driven, and how it is started."""

from __future__ import annotations

import os
import shutil
from typing import Any

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str | None:
    """The browser named by CHROMIUM, or one of this machine; None where there is none."""
    named = os.environ.get("CHROMIUM", "")
    for candidate in (named, "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


def launch_args() -> dict[str, Any]:
    """Arguments of the launch; as root it cannot have its own sandbox."""
    return {"executable_path": path(), "args": [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]}
