"""What a page of the reports is made of, and how a page is declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.functional import Promise

from dashboards.reports.charts import Figure
from dashboards.reports.scope import Scope
from requests_app.models import ServiceRequest


@dataclass(frozen=True)
class Card:
    """One number at the top: its band or interval as ``note``, the rows behind it, and the figure that explains it.

    ``spark`` is a drawn trend (markup of `dashboards.reports.charts`), empty where there is none. A thin card says why it
    shows no number; the one everything else serves leads.
    """

    label: str
    value: str
    href: str
    note: str
    anchor: str = ""
    is_thin: bool = False
    spark: str = ""
    is_lead: bool = False


@dataclass(frozen=True)
class Note:
    """A sentence with a number that leads to its rows: a finding, a warning, a promise about to break."""

    text: str
    href: str = ""
    count: str = ""


@dataclass(frozen=True)
class Content:
    """One page: notes (findings first), cards, figures, each led by what it found, and what may mislead in them."""

    cards: Sequence[Card] = ()
    notes: Sequence[Note] = ()
    notes_title: str = ""
    figures: Sequence[Figure] = ()
    warnings: Sequence[Note] = ()


@dataclass(frozen=True)
class Params:
    """What narrows a figure's rows to one number, beside the filters of the report. Each figure reads those it knows."""

    week: dt.date | None = None
    band: int | None = None
    result: str = ""
    person: int | None = None
    hour: int | None = None
    weekday: int | None = None
    source: int | None = None
    target: int | None = None


class UnknownFigure(ValueError):
    """There is no such figure, or not with these parameters."""


Rows = QuerySet[ServiceRequest]


@dataclass(frozen=True)
class Drill:
    """The requests behind the numbers of a figure: the only place where a number's membership is defined.

    ``find`` gives them for a report and the parameters in the address; it raises `UnknownFigure` for parameters that
    make no sense. ``titles`` by ``Params.result``; "" is the one for all others. ``is_of_people``: it reads
    ``Params.person``, as a list of that person's work.
    """

    titles: Mapping[str, str | Promise]
    explanation: str | Promise
    find: Callable[[Scope, Params], Rows]
    is_of_people: bool = False


@dataclass(frozen=True)
class ReportPage:
    """A page at ``/reports/<slug>/``. ``drills`` are the lists its numbers lead to, by the name in their address."""

    slug: str
    title: Promise
    lead: Promise
    build: Callable[[Scope], Content]
    drills: Mapping[str, Drill] = field(default_factory=dict)
