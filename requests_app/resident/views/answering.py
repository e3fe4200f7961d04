"""What the reporter says on the own page: it is solved, it is not, look again, it is taken care of. A GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from requests_app.actions import (
    ActionRefused,
    Actor,
    MoveNotPossible,
    ask_review,
    confirm,
    dispute,
    reopen,
    resolve_own,
)
from requests_app.resident.holder_forms import NotSolvedByReporter, ReviewForm, TakenCareForm
from requests_app.resident.showing import offers
from requests_app.resident.uploads import receive
from requests_app.resident.views.following import held, own_page, own_url, sealed


@login_not_required
@limited("confirm", 20, 3600)
def confirm_own(request: HttpRequest, token: str) -> HttpResponse:
    """Yes, it is solved."""
    found = held(token)
    if request.method != "POST":
        return HttpResponseRedirect(own_url(token) + "#solved")
    return _done(
        request,
        token,
        lambda: confirm(request_id=found.id, by=Actor.reporter(), now=clock.now()),
        done=_("Thank you. We count that it is solved."),
        too_late=_("This report is open again. We ask you when it is closed."),
    )


@login_not_required
@limited("reopen", 20, 3600)
@transaction.non_atomic_requests
def reopen_own(request: HttpRequest, token: str) -> HttpResponse:
    """No, it is not: a sentence or a photo, and the report is open again under its number; after 30 days it is flagged."""
    found = held(token)
    if request.method != "POST":
        return HttpResponseRedirect(own_url(token) + "#solved")
    form = NotSolvedByReporter(request.POST)
    offered = offers(found, clock.now())
    if not form.is_valid():
        return own_page(request, found, token, not_solved=form)
    received = receive(request, "photos", now=clock.now())
    for refusal in received.refusals:
        form.add_error("photos", refusal)
    if not received.draft_key and not received.refusals and not form.cleaned_data["reason"]:
        form.add_error("reason", _("Say in a sentence what is not right, or add a photo."))
    if form.errors and (offered.reopen or offered.dispute):
        return own_page(request, found, token, not_solved=form)
    reason = form.cleaned_data.get("reason", "")
    by, now = Actor.reporter(), clock.now()
    if offered.dispute:
        return _done(
            request,
            token,
            lambda: dispute(request_id=found.id, reason=reason, by=by, now=now),
            done=_("Thank you. We marked it for the department. If it is urgent, send a new report."),
            too_late=_("This report is open again already."),
        )
    return _done(
        request,
        token,
        lambda: reopen(
            request_id=found.id, version=None, reason=reason, draft_key=received.draft_key, by=by, now=now
        ),
        done=_("Your report is open again. The department reads what you wrote."),
        too_late=_("This report is open already. The department is on it."),
    )


@login_not_required
@limited("review", 20, 3600)
def ask_review_own(request: HttpRequest, token: str) -> HttpResponse:
    """A supervisor should look at a report that is past its target."""
    found = held(token)
    if request.method != "POST":
        return HttpResponseRedirect(own_url(token) + "#review")
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return own_page(request, found, token, review=form)
    words = form.cleaned_data["words"]
    return _done(
        request,
        token,
        lambda: ask_review(request_id=found.id, words=words, by=Actor.reporter(), now=clock.now()),
        done=_("A supervisor looks at your report. The answer is shown here."),
        too_late=_("This report was closed in the meantime. Tell us whether it is solved."),
    )


@login_not_required
@limited("resolve", 20, 3600)
def resolve_own_report(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter or neighbors took care of it: a question first, then a POST."""
    found = held(token)
    form = TakenCareForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"item": found, "token": token, "form": form, "back": own_url(token)}
        return sealed(render(request, "resident/taken_care.html", context))
    words = form.cleaned_data["words"]
    return _done(
        request,
        token,
        lambda: resolve_own(request_id=found.id, words=words, by=Actor.reporter(), now=clock.now()),
        done=_("Thank you. Your report is closed as taken care of."),
        too_late=_("This report is closed already."),
    )


def _done(
    request: HttpRequest, token: str, act: Callable[[], object], *, done: str, too_late: str
) -> HttpResponse:
    """Act once and say what came of it; ``too_late`` when the report has moved on since the page was drawn."""
    try:
        act()
    except MoveNotPossible:
        messages.warning(request, too_late)
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(own_url(token), status=303)
