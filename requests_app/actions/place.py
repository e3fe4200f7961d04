"""Where it really is: the place is corrected, areas follow, the department only on request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from departments.geo import areas_at, distance_m, is_point
from departments.models import Department
from departments.routing import RoutingDecision
from departments.rules import decide, organisation, routing_text
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import RequestEvent, ServiceRequest

ADDRESS_MAX = 300


@dataclass(frozen=True)
class NewPlace:
    """An address, a point, or both."""

    address: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return (self.latitude, self.longitude)


def routed_at(request: ServiceRequest, place: NewPlace) -> tuple[RoutingDecision, Department | None]:
    """What the city's rules say about the request at the new place, and the department they name."""
    hits = areas_at(*place.point) if place.point else []
    decision = decide(
        request.category,
        point=place.point,
        areas={hit.id: hit.name for hit in hits},
        text=routing_text(request.description, place.address),
        channel=request.channel,
    )
    departments, _partners = organisation()
    return decision, departments.get(decision.department or 0)


@transaction.atomic
def correct_place(
    *,
    request_id: int,
    version: int | None,
    place: NewPlace,
    reason: str = "",
    move: bool = False,
    by: Actor,
    now: dt.datetime,
) -> RequestEvent:
    """Write the right place; areas are looked up anew. With ``move`` it also goes to who is responsible there.

    The old place stays in the note for staff, which an erasure empties. Raises `ActionRefused` for a place that is
    none or the same, `NotAllowed` for a ``move`` without the right to send requests to other departments.
    """
    request = lock(request_id)
    permitted(request, "correct_place", by=by, version=version)
    if move:
        permitted(request, "reroute", by=by, version=version)
    address = " ".join(place.address.split())[:ADDRESS_MAX]
    if not address and place.point is None:
        raise ActionRefused(_("Say where it is: an address, a crossing or coordinates."))
    if place.point is not None and not is_point(*place.point):
        raise ActionRefused(_("These coordinates are no place on Earth."))
    if (address, place.latitude, place.longitude) == (request.address, request.latitude, request.longitude):
        raise ActionRefused(_("This is the place it has already."))
    place = NewPlace(address, place.latitude, place.longitude)
    before = list(request.areas.order_by("kind", "name").values_list("name", flat=True))
    hits = areas_at(*place.point) if place.point else []
    changes: dict[str, object] = {
        "address": address,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "place_is_fallback": False,
    }
    data: dict[str, object] = {"areas_from": before, "areas_to": sorted(hit.name for hit in hits)}
    if request.latitude is not None and request.longitude is not None and place.point is not None:
        data["meters"] = round(distance_m(request.latitude, request.longitude, *place.point))
    if move:
        changes |= _moved(request, place, data)
    through = ServiceRequest.areas.through
    through.objects.filter(servicerequest_id=request.pk).delete()
    through.objects.bulk_create(through(servicerequest_id=request.pk, area_id=hit.id) for hit in hits)
    return transition(
        request_id=request_id,
        version=version,
        move="correct_place",
        by=by,
        now=now,
        changes=changes,
        internal_note="\n".join(
            filter(None, [_("Before: %(place)s") % {"place": _was(request)}, reason.strip()])
        ),
        data=data,
    )


def _moved(request: ServiceRequest, place: NewPlace, data: dict[str, object]) -> dict[str, object]:
    """The columns of a move to who is responsible at the new place; none when that is who has it."""
    decision, department = routed_at(request, place)
    if department is None:
        raise ActionRefused(
            _("The rules name no department for this place. Correct it without moving the request.")
        )
    if department.pk == request.department_id:
        return {}
    data |= {
        "department_from": request.department.name if request.department else "",
        "department_from_id": request.department_id,
        "department_to": department.name,
        "department_to_id": department.pk,
    }
    return {
        "department": department,
        "assignee": None,
        "routing_rule_id": decision.rule,
        "routing_reason": str(decision.reason)[:300],
    }


def _was(request: ServiceRequest) -> str:
    point = "" if request.latitude is None else f"{request.latitude:.5f}, {request.longitude:.5f}"
    return " · ".join(filter(None, [request.address, point])) or str(_("no place"))
