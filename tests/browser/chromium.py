"""Which browser is driven, and how it is started."""

from __future__ import annotations

import os
import shutil
from typing import Any

UNWANTED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
"""What the browser does beside showing a page. The last two are pages of its own behind each address bar, a third of the
cost of opening a window; the others are what Playwright turns off, too, whose list this one takes the place of."""
FLAGS = (
    f"--disable-features={','.join(UNWANTED)}",
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
