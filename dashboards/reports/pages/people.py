"""Who has how much in hand: dispatchers and crews by name, with their mix of cases and the load of their team."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.cells import count_cell, days_cell, number_cell, text_cell
from dashboards.reports.charts import Figure, Table
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.content import Card, Content, Drill, Note, Params, ReportPage, Rows, UnknownFigure
from dashboards.reports.drills import of_facts
from dashboards.reports.frames import Epoch, Frame, frame, seconds
from dashboards.reports.listing import Listing
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, names
from dashboards.reports.people_numbers import (
    CLOSING,
    CREWS,
    OFFICE,
    RECENT,
    Load,
    done,
    held_since,
    loads,
    steps_of,
    workers,
)
from dashboards.reports.scope import Scope
from departments.roles import Role

SLUG = "people"
MOST_NOTES = 5
NOBODY = "nobody"
NOBODYS = Q(request__assignee__isnull=True, partner__isnull=True)
GIVE_WORK = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.MANAGER})
"""Those who can even out the load: each name leads them to that person's queue."""


def build(scope: Scope) -> Content:
    """The page: what is in hand in one statement, what was done in another."""
    held = frame(
        scope.open_now().filter(request__assignee__role__in=(*OFFICE, *CREWS)),
        "request__assignee",
        "category",
        "due_at",
        since=Epoch(held_since()),
    )
    in_hand = Frame(held.columns | {"person": held["request__assignee"]}, held.n)
    did = done(scope, workers((*OFFICE, *CREWS)))
    now, called = seconds(scope.now), names()
    office = loads(workers(OFFICE), in_hand, did, now)
    crews = loads(workers(CREWS), in_hand, did, now)
    return Content(
        cards=[*_cards(scope, office, crews), _nobodys(scope)],
        notes=_heavy(scope, [*office, *crews]),
        notes_title=_("Who has much in hand"),
        figures=[
            _figure(scope, called, "dispatchers", "office", office),
            _figure(scope, called, "crews", "crews", crews),
        ],
    )


def _cards(scope: Scope, office: list[Load], crews: list[Load]) -> list[Card]:
    return [
        Card(
            label,
            amount(sum(load.in_hand for load in rows)),
            scope.rows_href("work", result=f"in_hand-{group}"),
            _("%(overdue)s overdue, %(recent)s given in the last 7 days")
            % {
                "overdue": amount(sum(load.overdue for load in rows)),
                "recent": amount(sum(load.recent for load in rows)),
            },
            f"#{uid}",
        )
        for label, rows, group, uid in (
            (_("In hand of dispatchers"), office, "office", "dispatchers"),
            (_("In hand of crews"), crews, "crews", "crews"),
        )
    ]


def _nobodys(scope: Scope) -> Card:
    """What is open and given to nobody: work that no name below answers for."""
    n = scope.open_now().filter(NOBODYS).order_by().values("pk").count()
    return Card(
        _("In nobody’s hands"),
        amount(n),
        scope.rows_href("work", result=NOBODY),
        _("open, and given to no person or partner"),
    )


def _heavy(scope: Scope, rows: list[Load]) -> list[Note]:
    """Those with much beside their team, the most in hand first."""
    heavy = sorted([load for load in rows if load.is_heavy], key=lambda load: -load.in_hand)
    return [
        Note(
            _(
                "%(name)s has %(n)s in hand, the median of the team is %(team)s. Overdue: %(overdue)s. New in 7 days: %(new)s."
            )
            % {
                "name": load.person.name,
                "n": amount(load.in_hand),
                "team": amount(load.team, 1 if load.team % 1 else 0),
                "overdue": amount(load.overdue),
                "new": amount(load.recent),
            },
            scope.rows_href("work", result="in_hand", person=load.person.pk),
            amount(load.in_hand),
        )
        for load in heavy[:MOST_NOTES]
    ]


