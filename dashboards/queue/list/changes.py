"""What a change of many would do, as the preview says it: of each request what is now and what will be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib.templatetags.ui import stamp
from departments.kinds import Priority
from requests_app.actions.bulk import Outlook, Will
from requests_app.workflow import Outcome, Status


@dataclass(frozen=True)
class Difference:
    """One fact that changes."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One request of the preview."""

    number: str
    category: str
    differences: list[Difference]


@dataclass(frozen=True)
class Refusal:
    """One request that stays as it is."""

    number: str
    why: str


@dataclass(frozen=True)
class Foreseen:
    """The preview: what changes, what does not and why."""

    lines: list[Line]
    refusals: list[Refusal]
    gone: int


_FACTS: tuple[tuple[str, Promise, Callable[[Any], str]], ...] = (
    ("category", gettext_lazy("Category"), lambda value: value.name if value else ""),
    ("department", gettext_lazy("Department"), lambda value: value.name if value else _("Triage")),
    ("assignee", gettext_lazy("Assignee"), lambda value: value.name if value else _("Nobody")),
    ("priority", gettext_lazy("Priority"), lambda value: str(Priority(value).label)),
    ("due_at", gettext_lazy("Due"), lambda value: _when(value)),
    ("outcome", gettext_lazy("Outcome"), lambda value: str(Outcome(value).label) if value else "–"),
    ("review_on", gettext_lazy("Look again on"), lambda value: value.isoformat() if value else "–"),
)


def foreseen(outlook: Outlook) -> Foreseen:
    """The outlook in words."""
    return Foreseen(
        lines=[
            Line(will.request.number, will.request.category.name, _differences(will)) for will in outlook.will
        ],
        refusals=[Refusal(wont.request.number, wont.why) for wont in outlook.wont],
        gone=outlook.gone,
    )


def _differences(will: Will) -> list[Difference]:
    found = []
    if will.target != will.request.status:
        before = str(Status(will.request.status).label)
        found.append(Difference(_("Status"), before, str(will.target.label)))
    for name, label, words in _FACTS:
        if name not in will.plan.changes:
            continue
        before, after = words(getattr(will.request, name)), words(will.plan.changes[name])
        if before != after:
            found.append(Difference(str(label), before, after))
    return found


def _when(value: dt.datetime | None) -> str:
    return stamp(timezone.localtime(value), timezone.now()) if value else "–"
