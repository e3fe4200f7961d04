"""Joining a report instead of sending another: support, follow, and say that it is not solved."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.contacts import voter_of_device
from civic311.lib.ratelimit import limited
from requests_app.actions import ActionRefused
from requests_app.actions.support import support
from requests_app.models import ServiceRequest

DEVICE_COOKIE = "__Host-device" if settings.SECURE_COOKIES else "device"
DEVICE_COOKIE_AGE = 365 * 24 * 60 * 60
_DEVICE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Joined:
    """What came of "This is mine too". ``device`` is a new token to remember in the answer, or empty."""

    number: str
    url: str
    counted: bool
    message: str
    device: str


def support_from(request: HttpRequest, number: str) -> Joined:
    """Count this visitor with a report. Raises `Http404` where it is not shown online, `ActionRefused` when it is closed."""
    found = _shown(number)
    known = _device(request)
    token = known or secrets.token_urlsafe(16)
    counted = support(request_id=found.pk, voter=voter_of_device(token), now=clock.now())
    return Joined(
        number=number,
        url=reverse("resident:request", kwargs={"number": number}),
        counted=counted,
        message=_("Thank you. We count you with this report. You do not need to send another.")
        if counted
        else _("We count you with this report already."),
        device="" if known else token,
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
    back = reverse("resident:request", kwargs={"number": _shown(number).number})
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


def _device(request: HttpRequest) -> str:
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    return token if _DEVICE.fullmatch(token) else ""


def _shown(number: str) -> ServiceRequest:
    """The request where it is shown online; else the same 404 as for a number that does not exist."""
    found = ServiceRequest.objects.public().filter(number=number).only("pk", "number").first()
    if found is None:
        raise Http404
    return found
