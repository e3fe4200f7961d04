"""Reading a pack's CSV files row by row, with the line of each row and readable conversions."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from departments.packs.problems import Problems

_YES = {"yes": True, "no": False}


class Row:
    """One row of a table; every accessor reports a bad cell and returns a harmless value."""

    def __init__(self, file: str, line: int, cells: dict[str, str], problems: Problems) -> None:
        self.file = file
        self.line = line
        self._cells = cells
        self._problems = problems

    def problem(self, message: str) -> None:
        """Report a problem of this row; an empty message is none."""
        if message:
            self._problems.add(self.file, self.line, message)

    def text(self, column: str, *, required: bool = True) -> str:
        """The trimmed cell."""
        value = self._cells.get(column, "")
        if required and not value:
            self.problem(f"{column} is empty")
        return value

    def words(self, column: str) -> tuple[str, ...]:
        """A cell split at "|", without empty parts."""
        return tuple(part.strip() for part in self.text(column, required=False).split("|") if part.strip())

    def choice(self, column: str, choices: tuple[str, ...], *, default: str = "") -> str:
        """One of `choices`; an empty cell takes the default where there is one."""
        value = self._cells.get(column, "") or default
        if value not in choices:
            self.problem(f"{column} {value!r} is not one of {', '.join(choices)}")
            return default or choices[0]
        return value

    def yes(self, column: str) -> bool:
        """A yes/no cell."""
        value = self._cells.get(column, "")
        if value not in _YES:
            self.problem(f"{column} {value!r} is neither yes nor no")
        return _YES.get(value, False)

    def whole(self, column: str, *, least: int = 0) -> int | None:
        """A whole number of at least `least`, None when empty."""
        value = self._cells.get(column, "")
        if not value:
            return None
        if not value.isdecimal() or int(value) < least:
            self.problem(f"{column} {value!r} is not a whole number of {least} or more")
            return None
        return int(value)

    def number(self, column: str) -> float:
        """A decimal number."""
        value = self._cells.get(column, "")
        try:
            return float(value)
        except ValueError:
            self.problem(f"{column} {value!r} is not a number")
            return 0.0


def read_rows(
    folder: Path, file: str, columns: tuple[str, ...], problems: Problems, *, required: bool = True
) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file whose header must hold exactly `columns` (any order).

    A row's line is where it begins, also after cells with line breaks. Reports a missing file, column or cell.
    """
    path = folder / file
    if not path.is_file():
        if required:
            problems.add(file, 0, "the file is missing")
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(file, 0, f"the file is not UTF-8 (byte {error.start})")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        for column in columns:
            if column not in header:
                problems.add(file, 1, f"the column {column!r} is missing")
        for column in header:
            if column not in columns:
                problems.add(file, 1, f"the column {column!r} is unknown")
        if set(header) != set(columns):
            return
        line = reader.line_num + 1
        for values in reader:
            if values:
                if len(values) == len(header):
                    cells = {column: value.strip() for column, value in zip(header, values, strict=True)}
                    yield Row(file, line, cells, problems)
                else:
                    problems.add(file, line, f"the row has {len(values)} cells, the header {len(header)}")
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(file, reader.line_num, f"the row can't be read: {error}")