def _figure(scope: Scope, called: Names, uid: str, group: str, rows: list[Load]) -> Figure:
    in_hand = sum(load.in_hand for load in rows)
    people = sum(1 for load in rows if load.in_hand)
    heavy = sum(1 for load in rows if load.is_heavy)
    finding = _("Nobody has a request in hand.")
    if people:
        finding = ngettext(
            "One person has %(n)s requests in hand.", "%(people)s people have %(n)s requests in hand.", people
        ) % {"n": amount(in_hand), "people": amount(people)}
        finding += " " + (
            ngettext(
                "One has at least twice the median of the team.",
                "%(heavy)s have at least twice the median of their team.",
                heavy,
            )
            % {"heavy": amount(heavy)}
            if heavy
            else _("Nobody has twice the median of the team.")
        )
    has_queue = scope.user.role in GIVE_WORK
    headers = (
        _("Dispatcher") if group == "office" else _("Crew"),
        _("In hand now"),
        _("Team (median)"),
        _("Overdue"),
        _("New in 7 days"),
        _("Held for (median)"),
        _("Most of the work in hand"),
        _("Kinds of work"),
        _("Closed"),
        _("Worked on"),
        *([_("Queue")] if has_queue else []),
    )
    table = tuple(_line(scope, called, load, has_queue=has_queue) for load in rows)
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=finding,
        description=_("By name. The work differs: read each line beside its kinds of work."),
        definition=_(
            "In hand: open and given to this person now; held: since it was last given to somebody; overdue: past the"
            " date promised last. Team: half of those who share a department have no more than this, people with nothing"
            " included. Closed and worked on: requests with such a step of this person in the period; steps taken back"
            " do not count. By name, never by rank: cases are not alike."
        ),
        rows=in_hand,
        rows_href=scope.rows_href("work", result=f"in_hand-{group}"),
        drawing=Listing(Table(headers, table)) if table else None,
        empty=_("Nobody has work in hand here, and nobody did anything in this period."),
        lead=True,
    )


def _line(scope: Scope, called: Names, load: Load, *, has_queue: bool) -> tuple[Cell, ...]:
    person = load.person.pk

    def counted(n: int, result: str) -> Cell:
        return count_cell(n, scope.rows_href("work", result=result, person=person))

    most = text_cell("")
    if load.mix:
        category, n = min(load.mix.items(), key=lambda pair: (-pair[1], pair[0]))
        href = scope.rows_href("work", result="in_hand", person=person, category=category)
        most = text_cell(f"{called.category(category)} ({amount(n)})", href)
    queue = text_cell(_("Open"), f"{reverse('queue:list')}?assignee={person}")
    return (
        text_cell(load.person.name),
        counted(load.in_hand, "in_hand"),
        number_cell(load.team, 1 if load.team % 1 else 0),
        counted(load.overdue, "overdue"),
        counted(load.recent, "recent"),
        days_cell(load.held_days, none="–"),
        most,
        count_cell(len(load.mix)),
        counted(load.closed, "closed"),
        counted(load.acted, "acted"),
        *([queue if load.in_hand else text_cell("")] if has_queue else []),
    )


GROUPS: dict[str, tuple[str, ...]] = {"": (*OFFICE, *CREWS), "-office": OFFICE, "-crews": CREWS}
IN_HAND = ("in_hand", "overdue", "recent")
TITLES = {
    "in_hand": gettext_lazy("In hand now"),
    "overdue": gettext_lazy("In hand and overdue"),
    "recent": gettext_lazy("In hand, given in the last 7 days"),
    "closed": gettext_lazy("Closed by this person in the period"),
    "acted": gettext_lazy("Worked on by this person in the period"),
}


def _work(scope: Scope, params: Params) -> Rows:
    if params.result == NOBODY:
        return of_facts(scope, scope.open_now().filter(NOBODYS))
    result, _dash, group = params.result.partition("-")
    roles = GROUPS.get(f"-{group}" if group else "")
    if result not in TITLES or roles is None:
        raise UnknownFigure(params.result)
    if result not in IN_HAND:
        steps = steps_of(scope).filter(*([CLOSING] if result == "closed" else []), actor__role__in=roles)
        if params.person is not None:
            steps = steps.filter(actor=params.person)
        return of_facts(scope, scope.facts().filter(pk__in=steps.order_by().values("request")))
    found = scope.open_now().filter(_in_hands_of(roles, params.person))
    if result == "overdue":
        found = found.filter(due_at__lt=scope.now)
    if result == "recent":
        found = found.annotate(since=held_since()).filter(since__gte=scope.now - RECENT)
    return of_facts(scope, found)


def _in_hands_of(roles: Iterable[str], person: int | None) -> Q:
    mine = Q(request__assignee__role__in=tuple(roles))
    return mine if person is None else mine & Q(request__assignee=person)


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Dispatchers and crews"),
    lead=gettext_lazy(
        "Who has much in hand and who has room. By name and with the mix of cases, never by rank."
    ),
    build=build,
    drills={
        "work": Drill(
            titles={
                "": gettext_lazy("In hand now"),
                NOBODY: gettext_lazy("Open, and given to no person or partner"),
                **{f"{name}{group}": words for name, words in TITLES.items() for group in GROUPS},
            },
            explanation=gettext_lazy(
                "Work in hand is counted once for each problem, whatever the period. Closed and worked on: by the steps"
                " of this person in the period, without those taken back."
            ),
            find=_work,
            is_of_people=True,
        )
    },
)
