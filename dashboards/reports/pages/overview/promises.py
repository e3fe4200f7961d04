"""Open requests by the date promised last: which promises are about to break."""

from __future__ import annotations

import datetime as dt

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Note
from dashboards.reports.frames import Frame, frame, seconds
from dashboards.reports.scope import Scope

SOON = dt.timedelta(days=7)


def waiting(scope: Scope) -> Frame:
    """What is open now, in one statement."""
    return frame(scope.open_now(), "created_at", "due_at", "category")


def soon(now: dt.datetime) -> Q:
    """Promised for the next `SOON`."""
    return Q(due_at__gte=now, due_at__lt=now + SOON)


def promise_note(scope: Scope, rows: Frame) -> Note | None:
    """How many promises break within a week unless something is done, or else how many are broken; None for neither."""
    now = seconds(scope.now)
    due = rows["due_at"]
    coming = int(np.count_nonzero((due >= now) & (due < now + SOON.total_seconds())))
    late = int(np.count_nonzero(due < now))
    if not coming and not late:
        return None
    if not coming:
        words = _("No promise breaks this week; open requests past the date that was promised:")
        return Note(words, scope.rows_href("promises", result="late"), amount(late))
    words = ngettext(
        "One promise breaks this week unless it is kept; %(late)s are past their date already.",
        "%(n)s promises break this week unless they are kept; %(late)s are past their date already.",
        coming,
    )
    text = words % {"n": amount(coming), "late": amount(late)}
    return Note(text, scope.rows_href("promises", result="soon"), amount(coming))


def old(scope: Scope, rows: Frame, days: int = 90) -> int:
    """How many have been open for longer than so many days."""
    age = seconds(scope.now) - rows["created_at"]
    return int(np.count_nonzero(age > days * dt.timedelta(days=1).total_seconds()))


def share_late_words(scope: Scope, rows: Frame) -> str:
    """The note of the card: how many of the open ones are old."""
    return _("%(n)s older than 90 days") % {"n": amount(old(scope, rows))}
