"""Small process-wide caches for data that changes by hand: rules, calendars, areas.

A cached value may be some seconds old in another process; nothing that decides about rights is cached.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_registry: list["Cached[object]"] = []


class Cached(Generic[T]):
    """Calls ``load`` at most once in ``seconds`` per process; `forget` makes the next reader load again."""

    def __init__(self, load: Callable[[], T], seconds: float) -> None:
        self._load = load
        self._seconds = seconds
        self._lock = threading.Lock()
        self._entry: tuple[float, T] | None = None
        _registry.append(self)  # type: ignore[arg-type]

    def __call__(self) -> T:
        entry = self._entry
        if entry is not None and time.monotonic() - entry[0] < self._seconds:
            return entry[1]
        with self._lock:
            entry = self._entry
            if entry is None or time.monotonic() - entry[0] >= self._seconds:
                entry = (time.monotonic(), self._load())
                self._entry = entry
        return entry[1]

    def forget(self) -> None:
        self._entry = None


def cached(seconds: float) -> Callable[[Callable[[], T]], Cached[T]]:
    """Decorate a loader without arguments."""

    def wrap(load: Callable[[], T]) -> Cached[T]:
        return Cached(load, seconds)

    return wrap


def forget_all() -> None:
    """Drop every cached value of this process (after loading a city, and between tests)."""
    for entry in _registry:
        entry.forget()
