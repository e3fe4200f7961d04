"""The CSV writer: what a spreadsheet must not run, and what must come through unchanged."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic311.lib.csvout import Column, Kind, cell, csv_lines, safe_text, stream_csv

TRIGGERS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("before", ["", " ", '"', "'", ' "', "\u00a0", "\ufeff", "“", "\x00"])
def test_safe_text_disarms(before: str, trigger: str) -> None:
    text = f"{before}{trigger}1+1"
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "a=b", "100 Holliday Street", "pot-hole", '"quoted"', "¡Hoyo!", "3 - 4"]
)
def test_safe_text_leaves_plain_words(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (-76.61, "number", "-76.61"),
        (Decimal("-0.5"), "number", "-0.5"),
        (12_345, "number", "12345"),
        (None, "number", ""),
        (None, "text", ""),
        (-5, "text", "'-5"),
        (date(2026, 3, 4), "datetime", "2026-03-04"),
        (None, "datetime", ""),
    ],
)
def test_cell(value: object, kind: Kind, expected: str) -> None:
    assert cell(value, kind) == expected


def test_cell_writes_instants_with_their_offset() -> None:
    written = cell(datetime(2026, 3, 4, 14, 5, tzinfo=UTC), "datetime")
    assert datetime.fromisoformat(written) == datetime(2026, 3, 4, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "kind"), [("=1", "number"), ("=1", "datetime"), (True, "number"), (1, "datetime")]
)
def test_typed_columns_refuse_text(value: object, kind: Kind) -> None:
    with pytest.raises(TypeError, match=f"{kind} column"):
        cell(value, kind)


def test_rows_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="argument"):
        list(csv_lines([Column("a"), Column("b")], [["only one"]]))


def test_headings_are_disarmed_too() -> None:
    assert next(csv_lines([Column("=cmd()")], [])) == "'=cmd()\r\n"


@given(st.lists(st.tuples(st.text(), st.text()), max_size=20))
def test_every_row_comes_back(rows: list[tuple[str, str]]) -> None:
    written = "".join(csv_lines([Column("a"), Column("b")], rows))
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert [tuple(row) for row in read[1:]] == [(safe_text(a), safe_text(b)) for a, b in rows]


@given(st.text())
def test_no_cell_begins_with_a_trigger(text: str) -> None:
    assert not safe_text(text).lstrip(' "').startswith(tuple(TRIGGERS))


def test_stream_csv_is_a_private_download_in_pieces() -> None:
    response = stream_csv([Column("n", "number")], ([n] for n in range(1000)), filename="número.csv")
    pieces = list(response.streaming_content)
    assert len(pieces) == 6
    assert b"".join(pieces).startswith(b"n\r\n0\r\n1\r\n")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''n%C3%BAmero.csv")
