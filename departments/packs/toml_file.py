"""Reading a pack's TOML files with the line of each value (the standard parser keeps none)."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from departments.packs.problems import Problems

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_ERROR_LINE = re.compile(r"line (\d+)")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple("".join(match) for match in _PART.findall(dotted))


def _indexed(parts: tuple[str, ...], counts: Mapping[str, int]) -> tuple[str, ...]:
    """A header's path with the number of the current entry after every array of tables in it."""
    path: list[str] = []
    for end, part in enumerate(parts, start=1):
        path.append(part)
        name = ".".join(parts[:end])
        if name in counts:
            path.append(str(counts[name]))
    return tuple(path)


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of every table, array entry ("name", "0") and key, by path."""
    found: dict[tuple[str, ...], int] = {}
    counts: dict[str, int] = {}
    table: tuple[str, ...] = ()
    quoted = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quoted:
            quoted = "" if quoted in line else quoted
            continue
        header = _HEADER.match(line)
        key = None if header else _KEY.match(line)
        if header:
            name = ".".join(_parts(header.group(2)))
            if header.group(1) == "[[":
                counts[name] = counts.get(name, -1) + 1
            table = _indexed(_parts(header.group(2)), counts)
            found.setdefault(table, number)
        elif key:
            found.setdefault((*table, *_parts(key.group(1))), number)
            quoted = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return found


class Table:
    """A table of a TOML file; every accessor reports a bad value at its line and returns a harmless one."""

    def __init__(
        self,
        file: str,
        data: Mapping[str, Any],
        path: tuple[str, ...],
        lines: Mapping[tuple[str, ...], int],
        problems: Problems,
    ) -> None:
        self.file = file
        self.data = data
        self.path = path
        self._lines = lines
        self._problems = problems

    @property
    def line(self) -> int:
        """Where the table begins."""
        return self._lines.get(self.path, 1)

    def line_of(self, key: str) -> int:
        """Where a key stands; the table's own line when the key is missing."""
        return self._lines.get((*self.path, key), self.line)

    def problem(self, message: str, key: str = "") -> None:
        """Report a problem of the table or of one of its keys; an empty message is none."""
        if message:
            self._problems.add(self.file, self.line_of(key) if key else self.line, message)

    def only(self, *keys: str) -> None:
        """Report keys that nobody reads: most are typing errors."""
        for key in self.data:
            if key not in keys:
                self.problem(f"{key!r} is unknown here", key)

    def text(self, key: str, *, required: bool = True, default: str = "") -> str:
        """A text."""
        value = self.data.get(key, default)
        if not isinstance(value, str):
            self.problem(f"{key} is not a text", key)
            return default
        if required and not value.strip():
            self.problem(f"{key} is missing or empty", key)
        return value.strip()

    def choice(self, key: str, choices: tuple[str, ...], *, default: str = "") -> str:
        """One of `choices`."""
        value = str(self.data.get(key, default))
        if value not in choices:
            self.problem(f"{key} {value!r} is not one of {', '.join(choices)}", key)
            return default or choices[0]
        return value

    def number(
        self, key: str, *, default: float | None = None, least: float | None = None, most: float | None = None
    ) -> float:
        """A number within the limits given."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(f"{key} is missing" if value is None else f"{key} {value!r} is not a number", key)
            return default or 0.0
        if (least is not None and value < least) or (most is not None and value > most):
            self.problem(f"{key} {value!r} lies outside {least} to {most}", key)
        return float(value)

    def yes(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            self.problem(f"{key} is neither true nor false", key)
            return default
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(f"{key} is not a list of texts", key)
            return ()
        if required and not value:
            self.problem(f"{key} is missing or empty", key)
        return tuple(value)

    def numbers(self, key: str, length: int) -> tuple[float, ...]:
        """A list of exactly `length` numbers."""
        value = self.data.get(key)
        if (
            not isinstance(value, list)
            or len(value) != length
            or not all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
        ):
            self.problem(f"{key} is not a list of {length} numbers", key)
            return (1.0,) * length
        return tuple(float(item) for item in value)

    def text_map(self, key: str) -> dict[str, str]:
        """A table of texts."""
        value = self.data.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            self.problem(f"{key} is not a table of texts", key)
            return {}
        return dict(value)

    def table(self, key: str) -> "Table":
        """A table within; empty when it is missing."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.problem(f"{key} is not a table", key)
            value = {}
        return Table(self.file, value, (*self.path, key), self._lines, self._problems)

    def tables(self, key: str) -> Iterator["Table"]:
        """An array of tables ([[key]]); none when it is missing."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem(f"{key} is not a list of tables", key)
            return
        for index, item in enumerate(value):
            yield Table(self.file, item, (*self.path, key, str(index)), self._lines, self._problems)


def read_toml(folder: Path, file: str, problems: Problems, *, required: bool = True) -> Table | None:
    """The root table of a file; None (and a problem, unless it may be absent) when it can't be read."""
    path = folder / file
    if not path.is_file():
        if required:
            problems.add(file, 0, "the file is missing")
        return None
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        problems.add(file, 0, f"the file is not UTF-8 (byte {error.start})")
        return None
    except tomllib.TOMLDecodeError as error:
        place = _ERROR_LINE.search(str(error))
        problems.add(
            file, int(place.group(1)) if place else len(text.splitlines()), f"not valid TOML: {error}"
        )
        return None
    return Table(file, data, (), _lines(text), problems)
