"""What crews find on the way, reported in three taps: the page, a photo if there is one, the category."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.crew.access import crew_user
from dashboards.crew.answers import refused, saved
from dashboards.crew.forms import FoundForm
from dashboards.queue.choices import category_choices
from departments.geo import inside_city, is_point
from departments.models import Category, StaffUser
from requests_app.actions import ActionRefused, Actor, Submission, report_found
from requests_app.models import Photo
from requests_app.queries.fieldwork import often_found
from requests_app.resident import finder
from requests_app.resident.uploads import receive
from requests_app.workflow import Channel, Population

FAVOURITES = 8
OTHER = "other"


def found_context(user: StaffUser, form: FoundForm, *, now: dt.datetime) -> dict[str, Any]:
    """The form with the categories found most as buttons, and all others in a list."""
    return {
        "form": form,
        "favourites": often_found(user, now=now, most=FAVOURITES),
        "all_categories": category_choices(retired=False),
        "fresh_key": str(uuid.uuid4()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.non_atomic_requests
def found(request: HttpRequest) -> HttpResponse:
    """``/crew/found/``: the form, and what becomes of it."""
    user, now = crew_user(request), clock.now()
    form = FoundForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "dashboards/crew/found.html", found_context(user, form, now=now))
    category = _category(request.POST) if form.is_valid() else None
    if form.is_valid() and category is None:
        form.add_error("category", _("This category does not exist or is retired. Choose another one."))
    place = _place(form) if form.is_valid() else None
    if form.is_valid():
        received = receive(request, "photos", now=now)
        for refusal in received.refusals:
            form.add_error("photos", refusal)
    if not form.is_valid() or category is None or place is None:
        return _again(request, user, form, now=now)
    hashes = (
        Photo.objects.filter(draft_key=received.draft_key) if received.draft_key else Photo.objects.none()
    )
    submission = Submission(
        category=category,
        description=form.cleaned_data["words"].strip() or category.name,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        channel=Channel.STAFF,
        population=Population.STAFF_FOUND,
        draft_key=received.draft_key,
        photo_hashes=tuple(hashes.values_list("sha256", flat=True)),
    )
    key = form.cleaned_data["key"] or str(uuid.uuid4())
    try:
        made = report_found(submission=submission, key=key, by=Actor.staff(user), now=now)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _again(request, user, form, now=now, status=409)
    number = made.request.number
    if made.is_mine:
        words = _("%(number)s is reported and yours.") % {"number": number}
        return saved(request, words, reverse("crew:job", args=[number]))
    owner = made.request.department.name if made.request.department else _("dispatch")
    words = _("%(number)s is reported. It went to %(owner)s.") % {"number": number, "owner": owner}
    return saved(request, words, reverse("crew:list"))


def _again(
    request: HttpRequest, user: StaffUser, form: FoundForm, *, now: dt.datetime, status: int = 400
) -> HttpResponse:
    """The form with what is wrong, everything typed kept; in words for the phone's own outbox."""
    errors = [str(error) for each in form.errors.values() for error in each]
    answer = refused(request, "\n".join(errors), status=status)
    if answer is not None:
        return answer
    context = found_context(user, form, now=now)
    return render(request, "dashboards/crew/found.html", context, status=status)


def _category(data: Any) -> Category | None:
    """The button pressed, or the one chosen from the list beside the button "Send"."""
    slug = str(data.get("category", ""))
    offered = Category.objects.active()
    if slug != OTHER:
        return offered.filter(slug=slug[:80]).first()
    chosen = str(data.get("other", ""))
    return offered.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None


def _place(form: FoundForm) -> finder.Found | None:
    """The place meant: the typed one before the phone's; None with an error in the form."""
    data = form.cleaned_data
    address, latitude, longitude = data["address"].strip(), data["latitude"], data["longitude"]
    has_point = latitude is not None and longitude is not None and is_point(latitude, longitude)
    if not address and not has_point:
        form.add_error(
            "address", gettext_lazy("Say where it is: an address, a crossing, or where you stand.")
        )
        return None
    place = finder.find(address, None, None) if address else finder.find("", latitude, longitude)
    if place.choices:
        named = ", ".join(choice.label for choice in place.choices[:-1])
        place = finder.Found(address, latitude, longitude) if has_point else place
        if place.choices:
            words = _("This can be several places. Type one of them: %(places)s") % {"places": named}
            form.add_error("address", words if named else _("We do not know this place."))
            return None
    if place.latitude is None or place.longitude is None:
        form.add_error("address", _("We do not know this place."))
        return None
    if not inside_city(place.latitude, place.longitude):
        form.add_error("address", _("This place is outside of the city."))
        return None
    return place
