"""Compiled translations: ``.po`` files are what people edit and commit, ``.mo`` files are made from them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib

DOMAIN = "django.po"


def po_files(folders: Iterable[Path | str]) -> list[Path]:
    """The ``.po`` files of these locale folders, one for each language."""
    return sorted(path for folder in folders for path in Path(folder).glob(f"*/LC_MESSAGES/{DOMAIN}"))


def stale(folders: Iterable[Path | str]) -> list[Path]:
    """The ``.po`` files whose ``.mo`` is missing or older."""
    found = []
    for po in po_files(folders):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
            found.append(po)
    return found


def compile_stale(folders: Iterable[Path | str]) -> list[Path]:
    """Write the ``.mo`` files that are missing or older than their ``.po``; which those were.

    Each is replaced in one step, so that several processes may do it at once. Fuzzy and unfinished texts are left out
    and appear in English. Raises OSError when a ``.po`` cannot be read.
    """
    written = []
    for po in stale(folders):
        write_mo(polib.pofile(str(po)), po.with_suffix(".mo"))
        written.append(po)
    return written


def write_mo(catalogue: polib.POFile, path: Path) -> None:
    """Write a compiled catalogue in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".mo", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(catalogue.to_binary())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
