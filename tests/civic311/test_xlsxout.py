"""The writer of workbooks, read back by openpyxl: no formula runs, numbers stay numbers, limits hold."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from civic311.lib import xlsxout
from civic311.lib.csvout import Column
from civic311.lib.xlsxout import MOST_TEXT, SheetOut, stream_xlsx, write_xlsx

TEXT = Column("Text")
NUMBER = Column("Number", "number")
TIME = Column("Time", "datetime")


def read(*sheets: SheetOut) -> Any:
    out = io.BytesIO()
    write_xlsx(sheets, out)
    return load_workbook(io.BytesIO(out.getvalue()))


def cells(column: Column, *values: object) -> list[Any]:
    sheet = read(SheetOut("One", [column], [[value] for value in values])).worksheets[0]
    return [row[0] for row in sheet.iter_rows(min_row=2, max_row=len(values) + 1)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=cmd|"/c calc"!A1', " =1", "＝1+1", "=HYPERLINK(1)"]
)
def test_text_is_never_a_formula(text: str) -> None:
    (cell,) = cells(TEXT, text)
    assert (cell.data_type, cell.value) == ("s", text)


def test_a_heading_is_never_a_formula() -> None:
    sheet = read(SheetOut("One", [Column("=1+1")], [])).worksheets[0]
    assert (sheet["A1"].data_type, sheet["A1"].value) == ("s", "=1+1")
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("number", [0, -76.61, 12_345, 0.8125])
def test_numbers_stay_numbers(number: float) -> None:
    (cell,) = cells(NUMBER, number)
    assert (cell.data_type, cell.value) == ("n", number)


def test_decimals_are_numbers_and_none_is_empty() -> None:
    first, second = cells(NUMBER, Decimal("-0.5"), None)
    assert (first.value, second.value) == (-0.5, None)


def test_days_and_instants_are_dates_in_the_active_zone() -> None:
    with timezone.override("America/New_York"):
        day, moment = cells(TIME, date(2026, 3, 4), datetime(2026, 7, 1, 16, 0, tzinfo=UTC))
    assert day.is_date
    assert day.value.date() == date(2026, 3, 4)
    assert moment.is_date
    assert moment.value == datetime(2026, 7, 1, 12, 0)


@pytest.mark.parametrize(
    ("column", "value"), [(NUMBER, "=1"), (NUMBER, True), (NUMBER, "12"), (TIME, "2026-03-04"), (TIME, 5)]
)
def test_a_column_refuses_what_it_does_not_hold(column: Column, value: object) -> None:
    with pytest.raises(TypeError):
        cells(column, value)


def test_a_row_has_one_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="zip"):
        read(SheetOut("One", [TEXT, NUMBER], [["a"]]))


def test_control_characters_are_left_out_and_long_texts_cut() -> None:
    first, second = cells(TEXT, "a\x00b\x0bc\x1f", "x" * (MOST_TEXT + 5))
    assert first.value == "abc"
    assert len(second.value) == MOST_TEXT


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxout, "MOST_ROWS", 3)
    assert len(cells(NUMBER, 1, 2, 3)) == 3
    with pytest.raises(ValueError, match="so many rows"):
        cells(NUMBER, 1, 2, 3, 4)


def test_names_of_sheets_are_allowed_and_differ() -> None:
    names = read(
        SheetOut("a/b:c*d?[e]\\", [TEXT], []), SheetOut("x" * 60, [TEXT], []), SheetOut("x" * 60, [TEXT], [])
    ).sheetnames
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_a_workbook_of_nothing_opens() -> None:
    assert len(read().worksheets) == 1


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40), max_size=5))
def test_any_text_comes_back_without_what_a_workbook_cannot_hold(texts: list[str]) -> None:
    for text, cell in zip(texts, cells(TEXT, *texts), strict=True):
        expected = ILLEGAL_CHARACTERS_RE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        assert (cell.value or "").replace("\r\n", "\n").replace("\r", "\n") == expected
        assert cell.data_type != "f"


def test_a_download_has_its_size_and_is_never_kept() -> None:
    response = stream_xlsx([SheetOut("One", [TEXT], [["a"]])], filename="numbers.xlsx")
    body = b"".join(response)
    assert int(response["Content-Length"]) == len(body)
    assert 'filename="numbers.xlsx"' in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    assert load_workbook(io.BytesIO(body)).worksheets[0]["A2"].value == "a"


def test_a_workbook_that_fails_leaves_no_response() -> None:
    def rows() -> Iterator[list[object]]:
        yield [1]
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        stream_xlsx([SheetOut("One", [NUMBER], rows())])
