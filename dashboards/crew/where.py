"""Where a crew is: by the phone, as typed, or the last place worked at. Kept in the session, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dashboards.crew.ordering import Order, Point
from departments import places
from departments.geo import is_point, parse_coordinates

SESSION_KEY = "crew_way"
TYPED_MAX = 200


@dataclass(frozen=True)
class Way:
    """The order chosen and the place it starts from; ``label`` says how we know it, ``problem`` why we do not."""

    order: Order
    start: Point | None
    label: str
    problem: str = ""


def way(request: HttpRequest, *, last: Point | None) -> Way:
    """What the address asks for, else what was asked for before. ``last`` is where this person worked last today."""
    kept = request.session.get(SESSION_KEY)
    kept = dict(kept) if isinstance(kept, dict) else {}
    before = dict(kept)
    wanted = request.GET.get("order", "")
    if wanted in Order.values:
        kept["order"] = wanted
    problem = _read_place(request, kept)
    if kept != before:
        request.session[SESSION_KEY] = kept
    order = Order(kept["order"]) if kept.get("order") in Order.values else Order.DUE
    at = kept.get("at")
    if isinstance(at, list) and len(at) == 2 and is_point(*at):
        return Way(order, (at[0], at[1]), str(kept.get("label") or ""), problem)
    if last is not None:
        return Way(order, last, _("the place of your last job"), problem)
    return Way(order, None, "", problem)


def _read_place(request: HttpRequest, kept: dict[str, object]) -> str:
    """Note the place of the address's query in ``kept``; what is wrong with it, in words."""
    sent = request.GET.get("at", "")[:TYPED_MAX]
    point = parse_coordinates(sent) if sent else None
    if point is not None and is_point(*point):
        kept |= {"at": list(point), "label": _("where you were when you pressed")}
        return ""
    typed = request.GET.get("from", "")[:TYPED_MAX].strip()
    if not typed:
        return ""
    hits = places.search(typed, limit=1)
    if not hits:
        return _("We do not know this place: %(typed)s") % {"typed": typed}
    kept |= {"at": [hits[0].latitude, hits[0].longitude], "label": hits[0].label}
    return ""
