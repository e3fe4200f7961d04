"""Parts of the request page that have forms and addresses of their own.

A panel is a module here with ``panel(at) -> dict | None`` (None: not drawn) and a template of the same name in
``templates/dashboards/queue/panels/``, which finds the dict as ``panel``. With ``is_row`` it is a line of what to do now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboards.queue.panels import appeal, incident, privacy, promise, question, result, tasks, undo
from departments.models import StaffUser
from requests_app.models import RequestEvent, ServiceRequest


@dataclass(frozen=True)
class At:
    """What a panel may look at: the request, the reader, the moves allowed now, the history (newest first)."""

    target: ServiceRequest
    user: StaffUser
    now: dt.datetime
    allowed: frozenset[str]
    history: list[RequestEvent]


@dataclass(frozen=True)
class Drawn:
    """A panel as the page includes it."""

    template: str
    panel: dict[str, Any]

    @property
    def is_row(self) -> bool:
        """A way to something that is not there yet: one more line of "what to do now"."""
        return bool(self.panel.get("is_row"))


Build = Callable[[At], dict[str, Any] | None]
TOP: tuple[tuple[str, Build], ...] = (
    ("undo", undo.panel),
    ("incident", incident.follows),
    ("appeal", appeal.panel),
)
"""Bars above everything, such as what can be undone."""
LEFT: tuple[tuple[str, Build], ...] = (("incident", incident.leads), ("privacy", privacy.panel))
"""Beside the facts, in this order."""
RIGHT: tuple[tuple[str, Build], ...] = (
    ("promise", promise.panel),
    ("question", question.panel),
    ("tasks", tasks.panel),
    ("result", result.panel),
)
"""Between what to do now and the history, in this order."""


def draw(panels: tuple[tuple[str, Build], ...], at: At) -> list[Drawn]:
    """The panels that have something to show."""
    built = ((name, build(at)) for name, build in panels)
    return [
        Drawn(f"dashboards/queue/panels/{name}.html", panel) for name, panel in built if panel is not None
    ]
