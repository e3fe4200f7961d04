"""The reporter corrects the own report: its words for a while, more photos while it is open."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from requests_app.actions import ActionRefused, Actor, MoveNotPossible, StaleRequest, add_photo, edit
from requests_app.queries.holder import own_words
from requests_app.resident.holder_forms import EditForm, PhotoForm
from requests_app.resident.showing import offers
from requests_app.resident.uploads import receive
from requests_app.resident.views.following import held, own_url, sealed


@login_not_required
@limited("edit", 30, 3600)
def edit_own(request: HttpRequest, token: str) -> HttpResponse:
    """Change the words of a report that nobody has taken up yet."""
    found = held(token)
    words = own_words(found.id)
    initial = {"description": words.description, "place_note": words.place_note, "version": words.version}
    form = EditForm(request.POST if request.method == "POST" else None, initial=initial)
    stale = ""
    if request.method != "POST":
        if not offers(found, clock.now()).edit:
            messages.warning(request, _too_late())
            return HttpResponseRedirect(own_url(token), status=303)
    elif form.is_valid():
        data = form.cleaned_data
        try:
            edit(
                request_id=found.id,
                version=data["version"],
                description=data["description"],
                place_note=data["place_note"],
                by=Actor.reporter(),
                now=clock.now(),
            )
        except StaleRequest:
            if found.is_open and offers(found, clock.now()).edit:
                stale = _(
                    "This report was changed in another window. What you typed is still here. Look, then send it again."
                )
                form = EditForm(initial=data | {"version": words.version})
            else:
                messages.warning(request, _too_late())
                return HttpResponseRedirect(own_url(token), status=303)
        except MoveNotPossible:
            messages.warning(request, _too_late())
            return HttpResponseRedirect(own_url(token), status=303)
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(own_url(token), status=303)
        else:
            messages.success(request, _("Your changes are saved."))
            return HttpResponseRedirect(own_url(token), status=303)
    context = {"item": found, "form": form, "stale": stale, "now_says": words if stale else None}
    context |= {"token": token, "back": own_url(token)}
    return sealed(render(request, "resident/edit.html", context, status=409 if stale else 200))


@login_not_required
@limited("add-photo", 30, 3600)
@transaction.non_atomic_requests
def add_photo_own(request: HttpRequest, token: str) -> HttpResponse:
    """Send more photos of an open report."""
    found = held(token)
    form = PhotoForm(request.POST if request.method == "POST" else None)
    if not found.is_open:
        messages.warning(
            request, _("This report is closed. Say that it is not solved, and add the photo there.")
        )
        return HttpResponseRedirect(own_url(token) + "#solved", status=303)
    if request.method == "POST":
        form.is_valid()
        received = receive(request, "photos", now=clock.now())
        for refusal in received.refusals:
            form.add_error("photos", refusal)
        if not received.draft_key and not received.refusals:
            form.add_error("photos", _("Choose a photo."))
        if not form.errors:
            try:
                add_photo(
                    request_id=found.id, draft_key=received.draft_key, by=Actor.reporter(), now=clock.now()
                )
            except ActionRefused as refusal:
                form.add_error("photos", str(refusal))
            else:
                messages.success(
                    request,
                    _("Thank you for the photo. A person looks at it before it is shown online.")
                    if found.is_anonymous
                    else _("Thank you for the photo."),
                )
                return HttpResponseRedirect(own_url(token), status=303)
    context = {"item": found, "form": form, "token": token, "back": own_url(token)}
    return sealed(render(request, "resident/add_photo.html", context))


def _too_late() -> str:
    return _("The time to change this report is over. You can still add a photo or withdraw it.")
