"""Rows of a file, one dictionary each, with the line they begin on."""

import csv
import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from departments.packs.definitions import ImportMapping

csv.field_size_limit(min(sys.maxsize, 1_000_000))


class UnreadableFile(ValueError):
    """The file cannot be read with this mapping; ``str()`` says why."""


def read_rows(path: Path, mapping: ImportMapping) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) for a CSV file, plain or ``.gz``. Raises `UnreadableFile` when columns are missing."""
    with _open(path, mapping) as text:
        reader = csv.DictReader(text, delimiter=mapping.delimiter or ",")
        header = reader.fieldnames or []
        missing = [
            mapping.columns[name] for name in mapping.required if mapping.columns.get(name) not in header
        ]
        if missing:
            raise UnreadableFile(f"{path.name}: the file has no column {', '.join(missing)}")
        line = reader.line_num + 1
        for row in reader:
            yield line, {key: value or "" for key, value in row.items() if key is not None}
            line = reader.line_num + 1


def _open(path: Path, mapping: ImportMapping) -> io.TextIOWrapper:
    encoding = mapping.encoding or "utf-8-sig"
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")
