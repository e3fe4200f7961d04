"""Mistakes in a city pack: collected, never only the first, each with the file and the line to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, order=True)
class PackProblem:
    """One mistake. `file` is relative to the pack's folder, `line` counts from 1 (0: the file as a whole)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class PackError(Exception):
    """The pack can't be used; `problems` says why, in the order of files and lines."""

    def __init__(self, problems: tuple[PackProblem, ...]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects problems while a pack is read."""

    def __init__(self) -> None:
        self._found: list[PackProblem] = []

    def add(self, file: str, line: int, message: str) -> None:
        """Remember one problem; the same one twice is kept once."""
        problem = PackProblem(file, line, message)
        if problem not in self._found:
            self._found.append(problem)

    def raise_if_any(self) -> None:
        """Raises PackError when anything was found."""
        if self._found:
            raise PackError(tuple(self._found))


class _Named(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def line(self) -> int: ...


def report_repeats(file: str, items: Iterable[_Named], problems: Problems) -> None:
    """Report every slug that stands twice."""
    first: dict[str, int] = {}
    for item in items:
        if item.slug in first:
            problems.add(file, item.line, f"{item.slug!r} stands already in line {first[item.slug]}")
        first.setdefault(item.slug, item.line)
