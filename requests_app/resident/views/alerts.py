"""Alerts: asked for on a form, confirmed and stopped by the link in a message."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from civic311.lib.tokens import follow_token, matches, subscription_token
from departments import directory, places
from requests_app.actions import ActionRefused
from requests_app.actions.residents import resident_for
from requests_app.actions.subscriptions import (
    Watch,
    confirm_alert,
    confirm_follow,
    stop_alert,
    stop_follow,
    subscribe,
)
from requests_app.models import Follower, Subscription
from requests_app.notifications.watching import watched_words
from requests_app.queries.wanted import BadFilter, Wanted
from requests_app.resident import finder
from requests_app.resident.my_forms import RADII, AlertForm
from requests_app.resident.signed_in import current_resident
from requests_app.workflow import Outcome


@login_not_required
@limited("alert", 20, 3600)
@transaction.non_atomic_requests
def alerts_new(request: HttpRequest) -> HttpResponse:
    """The form, filled in from the filter of a list or map; the same answer for known and unknown addresses."""
    resident = current_resident(request)
    if request.method != "POST":
        form = AlertForm(signed_in=resident is not None, initial=_initial(request))
        return _form(request, form)
    form = AlertForm(request.POST, signed_in=resident is not None)
    watch, choices = _watch(request, form) if form.is_valid() else (None, ())
    if watch is None or not form.is_valid():
        return _form(request, form, choices, status=400)
    now = clock.now()
    owner = resident
    if owner is None:
        language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        owner = resident_for(email=form.cleaned_data["email"], language=language, now=now)
    try:
        made = subscribe(resident_id=owner.pk, watch=watch, confirmed=resident is not None, now=now)
    except ActionRefused as refusal:
        if resident is not None:
            form.add_error(None, str(refusal))
            return _form(request, form, status=400)
        made = None
    if resident is not None and made is not None:
        messages.success(request, _("The alert runs. You can stop it here."))
        return HttpResponseRedirect(reverse("resident:my") + "#alerts", status=303)
    return HttpResponseRedirect(reverse("resident:alerts_new") + "?sent=1", status=303)


@login_not_required
@csrf_exempt
@limited("link", 600, 3600, methods=("GET", "POST"))
def alert_link(request: HttpRequest, subscription_id: int, token: str) -> HttpResponse:
    """The link of an alert: a GET shows a button, a POST acts.

    Mail programs post here by themselves to stop it (RFC 8058), so the secret in the address is the proof of origin.
    """
    alert = Subscription.objects.select_related("category", "area").filter(pk=subscription_id).first()
    if not matches(subscription_token(subscription_id), token) or alert is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "start":
            confirm_alert(subscription_id=subscription_id, now=clock.now())
        else:
            stop_alert(subscription_id=subscription_id, now=clock.now())
        alert.refresh_from_db(fields=["confirmed_at", "stopped_at"])
    context = {
        "title": watched_words(alert),
        "is_alert": True,
        "runs": alert.confirmed_at is not None and alert.stopped_at is None,
        "back": "",
    }
    return _link(request, context)


@login_not_required
@csrf_exempt
@limited("link", 600, 3600, methods=("GET", "POST"))
def follow_link(request: HttpRequest, follower_id: int, token: str) -> HttpResponse:
    """The link to follow a report or to stop, by the same rules."""
    follower = (
        Follower.objects.select_related("request__category")
        .only(
            "confirmed_at",
            "stopped_at",
            "request__number",
            "request__is_public",
            "request__outcome",
            "request__category",
        )
        .filter(pk=follower_id)
        .first()
    )
    if not matches(follow_token(follower_id), token) or follower is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "start":
            confirm_follow(follower_id=follower_id, now=clock.now())
        else:
            stop_follow(follower_id=follower_id, now=clock.now())
        follower.refresh_from_db(fields=["confirmed_at", "stopped_at"])
    target = follower.request
    shown = target.is_public and target.shown_outcome != Outcome.SPAM
    context = {
        "title": f"{target.category.shown_name}, {target.number}" if shown else target.number,
        "is_alert": False,
        "runs": follower.confirmed_at is not None and follower.stopped_at is None,
        "back": reverse("resident:request", kwargs={"number": target.number}) if shown else "",
    }
    return _link(request, context)


def _link(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    response = render(
        request,
        "resident/my/link.html",
        context | {"action": request.path, "done": request.method == "POST"},
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _initial(request: HttpRequest) -> dict[str, object]:
    """What a list or map was filtered by; nonsense is left out."""
    query = request.GET
    initial: dict[str, object] = {"radius": 400, "frequency": "daily"}
    initial["category"] = query.get("category", "")[:80]
    initial["area"] = query.get("area", "")[:150]
    point = finder.point_from(query)
    if point is not None:
        initial["latitude"], initial["longitude"] = f"{point[0]:.6f}", f"{point[1]:.6f}"
        initial["address"] = finder.near(*point) or f"{point[0]:.5f}, {point[1]:.5f}"
    try:
        wanted = int(query.get("radius", ""))
    except ValueError:
        wanted = 400
    initial["radius"] = min(RADII, key=lambda metres: abs(metres - wanted))
    return initial


def _watch(request: HttpRequest, form: AlertForm) -> tuple[Watch | None, tuple[finder.Choice, ...]]:
    """What the form asks for; None with an error on the form, and places to choose from where the address is unclear."""
    data = form.cleaned_data
    try:
        wanted = Wanted.from_query({"category": data["category"], "area": data["area"]})
    except BadFilter as refusal:
        form.add_error(None, str(refusal))
        return None, ()
    watch = Watch(area_id=wanted.area_id, category_id=wanted.category_id, frequency=data["frequency"])
    if watch.category_id is not None and not directory.categories()[watch.category_id].is_public:
        form.add_error("category", _("Reports of this kind are not shown online."))
        return None, ()
    typed = data["address"].strip()
    if not typed:
        if watch.area_id is None and watch.category_id is None:
            form.add_error("address", _("Choose a place, an area or a kind of problem."))
            return None, ()
        return watch, ()
    picked = finder.chosen(request.POST.get("place_choice", ""))
    point = finder.point_from({"lat": data["latitude"], "lon": data["longitude"]})
    found = picked or finder.find(typed, *(point or (None, None)))
    choices = tuple(choice for choice in found.choices if choice.value != finder.KEEP_WORDS)
    if found.latitude is None or found.longitude is None:
        form.add_error(
            "address",
            _("Several places fit. Choose the one you mean.")
            if choices
            else _("We do not find this place. Check the spelling."),
        )
        return None, choices
    if found.is_outside:
        form.add_error("address", _("This place is outside the city."))
        return None, ()
    return replace(
        watch,
        place_label=_label(found.address, found.latitude, found.longitude, is_own="email" not in form.fields),
        latitude=round(found.latitude, 6),
        longitude=round(found.longitude, 6),
        radius_m=data["radius"] or 400,
    ), ()


def _label(typed: str, latitude: float, longitude: float, *, is_own: bool) -> str:
    """What the place is called in messages.

    Free words only to a resident who is signed in. Everybody else may have typed a stranger's address, who would read
    them in a message of the city: those get the name of the place in our own data, or "" for its coordinates.
    """
    typed = typed.removeprefix("near ")
    if is_own or any(hit.label.casefold() == typed.casefold() for hit in places.search(typed)):
        return typed[:200]
    return finder.near(latitude, longitude).removeprefix("near ")[:200]


def _form(
    request: HttpRequest, form: AlertForm, choices: tuple[finder.Choice, ...] = (), status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "choices": choices,
        "asked": request.GET.get("sent") == "1",
        "signed_in": current_resident(request) is not None,
    }
    response = render(request, "resident/my/alerts_new.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
