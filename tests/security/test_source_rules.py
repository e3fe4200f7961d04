"""What the source may not say, outside the places that were looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("civic311", "departments", "requests_app", "dashboards")
AUDITED_MARKUP = {
    "civic311/lib/fields.py",
    "civic311/lib/forms.py",
    "dashboards/queue/drawn.py",
    "dashboards/queue/lines.py",
    "dashboards/reports/charts/markup.py",
    "dashboards/reports/charts/matrix.py",
    "dashboards/reports/charts/multiples.py",
    "dashboards/reports/lines.py",
    "dashboards/reports/listing.py",
    "dashboards/reports/printing.py",
    "requests_app/templatetags/reports.py",
}
"""The modules that may call text markup: each escapes every value it is given, or adds fixed words to markup."""
AUDITED_EXEMPTION = {
    "requests_app/resident/views/following.py": 1,
    "requests_app/resident/views/alerts.py": 2,
    "dashboards/reports/mail/board_views.py": 1,
}
"""The links of messages that stop them by one click (RFC 8058): of a report, an alert, a follow, a digest."""
AUDITED_SQL = {
    "civic311/lib/compiled.py",
    "requests_app/actions/desk.py",
    "requests_app/queries/calls.py",
    "requests_app/queries/desk.py",
    "requests_app/actions/facts.py",
    "requests_app/queries/list_pages.py",
    "civic311/lib/copying.py",
    "departments/basemap/layers.py",
    "departments/loading/load.py",
    "departments/loading/places.py",
    "departments/ownership.py",
    "departments/places.py",
    "civic311/lib/ratelimit.py",
    "civic311/views.py",
    "civic311/checks.py",
    "requests_app/actions/door.py",
    "requests_app/actions/intake.py",
    "requests_app/actions/keys.py",
    "requests_app/actions/residents.py",
    "requests_app/queries/staff_cells.py",
    "requests_app/queries/worklists.py",
    "requests_app/queries/alerts.py",
    "requests_app/queries/areas.py",
    "requests_app/queries/listing.py",
    "requests_app/queries/cells.py",
    "requests_app/actions/mapcells.py",
    "requests_app/queries/pictures.py",
    "requests_app/queries/public.py",
    "requests_app/resident/drafts.py",
    "civic311/lib/lexemes.py",
    "requests_app/actions/estimates.py",
    "requests_app/actions/learning.py",
    "requests_app/actions/support.py",
    "requests_app/queries/answers.py",
    "requests_app/queries/comments.py",
    "requests_app/queries/expected.py",
    "requests_app/queries/incidents.py",
    "requests_app/queries/nearby.py",
    "requests_app/queries/steps.py",
}
"""Hand-written SQL, with parameters."""


def sources(*suffixes: str) -> Iterator[tuple[str, str]]:
    for folder in (*PACKAGES, "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def places(pattern: str, *suffixes: str) -> dict[str, int]:
    """How often a pattern stands in each file."""
    found = {name: len(re.findall(pattern, text)) for name, text in sources(*suffixes)}
    return {name: count for name, count in found.items() if count}


def test_markup_is_trusted_in_audited_modules_only() -> None:
    assert set(places(r"\bmark_safe\b|\bSafeString\(|\bSafeText\(|__html__", ".py")) <= AUDITED_MARKUP
    assert places(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off", ".html") == {}


def test_format_html_gets_its_values_as_arguments() -> None:
    assert places(r"format_html\(\s*f[\"']", ".py") == {}
    assert places(r"format_html\([^()]*%\s", ".py") == {}


def test_one_view_takes_forms_without_proof() -> None:
    assert places(r"(?m)^@csrf_exempt$", ".py") == AUDITED_EXEMPTION
    assert places(r"csrf_exempt\(", ".py") == {}


def test_every_posting_form_carries_its_proof() -> None:
    missing = []
    for name, text in sources(".html"):
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            opening = form.split(">", 1)[0]
            if re.search(r"method=[\"']?post", opening, re.IGNORECASE) and "csrf_token" not in form:
                missing.append(name)
    assert set(missing) <= {"templates/resident/unsubscribe.html"}, "the unsubscription is the exempt one"


def test_pages_run_no_script_of_their_own() -> None:
    assert places(r"<[^>]*\son[a-z]+\s*=\s*[\"']", ".html") == {}
    assert places(r"<[^>]*\sstyle\s*=\s*[\"']", ".html") == {}
    assert places(r"href\s*=\s*[\"']?\s*javascript:", ".html") == {}
    bare = {
        name: text
        for name, text in sources(".html")
        for tag in re.findall(r"<script\b[^>]*>", text)
        if "src=" not in tag and "nonce" not in tag and "application/json" not in tag
    }
    assert sorted(bare) == []


@pytest.mark.parametrize("word", ["urlize", "urlizetrunc", "truncatechars_html", "truncatewords_html"])
def test_slow_filters_are_not_used(word: str) -> None:
    assert places(rf"\|\s*{word}\b", ".html") == {}


def test_no_dangerous_calls() -> None:
    assert places(r"\beval\(|\bexec\(|pickle\.|yaml\.load\(|shell=True|os\.system\(", ".py") == {}
    raw = places(r"\.extra\(\s*(select|where|tables)|RawSQL\(", ".py")
    assert raw == {"requests_app/queries/list_pages.py": 1}, (
        "a page's first rows of each list, compiled by Django"
    )
    reaching_out = places(r"urllib\.request|\brequests\.(get|post)\(|http\.client|httpx", ".py")
    assert set(reaching_out) <= {"civic311/management/commands/run_demo.py"}, "asks its own health page"


def test_hand_written_sql_is_where_we_know_it() -> None:
    runs = {
        name
        for name in places(r"cursor\.execute\(|\.raw\(", ".py")
        if not name.startswith(("civic311/postgres/", "requests_app/history/", "requests_app/imports/"))
        and "/management/" not in name
    }
    assert runs <= AUDITED_SQL
    for name, text in sources(".py"):
        if name in runs - {
            "civic311/lib/compiled.py",
            "civic311/lib/copying.py",
            "departments/loading/places.py",
            "requests_app/actions/facts.py",
        }:  # names of own tables and statements
            assert not re.search(r"execute\(\s*f[\"']", text), name


def test_public_code_names_no_contact_table() -> None:
    """Public queries cannot import the table of contact details; those of the holder's own page and of staff may."""
    allowed = {
        "requests_app/queries/constituents.py",
        "requests_app/queries/desk.py",
        "requests_app/queries/alerts.py",
        "requests_app/queries/holder.py",
        "requests_app/queries/queue_lines.py",
        "requests_app/queries/related.py",
        "requests_app/queries/residents.py",
        "requests_app/resident/record.py",
        "requests_app/queries/staff.py",
        "requests_app/resident/views/following.py",
    }
    importing = places(r"(?m)^(?:from [\w.]+ import [^\n]*\bReporter\b|\s+Reporter,$)", ".py")
    public = ("requests_app/queries/", "requests_app/resident/", "departments/")
    assert {name for name in importing if name.startswith(public)} <= allowed


def test_all_columns_are_never_selected_for_the_public() -> None:
    for name in ("requests_app/queries/public.py", "requests_app/queries/front.py"):
        path = ROOT / name
        if path.exists():
            assert ".values()" not in path.read_text(), name
