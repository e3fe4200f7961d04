"""Rows of a file, one dictionary each, with the line they begin on."""

import csv
import gzip
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from departments.packs.definitions import ImportMapping

csv.field_size_limit(min(sys.maxsize, 1_000_000))

ENCRYPTED = 0x1
"""Bit 0 of a ZIP entry's general-purpose flags."""


class UnreadableFile(ValueError):
    """The file cannot be read with this mapping; ``str()`` says why."""


def read_rows(path: Path, mapping: ImportMapping) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) for a CSV file: plain, ``.gz``, or the only one in a ``.zip``.

    Raises `UnreadableFile` when columns are missing or the file is damaged.
    """
    try:
        with _open(path, mapping) as text:
            yield from _rows(path.name, text, mapping)
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, csv.Error) as error:
        raise UnreadableFile(f"{path.name}: {error}") from error


def _rows(name: str, text: io.TextIOBase, mapping: ImportMapping) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(text, delimiter=mapping.delimiter or ",")
    header = reader.fieldnames or []
    missing = [
        mapping.columns[field] for field in mapping.required if mapping.columns.get(field) not in header
    ]
    if missing:
        raise UnreadableFile(f"{name}: the file has no column {', '.join(missing)}")
    line = reader.line_num + 1
    for row in reader:
        yield line, {key: value or "" for key, value in row.items() if key is not None}
        line = reader.line_num + 1


def _open(path: Path, mapping: ImportMapping) -> io.TextIOWrapper:
    encoding = mapping.encoding or "utf-8-sig"
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding=encoding, newline="")
    if path.suffix == ".zip":
        return io.TextIOWrapper(_only_member(path), encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _only_member(path: Path) -> IO[bytes]:
    # Closed at once, the archive keeps its file open for the member that is read from it.
    with zipfile.ZipFile(path) as archive:
        tables = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
        if len(tables) != 1:
            raise UnreadableFile(f"{path.name}: the archive holds {len(tables)} CSV files, not one")
        if tables[0].flag_bits & ENCRYPTED:
            raise UnreadableFile(f"{path.name}: the archive is protected by a password")
        return archive.open(tables[0])
