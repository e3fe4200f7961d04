"""Cells and sheets: what the page shows and what the files hold come from one number."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic311.lib.csvout import Column, csv_lines
from civic311.lib.statistics import Quantile, wilson
from dashboards.reports import cells
from dashboards.reports.charts import Cell, Table

DAY = date(2026, 8, 3)
NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def test_sheet_keeps_raw_values_and_says_what_a_column_holds() -> None:
    table = Table(
        ("Category", "Requests", "Share", "Half", "Since", "Band", "Reached"),
        (
            (
                Cell("Pothole"),
                cells.count_cell(1234, "/rows"),
                cells.share_cell(wilson(81, 100)),
                cells.days_cell(3.21),
                cells.day_cell(DAY),
                cells.band_cell(3, 7),
                cells.days_cell(None),
            ),
            (
                Cell("Street light"),
                cells.count_cell(3, "/rows"),
                cells.share_cell(wilson(1, 3)),
                cells.days_cell(None),
                cells.day_cell(None),
                cells.band_cell(None, 7),
                cells.days_cell(None),
            ),
        ),
    )
    sheet = table.sheet()
    kinds = ["text", "number", "number", "number", "datetime", "text", "text"]
    assert [column.kind for column in sheet.columns] == kinds
    assert sheet.rows[0] == ("Pothole", 1234, 0.81, 3.2, DAY, "3 – 7", "too early to say")
    assert sheet.rows[1] == ("Street light", 3, None, None, None, "–", "too early to say")
    assert "Pothole,1234,0.81,3.2,2026-08-03,3 – 7" in "".join(csv_lines(sheet.columns, sheet.rows))


def test_sheet_of_mixed_values_is_text() -> None:
    rows = (
        (Cell("one", value=1),),
        (Cell("two", value="zwei"),),
        (Cell("three"),),
        (Cell("yes", value=True),),
    )
    sheet = Table(("n",), rows).sheet()
    assert sheet.columns == (Column("n", "text"),)
    assert sheet.rows == ((1,), ("zwei",), ("three",), (True,))


def test_sheet_of_instants_and_of_nothing() -> None:
    instants = Table(("at",), ((Cell("then", value=NOON),), (Cell("day", value=DAY),)))
    assert instants.sheet().columns[0].kind == "datetime"
    empty = Table(("a", "b"), ()).sheet()
    assert empty.rows == ()
    assert [column.kind for column in empty.columns] == ["text", "text"]


def test_sheet_refuses_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 headers"):
        Table(("a", "b"), ((Cell("x"),),)).sheet()


def test_too_few_gives_neither_a_number_nor_a_link() -> None:
    assert cells.share_cell(wilson(2, 9), "/rows") == Cell("too few")
    assert cells.share_cell(None) == Cell("too few")
    assert cells.share_cell(wilson(2, 10), "/rows") == Cell("20\u00a0%", "/rows", 0.2)
    assert cells.share_range_cell(wilson(2, 9)) == Cell("–")
    assert cells.share_range_cell(wilson(50, 100)).text == "40–60\u00a0%"


def test_nothing_has_no_link() -> None:
    assert cells.count_cell(0, "/rows") == Cell("0", "", 0)
    assert cells.count_cell(None, "/rows") == Cell("–")
    assert cells.part_cell(0, 10, "/rows") == Cell("0.0\u00a0%", "", 0)
    assert cells.part_cell(1, 0, "/rows") == Cell("–")
    assert cells.part_cell(1, 8, "/rows") == Cell("12.5\u00a0%", "/rows", 0.125)
    assert cells.number_cell(None) == Cell("–")
    assert cells.number_cell(2.5) == Cell("2.5", "", 2.5)
    assert cells.days_cell(None, "/rows", none="too few") == Cell("too few")
    assert cells.days_range_cell(Quantile(3, 2.9, None)).text == "2.9 or more"
    assert cells.text_cell("") == Cell("–", "", "")


@given(st.integers(0, 10**9))
def test_a_count_reads_as_it_is(count: int) -> None:
    cell = cells.count_cell(count)
    assert int(cell.text.replace(",", "")) == cell.value == count
