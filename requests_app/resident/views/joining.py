"""Joining a report instead of sending another: support it, follow it, and say that it is not solved."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.contacts import voter_of_device, voter_of_mailbox
from civic311.lib.ratelimit import limited
from requests_app.actions import ActionRefused
from requests_app.actions.residents import resident_for
from requests_app.actions.support import follow, say_not_solved, support
from requests_app.models import ServiceRequest
from requests_app.queries.public import PublicRequest, public_request
from requests_app.resident.joining import (
    DEVICE_COOKIE,
    FollowForm,
    NotSolvedForm,
    device_of,
    shared_context,
    voters_of,
)
from requests_app.resident.showing import page_context
from requests_app.resident.signed_in import current_resident

DEVICE_COOKIE_AGE = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Joined:
    """What came of "This is mine too". ``device`` is a new token to remember in the answer, or empty."""

    number: str
    url: str
    counted: bool
    message: str
    device: str


def support_from(request: HttpRequest, number: str) -> Joined:
    """Count this visitor with a report: a signed-in resident by the mailbox, others by the browser.

    Raises `Http404` where the report is not shown online, `ActionRefused` when it is closed.
    """
    found = _shown(number)
    who, device = _who(request)
    counted = support(
        request_id=found.pk, voter=who, now=clock.now(), known_as=voters_of(device_of(request), None)
    )
    return Joined(
        number=number,
        url=request_url(number),
        counted=counted,
        message=_("Thank you. You are counted with this report. You do not need to send another.")
        if counted
        else _("You are counted with this report already. You do not need to send another."),
        device=device,
    )


def remember_device(response: HttpResponse, device: str) -> None:
    """Keep a new device token in a cookie, so that one browser counts once."""
    if device:
        response.set_cookie(
            DEVICE_COOKIE,
            device,
            max_age=DEVICE_COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SECURE_COOKIES,
        )


@login_not_required
@limited("support", 60, 3600)
@transaction.non_atomic_requests
def support_it(request: HttpRequest, number: str) -> HttpResponse:
    """ "This is mine too": one more person, no new report."""
    back = request_url(_shown(number).number)
    if request.method != "POST":
        return HttpResponseRedirect(back)
    try:
        joined = support_from(request, number)
    except ActionRefused as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(back, status=303)
    messages.success(request, joined.message)
    response = HttpResponseRedirect(back + "#follow", status=303)
    remember_device(response, joined.device)
    return response


@login_not_required
@limited("follow", 20, 3600)
@transaction.non_atomic_requests
def follow_it(request: HttpRequest, number: str) -> HttpResponse:
    """The news of a report by e-mail: at once for a resident who is signed in, else after a link in a message.

    The answer is the same whether an address is known, follows already, or gets a message for the first time.
    """
    found = public_or_404(number)
    if request.method != "POST":
        return HttpResponseRedirect(request_url(number) + "#follow")
    now = clock.now()
    resident = current_resident(request)
    if resident is not None:
        follow(request_id=found.id, resident_id=resident.pk, confirmed=True, now=now)
        messages.success(request, _("You get the news of this report by e-mail."))
        return HttpResponseRedirect(request_url(number), status=303)
    form = FollowForm(request.POST)
    if not form.is_valid():
        return page_again(request, found, follow_form=form)
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    known = resident_for(email=form.cleaned_data["email"], language=language, now=now)
    follow(request_id=found.id, resident_id=known.pk, confirmed=False, now=now)
    messages.success(
        request, _("Look into your mailbox: open the link in our message, and the news come to you.")
    )
    return HttpResponseRedirect(request_url(number), status=303)


@login_not_required
@limited("not_solved", 20, 3600)
@transaction.non_atomic_requests
def not_solved(request: HttpRequest, number: str) -> HttpResponse:
    """Another resident says that a closed report is not solved: staff see it, nobody is written to."""
    found = public_or_404(number)
    if request.method != "POST":
        return HttpResponseRedirect(request_url(number) + "#not_solved")
    form = NotSolvedForm(request.POST)
    if not form.is_valid():
        return page_again(request, found, not_solved_form=form)
    who, device = _who(request)
    try:
        say_not_solved(request_id=found.id, voter=who, reason=form.cleaned_data["reason"], now=clock.now())
    except ServiceRequest.DoesNotExist:
        raise Http404 from None
    except ActionRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, _("Thank you. The department reads what you see. The report stays closed until then.")
        )
    response = HttpResponseRedirect(request_url(number), status=303)
    remember_device(response, device)
    return response


def page_again(request: HttpRequest, found: PublicRequest, **bound: forms.Form) -> HttpResponse:
    """The public page with a form that was sent with mistakes; what was typed stays."""
    context = page_context(found, token="") | shared_context(request, found, bound=dict(bound))
    context["error_form"] = next(iter(bound.values()))
    return render(request, "resident/request.html", context, status=400)


def request_url(number: str) -> str:
    """The public page of a report."""
    return reverse("resident:request", kwargs={"number": number})


def _who(request: HttpRequest) -> tuple[str, str]:
    """The voter this visitor is, and the token of the browser when it is new."""
    resident = current_resident(request)
    if resident is not None:
        return voter_of_mailbox(resident.email), ""
    known = device_of(request)
    token = known or secrets.token_urlsafe(16)
    return voter_of_device(token), "" if known else token


def _shown(number: str) -> ServiceRequest:
    """The request where it is shown online; else the same 404 as for a number that does not exist."""
    found = ServiceRequest.objects.public().filter(number=number).only("pk", "number").first()
    if found is None:
        raise Http404
    return found


def public_or_404(number: str) -> PublicRequest:
    """The public face of a report; the same 404 for unknown and for not shown."""
    found = public_request(number)
    if found is None:
        raise Http404
    return found
