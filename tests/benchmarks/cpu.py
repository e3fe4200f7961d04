"""CPU time of a group of processes, from the kernel's own accounts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import psutil

NS = 1e-9


class CpuMeter:
    """Seconds of CPU used by the processes below some roots, children that ended included.

    Living threads are read from ``schedstat`` (nanoseconds), ended children from the parent's account (ticks).
    """

    def __init__(self, roots: Callable[[], list[int]]) -> None:
        self._roots = roots

    def read(self) -> float:
        """The total so far."""
        total = 0.0
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                times = process.cpu_times()
                total += times.children_user + times.children_system
                for thread in Path(f"/proc/{process.pid}/task").iterdir():
                    total += int((thread / "schedstat").read_text().split()[0]) * NS
        return total

    def _family(self) -> list[psutil.Process]:
        family = {}
        for pid in self._roots():
            with contextlib.suppress(psutil.NoSuchProcess):
                root = psutil.Process(pid)
                family[pid] = root
                family |= {child.pid: child for child in root.children(recursive=True)}
        return list(family.values())
