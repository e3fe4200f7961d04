"""Correcting the place: typed as on the report form, found by the same search, moved elsewhere only on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.queue.privacy.common import back_to, drawn, reached, see_other, seen_version
from departments.geo import areas_at
from departments.models import City, StaffUser
from requests_app.actions import ActionRefused, Actor, NewPlace, StaleRequest, correct_place
from requests_app.actions.place import ADDRESS_MAX, routed_at
from requests_app.models import ServiceRequest
from requests_app.resident import finder
from requests_app.workflow import BY_NAME

REASON_MAX = 1_000


class PlaceForm(forms.Form):
    """An address, a crossing or coordinates, and the point a map or a suggestion filled in."""

    mark_optional = True
    address = forms.CharField(
        label=gettext_lazy("Address, crossing or place"),
        help_text=gettext_lazy("Coordinates work too: 39.2904, -76.6122"),
        max_length=ADDRESS_MAX,
        required=False,
    )
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180
    )
    reason = forms.CharField(
        label=gettext_lazy("How do you know?"),
        help_text=gettext_lazy("Staff read it in the history."),
        max_length=REASON_MAX,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            self.add_error("latitude", _("A point needs both numbers."))
        return cleaned


@dataclass(frozen=True)
class Proposal:
    """A place that was found, and what the city's rules say about it there."""

    value: str
    place: NewPlace
    areas: tuple[str, ...]
    is_outside: bool
    department: str
    reason: str
    is_elsewhere: bool


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/place/``: type, look at what was found, correct. Nothing is written before the last press."""
    user, target = reached(request, number, "correct_place")
    if request.method != "POST":
        return _page(request, target, user, PlaceForm(initial={"address": target.address}))
    seen = seen_version(request)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, target, user, form, status=400)
    found = _found(form.cleaned_data, request.POST.get("place_choice", "")[:400])
    if not found.choices and not found.address and found.latitude is None:
        form.add_error("address", _("Say where it is: an address, a crossing or coordinates."))
        return _page(request, target, user, form, status=400)
    if seen != target.version:
        return _page(request, target, user, form, found, seen=seen)
    if found.choices or "confirm" not in request.POST:
        return _page(request, target, user, form, found)
    move = request.POST.get("move") == "on"
    try:
        correct_place(
            request_id=target.pk,
            version=seen,
            place=NewPlace(found.address, found.latitude, found.longitude),
            reason=form.cleaned_data["reason"],
            move=move,
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest:
        _user, target = reached(request, number, "correct_place")
        return _page(request, target, user, form, found, seen=seen)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, target, user, form, found, status=400)
    messages.success(request, _("The place is corrected."))
    if move and not ServiceRequest.objects.visible_to(user).filter(pk=target.pk).exists():
        words = _("%(number)s is now with another department and left your queue.")
        messages.success(request, words % {"number": target.number})
        return see_other(reverse("queue:list"))
    return back_to(target)


def _found(data: dict[str, Any], choice: str) -> finder.Found:
    """The place that was chosen, else what the search says about what was typed."""
    address = " ".join(data["address"].split())
    if choice == finder.KEEP_WORDS:
        return finder.Found(address)
    picked = finder.chosen(choice) if choice else None
    return picked or finder.find(address, data["latitude"], data["longitude"])


def _proposal(target: ServiceRequest, found: finder.Found) -> Proposal:
    new = NewPlace(found.address, found.latitude, found.longitude)
    decision, department = routed_at(target, new)
    if new.latitude is None or new.longitude is None:
        value = finder.KEEP_WORDS
    else:
        value = finder.choice(new.address or _("the point you chose"), new.latitude, new.longitude).value
    return Proposal(
        value=value,
        place=new,
        areas=tuple(hit.name for hit in areas_at(*new.point)) if new.point else (),
        is_outside=found.is_outside,
        department=department.name if department else "",
        reason=str(decision.reason),
        is_elsewhere=department is not None and department.pk != target.department_id,
    )


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    user: StaffUser,
    form: PlaceForm,
    found: finder.Found | None = None,
    *,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    whole = found is not None and not found.choices
    context = {
        "form": form,
        "choices": found.choices if found else (),
        "proposal": _proposal(target, found) if found is not None and whole else None,
        "may_move": user.role in BY_NAME["reroute"].roles,
        "move": request.POST.get("move") == "on",
        "bounds": City.current().bounds,
        "here": "" if target.latitude is None else f"{target.latitude:.6f},{target.longitude:.6f}",
    }
    return drawn(request, "place", target, context, move="correct_place", seen=seen, status=status)
