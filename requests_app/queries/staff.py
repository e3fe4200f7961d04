"""What staff read of requests: who works with whom, one request, its history.

Every query starts at `visible_to`: what lies outside does not exist for the reader.
"""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Value

from civic311.lib.cached import cached
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import Reporter, RequestEvent, ServiceRequest, Watcher
from requests_app.models.request import SEES_EVERYTHING, ServiceRequestQuerySet

ASSIGNABLE = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.CREW, Role.OPERATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Colleagues:
    """Whom requests can be given to, as (id, name), and the departments the reader works for (None: every one)."""

    people: tuple[tuple[int, str], ...]
    departments: frozenset[int] | None


@cached(seconds=10)
def _directory() -> tuple[tuple[int, str, str, frozenset[int]], ...]:
    """Active staff as (id, name, role, departments), by name."""
    people = StaffUser.objects.filter(is_active=True).order_by("name", "pk")
    rows = people.annotate(of=ArrayAgg("memberships__department", default=Value([])))
    return tuple(
        (pk, name, role, frozenset(filter(None, of)))
        for pk, name, role, of in rows.values_list("pk", "name", "role", "of")
    )


def colleagues(user: StaffUser) -> Colleagues:
    """The people of the reader's departments, or all staff for those who see everything.

    Only fills the boxes of the filters, so it may be ten seconds old; what may be seen is asked anew each time.
    """
    directory = _directory()
    mine = next((of for pk, _name, _role, of in directory if pk == user.pk), frozenset())
    everything = user.sees_all_departments or user.role in SEES_EVERYTHING
    people = tuple(
        (pk, name) for pk, name, role, of in directory if role in ASSIGNABLE and (everything or of & mine)
    )
    return Colleagues(people, None if everything else mine)


def everybody() -> list[tuple[int, str]]:
    """All colleagues who can be given work, as (id, name), by name; may be ten seconds old."""
    return [(pk, name) for pk, name, role, _of in _directory() if role in ASSIGNABLE]


def assignable(user: StaffUser, department_id: int | None) -> list[tuple[int, str]]:
    """Who can be given a request of this department, as (id, name), by name. Triage lists the reader's colleagues.

    The list may be ten seconds old; the action itself asks anew.
    """
    if department_id is None:
        return list(colleagues(user).people)
    return [(pk, name) for pk, name, role, of in _directory() if role in ASSIGNABLE and department_id in of]


def who_sees(department_id: int | None) -> list[str]:
    """Names of the colleagues who see requests of this department, by name; at most ten seconds old."""
    return [
        name
        for _pk, name, role, of in _directory()
        if role in SEES_EVERYTHING or department_id is None or department_id in of
    ]


def request_details(user: StaffUser) -> ServiceRequestQuerySet:
    """Requests this person may open, with what the detail page shows beside the row itself."""
    return (
        ServiceRequest.objects.visible_to(user)
        .select_related("assignee")
        .annotate(
            has_reporter=Exists(Reporter.objects.filter(request=OuterRef("pk"))),
            is_watched=Exists(Watcher.objects.filter(request=OuterRef("pk"), user=user)),
        )
    )


def events_since(request: ServiceRequest, version: int) -> list[RequestEvent]:
    """What happened after a screen of this version was drawn, oldest first: each event raises the version by one."""
    missed = max(request.version - version, 0)
    return list(reversed(request.events.order_by("-id")[:missed])) if missed else []


def event_at(request: ServiceRequest, version: int) -> RequestEvent | None:
    """The event that made this version of the request: who had it then, and where it stood."""
    missed = max(request.version - version, 0)
    events = request.events.select_related("department", "assignee").order_by("-id")
    return events[missed : missed + 1].first() if missed else events.first()
