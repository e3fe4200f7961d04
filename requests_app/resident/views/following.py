"""The reporter's own page behind the secret link, and what its holder may do there."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
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
from requests_app.actions import ActionRefused, Actor, reopen, withdraw
from requests_app.models import Reporter, ServiceRequest
from requests_app.queries.holder import message_state
from requests_app.queries.public import PublicRequest, held_request
from requests_app.resident.forms import ReopenForm
from requests_app.resident.presenters import masked_email
from requests_app.resident.views.looking import LOOKUPS_AN_HOUR, page_context
from requests_app.workflow import Outcome, Status

JUST_SENT = dt.timedelta(minutes=15)
FINAL = frozenset({Outcome.WITHDRAWN, Outcome.SPAM})


@login_not_required
@transaction.non_atomic_requests
def track(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter's page; the same 404 for a wrong and for a revoked link, and only so many of them an hour."""
    found = held_request(token)
    if found is not None:
        return _page(request, found, token)
    if not take(f"track:{client_address(request)}", LOOKUPS_AN_HOUR, 3600):
        return too_many(request, retry_after_s=3600 // LOOKUPS_AN_HOUR)
    raise Http404


@login_not_required
@limited("reopen", 20, 3600)
def reopen_own(request: HttpRequest, token: str) -> HttpResponse:
    """It is not fixed: a sentence, and the report is open again under its number."""
    found = _held(token)
    if request.method != "POST":
        return HttpResponseRedirect(_url(token) + "#reopen")
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, found, token, form)
    try:
        reopen(
            request_id=found.id,
            version=None,
            reason=form.cleaned_data["reason"],
            by=Actor.reporter(),
            now=clock.now(),
        )
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your report is open again. The department reads what you wrote."))
    return HttpResponseRedirect(_url(token), status=303)


@login_not_required
@limited("withdraw", 20, 3600)
def withdraw_own(request: HttpRequest, token: str) -> HttpResponse:
    """Take the report back: a question first, then a POST."""
    found = _held(token)
    if request.method != "POST":
        return render(
            request,
            "resident/withdraw.html",
            {"item": found, "token": token, "action": request.path, "back": _url(token)},
        )
    try:
        withdraw(request_id=found.id, by=Actor.reporter(), now=clock.now())
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You withdrew this report."))
    return HttpResponseRedirect(_url(token), status=303)


@login_not_required
def switch_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the messages of this report, or start them again (POST ``on``)."""
    found = _held(token)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("on") == "1":
        Reporter.objects.filter(request_id=found.id).update(unsubscribed_at=None, wants_updates=True)
        messages.success(request, _("You get messages about this report again."))
    else:
        _stop(found.id)
        messages.success(request, _("You get no more messages about this report."))
    return HttpResponseRedirect(_url(token), status=303)


@login_not_required
@csrf_exempt
def unsubscribe(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """The link in a message: a GET shows a button, because mail scanners open links; a POST acts.

    Mail programs post here by themselves (RFC 8058, one-click), so the secret in the address stands for the form's
    proof of origin.
    """
    row = ServiceRequest.objects.filter(number=number).values("id", "category__name").first()
    expected = unsubscribe_token(row["id"] if row else 0)
    if not matches(expected, token) or row is None:
        raise Http404
    if request.method == "POST":
        _stop(row["id"])
    context = {
        "number": number,
        "category": row["category__name"],
        "done": request.method == "POST",
        "action": request.path,
    }
    return render(request, "resident/unsubscribe.html", context)


def _held(token: str) -> PublicRequest:
    found = held_request(token)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: PublicRequest, token: str, form: ReopenForm | None = None
) -> HttpResponse:
    now = clock.now()
    state = message_state(found.id)
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    context = page_context(found, token=token) | {
        "just_sent": found.status == Status.NEW and now - found.created_at < JUST_SENT,
        "own_url": settings.SITE_URL + _url(token),
        "message_address": masked_email(state.email) if state else "",
        "messages_on": state is not None and state.is_on,
        "can_reopen": not found.is_open
        and found.outcome not in FINAL
        and (found.closed_at is None or now - found.closed_at <= window),
        "reopen_form": form or ReopenForm(),
        "reopen_days": settings.REOPEN_WINDOW_DAYS,
    }
    response = render(request, "resident/request.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _stop(request_id: int) -> None:
    Reporter.objects.filter(request_id=request_id, unsubscribed_at__isnull=True).update(
        unsubscribed_at=clock.now()
    )


def _url(token: str) -> str:
    return reverse("resident:track", kwargs={"token": token})
