"""Collecting static files only when one of them changed."""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """A hash over path, size and time of every static file of the project and its apps."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_when_changed() -> bool:
    """Run ``collectstatic`` unless the collected files are those of now; whether it ran.

    One process at a time: parallel test runs share the folder.
    """
    root = Path(str(settings.STATIC_ROOT))
    root.parent.mkdir(parents=True, exist_ok=True)
    stamp = root.with_name(root.name + ".stamp")
    with root.with_name(root.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = fingerprint()
        if (root / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == now:
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now)
    return True
