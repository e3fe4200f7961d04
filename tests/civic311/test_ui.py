"""Template helpers and the drawing of forms."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from civic311.lib.templatetags import ui

NOW = dt.datetime(2026, 3, 6, 15, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "just now"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (2 * 86_400 + 5, "2 days ago"),
        (-3 * 86_400 - 5, "in 3 days"),
        (100 * 86_400, "3 months ago"),
    ],
)
def test_relative_words_name_the_distance(seconds: float, words: str) -> None:
    assert ui.relative_words(seconds) == words


def test_local_time_shows_city_time_with_exact_title() -> None:
    with timezone.override("America/New_York"):
        html = ui.local_time(dt.datetime(2026, 3, 4, 14, 12, tzinfo=dt.UTC), NOW)
    assert ">Wed 4 Mar, 09:12 · 2 days ago</time>" in html
    assert 'title="2026-03-04 09:12:00 EST"' in html


def test_local_time_of_another_year_shows_the_year() -> None:
    assert "Mon 3 Mar 2025, 12:00" in ui.local_time(dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC), NOW)


def test_due_time_says_overdue_only_while_the_clock_runs() -> None:
    due = NOW - dt.timedelta(days=3)
    assert "overdue 3 d" in ui.due_time(due, NOW)
    assert "overdue" not in ui.due_time(due, NOW, running=False)
    assert "overdue" not in ui.due_time(NOW + dt.timedelta(hours=1), NOW)


def test_status_badge_escapes_its_words() -> None:
    assert "<b>" not in ui.status_badge("open", "<b>Open</b>")


def test_sort_header_turns_the_order_and_keeps_filters() -> None:
    request = RequestFactory().get("/queue/", {"status": "open", "page": "3"})
    html = ui.sort_header(Context({"request": request}), "due", "Due", "due")
    assert 'aria-sort="ascending"' in html
    assert "status=open&amp;sort=-due" in html
    assert "page" not in html


class PlaceForm(forms.Form):
    mark_optional = True

    address = forms.CharField(label="Address", help_text="A street & a number")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_form_puts_label_hint_error_control_in_this_order() -> None:
    html = PlaceForm({})["address"].as_field_group()
    parts = ['<label for="id_address">', 'id="id_address_helptext"', 'id="id_address_error"', "<input"]
    assert [html.index(part) for part in parts] == sorted(html.index(part) for part in parts)
    assert 'aria-describedby="id_address_helptext id_address_error"' in html
    assert 'aria-invalid="true"' in html


def test_form_marks_optional_fields_and_groups_radio_buttons() -> None:
    html = str(PlaceForm())
    assert html.count("(optional)") == 1
    assert "<fieldset" in html
    assert "<legend>Kind" in html


def test_error_summary_links_each_error_to_its_field() -> None:
    html = str(PlaceForm({}))
    assert '<a href="#id_address">Address – This field is required.</a>' in html
    assert '<a href="#id_kind">' in html
    assert 'id="id_kind"' in html


@pytest.mark.parametrize("status", [400, 403, 404, 413, 500, 503])
def test_error_pages_render_without_request_and_database(status: int) -> None:
    html = render_to_string(f"errors/{status}.html", {"status": status})
    assert "<h1>" in html
    assert f"Error {status}" in html


def test_bar_width_stays_on_its_ground() -> None:
    assert [ui.bar_width(value, 50) for value in (0, 20, 80)] == ["0%", "40.0%", "100.0%"]


def test_navigation_leaves_out_pages_that_do_not_exist() -> None:
    template = Template("{% load ui %}{% nav_link 'nowhere:index' 'Nowhere' %}")
    assert template.render(Context()) == ""
