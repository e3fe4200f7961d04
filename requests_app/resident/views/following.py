"""The reporter's own page behind the secret link: the page itself, its receipt, messages, and taking the report back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from civic311.lib import clock
from civic311.lib.client import client_address
from civic311.lib.ratelimit import limited, take, too_many
from civic311.lib.tokens import matches, unsubscribe_token
from requests_app.actions import ActionRefused, Actor, withdraw
from requests_app.models import Reporter, ServiceRequest
from requests_app.queries.public import PublicRequest, held_request
from requests_app.resident.joining import shared_context
from requests_app.resident.showing import holder_context
from requests_app.resident.views.looking import LOOKUPS_AN_HOUR


@login_not_required
@transaction.non_atomic_requests
def track(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter's page; the same 404 for a wrong and for a revoked link, and only so many of them an hour."""
    found = held_request(token)
    if found is not None:
        return own_page(request, found, token)
    return unknown_link(request)


@login_not_required
@transaction.non_atomic_requests
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The report on one sheet to print and keep: number, what was sent, who has it, the link."""
    found = held_request(token)
    if found is None:
        return unknown_link(request)
    return sealed(render(request, "resident/receipt.html", holder_context(found, token=token)))


@login_not_required
@limited("withdraw", 20, 3600)
def withdraw_own(request: HttpRequest, token: str) -> HttpResponse:
    """Take the report back: a question first, then a POST."""
    found = held(token)
    if request.method != "POST":
        context = {"item": found, "token": token, "action": request.path, "back": own_url(token)}
        return sealed(render(request, "resident/withdraw.html", context))
    try:
        withdraw(request_id=found.id, by=Actor.reporter(), now=clock.now())
    except ActionRefused as refusal:
        messages.error(request, _("This report is closed already.") if not found.is_open else str(refusal))
    else:
        messages.success(request, _("You withdrew this report."))
    return HttpResponseRedirect(own_url(token), status=303)


@login_not_required
@limited("messages", 60, 3600)
def switch_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the messages of this report, or start them again (POST ``on``)."""
    found = held(token)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("on") == "1":
        Reporter.objects.filter(request_id=found.id).update(unsubscribed_at=None, wants_updates=True)
        messages.success(request, _("You get messages about this report again."))
    else:
        _stop(found.id)
        messages.success(request, _("You get no more messages about this report."))
    return HttpResponseRedirect(own_url(token), status=303)


@login_not_required
@csrf_exempt
def unsubscribe(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """The link in a message: a GET shows a button, because mail scanners open links; a POST acts.

    Mail programs post here by themselves (RFC 8058, one-click), so the secret in the address stands for the form's
    proof of origin.
    """
    row = (
        ServiceRequest.objects.select_related("category").filter(number=number).only("id", "category").first()
    )
    expected = unsubscribe_token(row.pk if row else 0)
    if not matches(expected, token) or row is None:
        raise Http404
    if request.method == "POST":
        _stop(row.pk)
    context = {
        "number": number,
        "category": row.category.shown_name,
        "done": request.method == "POST",
        "action": request.path,
    }
    return render(request, "resident/unsubscribe.html", context)


def held(token: str) -> PublicRequest:
    """The report behind a link, or 404."""
    found = held_request(token)
    if found is None:
        raise Http404
    return found


def unknown_link(request: HttpRequest) -> HttpResponse:
    """404, or 429 for a visitor who tries many."""
    if not take(f"track:{client_address(request)}", LOOKUPS_AN_HOUR, 3600):
        return too_many(request, retry_after_s=3600 // LOOKUPS_AN_HOUR)
    raise Http404


def own_page(
    request: HttpRequest, found: PublicRequest, token: str, *, status: int = 200, **bound: Any
) -> HttpResponse:
    """Draw the holder's page; ``bound`` are forms that come back with their errors."""
    context = holder_context(found, token=token, **bound) | shared_context(request, found, for_holder=True)
    return sealed(render(request, "resident/request.html", context, status=status))


def sealed(response: HttpResponse) -> HttpResponse:
    """Keep a page behind a secret link out of caches and search engines."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def own_url(token: str) -> str:
    """The address of the holder's page."""
    return reverse("resident:track", kwargs={"token": token})


def _stop(request_id: int) -> None:
    Reporter.objects.filter(request_id=request_id, unsubscribed_at__isnull=True).update(
        unsubscribed_at=clock.now()
    )
