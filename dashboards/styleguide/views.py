"""Every component in all its states, on one page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from civic311.lib import clock
from dashboards.styleguide import charts
from dashboards.styleguide.forms import SampleFilter, SampleForm
from departments.notices import NoticeView

STATUSES = [
    ("new", "New", ""),
    ("open", "Open", ""),
    ("in_progress", "In progress", ""),
    ("on_hold", "On hold", ""),
    ("with_partner", "With a partner", ""),
    ("closed", "Closed", "fixed"),
]
PARTS = ["words", "forms", "place", "status", "lists", "staff", "figures", "charts", "frame"]
STEPS = ["What", "Where", "Photos", "You", "Check and send"]


def index(request: HttpRequest) -> HttpResponse:
    """Show the style guide; ``?density=comfortable`` shows it as residents see the parts."""
    now = clock.now()
    context: dict[str, Any] = {
        "parts": [f"dashboards/styleguide/_{part}.html" for part in PARTS],
        "statuses": STATUSES,
        "steps": STEPS,
        "form": SampleForm(auto_id="sample_%s"),
        "wrong": SampleForm({"email": "no at sign", "agree": ""}, auto_id="wrong_%s"),
        "filter_form": SampleFilter(auto_id="filter_%s"),
        "page": Paginator(range(512), 50).page(4),
        "timeline": _timeline(now),
        "rows": _queue_rows(now),
        "facts": [
            ("Place", "100 Holliday St · Downtown"),
            ("Department", "Transportation"),
            ("Channel", "Web"),
        ],
        "notices": [
            NoticeView(
                title="Thursday collection is delayed",
                text="Trucks come on Friday this week.",
                where="District 7",
                starts_at=now,
                ends_at=now + timedelta(days=2),
            )
        ],
        "self_help": {
            "safe": "Rake leaves off the grate from the sidewalk.",
            "tools": "A rake, gloves and a bag.",
            "groups": [{"name": "Friends of the Stream", "url": "", "phone": "410-555-0100"}],
        },
        "chart_columns": ["Week", "Opened", "Closed"],
        "weeks": [
            ["Week of 2 Feb", "214", "201"],
            ["Week of 9 Feb", "232", "219"],
            ["Week of 16 Feb", "281", "224"],
        ],
        "chart_figures": charts.figures(),
        "chart_sparks": charts.sparks(),
        "resident_look": request.GET.get("density") == "comfortable",
        "now": now,
    }
    return render(request, "dashboards/styleguide.html", context)


def _timeline(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "what": "Closed: fixed",
            "who": "Department of Transportation",
            "at": now - timedelta(hours=3),
            "words": "Fixed on Wednesday, March 4. Highways filled the hole.",
            "state": "closed",
        },
        {
            "what": "A crew is on its way",
            "who": "Department of Transportation",
            "at": now - timedelta(days=1),
            "state": "now",
        },
        {
            "what": "Note for colleagues",
            "who": "A. Dispatcher",
            "at": now - timedelta(days=1, hours=5),
            "words": "The plate over the hole is loose as well.",
            "state": "internal",
            "audience": "Staff only",
        },
        {"what": "We received your report", "who": "311", "at": now - timedelta(days=2)},
    ]


def _queue_rows(now: datetime) -> list[dict[str, Any]]:
    samples = [
        ("26-004217", "Pothole", "100 Holliday St", 2, -1, STATUSES[0], ""),
        ("26-004216", "Street light is out", "Light St & Pratt St", 3, 4, STATUSES[1], "A. Dispatcher"),
        ("26-004198", "Missed trash", "2300 Eutaw Pl", 5, 1, STATUSES[2], "B. Dispatcher"),
        (
            "26-004102",
            "Illegal dumping in the alley behind a row of houses",
            "1500 Presstman St",
            12,
            -3,
            STATUSES[3],
            "",
        ),
        ("26-003977", "Fallen tree", "Druid Park Lake Dr & Madison Ave", 14, 2, STATUSES[5], "A. Dispatcher"),
    ]
    return [
        {
            "number": number,
            "category": category,
            "place": place,
            "created_at": now - timedelta(days=days),
            "due_at": now + timedelta(days=due),
            "overdue": due < 0 and status[0] != "closed",
            "status": status,
            "assignee": assignee,
        }
        for number, category, place, days, due, status, assignee in samples
    ]
