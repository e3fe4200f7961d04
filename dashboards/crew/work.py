"""The supervisor's side: work in hand per crew, work nobody has by area, and giving it out in bulk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from civic311.lib import clock
from dashboards.crew.access import supervisor
from dashboards.crew.forms import GiveForm
from dashboards.crew.views import end_of, own_undo
from departments.directory import area_names, categories
from departments.kinds import AreaKind
from departments.models import Area, StaffUser
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.bulk import change_many
from requests_app.actions.bulk_moves import Assign
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries import fieldwork

GIVEN_MOST = 200
REFUSALS_SHOWN = 5
NO_AREA = "none"
NOBODY = "none"


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """``/crew/work/``: who has how much, and what nobody has, by area."""
    user, now = supervisor(request), clock.now()
    kinds = _kinds()
    wanted = request.GET.get("by", "")
    kind = AreaKind(wanted) if wanted in kinds else (kinds[0] if kinds else AreaKind.COUNCIL_DISTRICT)
    names = area_names()
    free = fieldwork.free_by_area(user, kind, now=now)
    context = {
        "people": fieldwork.work_in_hand(user, now=now, end_of_day=end_of(timezone.localdate(now))),
        "free": [(area, names.get(area.area_id or 0, "")) for area in free],
        "free_total": sum(area.count for area in free),
        "kinds": [(each.value, each.label, each == kind) for each in kinds],
        "undo": own_undo(user, now, reverse("crew:work")),
        "now": now,
    }
    return render(request, "dashboards/crew/work.html", context)


def _kinds() -> list[AreaKind]:
    """The kinds of areas this city has, those crews know first."""
    there = set(Area.objects.own().order_by().values_list("kind", flat=True).distinct())
    wanted = (AreaKind.COUNCIL_DISTRICT, AreaKind.NEIGHBORHOOD, *AreaKind)
    return [kind for at, kind in enumerate(wanted) if kind in there and kind not in wanted[:at]]


@dataclass(frozen=True)
class Source:
    """Whose or which work is given: its rows, its name, and the query that names it."""

    rows: ServiceRequestQuerySet
    name: str
    query: str


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """``/crew/work/give/``: the work of an area or a person, each with a tick, and who gets it; then it is given."""
    user, now = supervisor(request), clock.now()
    source = _source(request, user)
    people = fieldwork.crews(user)
    rows = source.rows.select_related("assignee").order_by("due_at", "id")[:GIVEN_MOST]
    known, names = categories(), dict(people)
    if request.method != "POST":
        return _page(request, source, rows, GiveForm(people=people), now=now)
    form = GiveForm(request.POST, people=people)
    chosen = _ticked(request)
    if form.is_valid() and not chosen:
        form.add_error(None, _("Tick what you want to give."))
    if not form.is_valid():
        return _page(request, source, rows, form, now=now, status=400)
    to = form.cleaned_data["to"]
    person = None if to == NOBODY else StaffUser.objects.get(pk=int(to))
    visible = set(
        source.rows.model.objects.visible_to(user).filter(pk__in=chosen).values_list("pk", flat=True)
    )
    chosen = {pk: version for pk, version in chosen.items() if pk in visible}
    try:
        done = change_many(chosen=chosen, change=Assign(person), by=Actor.staff(user), now=now)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, source, rows, form, now=now, status=409)
    given = len(done.events)
    if given and person is not None:
        words = ngettext(
            "%(count)d job is now with %(name)s.", "%(count)d jobs are now with %(name)s.", given
        )
        messages.success(request, words % {"count": given, "name": names[person.pk]})
    elif given:
        words = ngettext("%(count)d job is with nobody now.", "%(count)d jobs are with nobody now.", given)
        messages.success(request, words % {"count": given})
    for wont in done.outlook.wont[:REFUSALS_SHOWN]:
        messages.warning(request, f"{wont.request.number} {known[wont.request.category_id].name}: {wont.why}")
    if len(done.outlook.wont) > REFUSALS_SHOWN:
        left = len(done.outlook.wont) - REFUSALS_SHOWN
        messages.warning(request, _("And %(count)s more were not changed.") % {"count": left})
    response = HttpResponseRedirect(reverse("crew:work"))
    response.status_code = 303
    return response


def _page(
    request: HttpRequest,
    source: Source,
    rows: Any,
    form: GiveForm,
    *,
    now: dt.datetime,
    status: int = 200,
) -> HttpResponse:
    known = categories()
    ticked = _ticked(request) if request.method == "POST" else None
    found = list(rows)
    context = {
        "source": source,
        "rows": [(row, known[row.category_id].name, ticked is None or row.pk in ticked) for row in found],
        "is_cut": len(found) == GIVEN_MOST,
        "most": GIVEN_MOST,
        "form": form,
        "now": now,
    }
    return render(request, "dashboards/crew/give.html", context, status=status)


def _source(request: HttpRequest, user: StaffUser) -> Source:
    """What the address names: ``area`` (an id or "none" with ``by``) or ``person``. 404 for anything else."""
    person, area = request.GET.get("person", ""), request.GET.get("area", "")
    if person.isdecimal() and len(person) < 10:
        names = dict(fieldwork.crews(user))
        if int(person) not in names:
            raise Http404
        return Source(fieldwork.work_of(user, int(person)), names[int(person)], f"person={person}")
    free = fieldwork.free_work(user)
    kind = request.GET.get("by", "")
    if area == NO_AREA and kind in AreaKind.values:
        return Source(free.exclude(areas__kind=kind), _("Outside of all areas"), f"area=none&by={kind}")
    if area.isdecimal() and len(area) < 10 and int(area) in area_names():
        return Source(free.filter(areas=int(area)), area_names()[int(area)], f"area={area}")
    raise Http404


def _ticked(request: HttpRequest) -> dict[int, int | None]:
    """The requests ticked, with the versions the page was drawn with: values such as "17:3"."""
    chosen: dict[int, int | None] = {}
    for value in request.POST.getlist("job")[: GIVEN_MOST + 1]:
        pk, _colon, version = value.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(pk) < 18 and len(version) < 10:
            chosen[int(pk)] = int(version)
    return chosen
