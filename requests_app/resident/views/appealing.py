"""The reporter objects to the hiding: words, and a supervisor looks again. A GET changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from requests_app.actions import ActionRefused, Actor, appeal
from requests_app.queries.withheld import hiding_of
from requests_app.resident.holder_forms import AppealForm
from requests_app.resident.views.following import held, own_url, sealed


@login_not_required
@limited("appeal", 10, 3600)
def appeal_own(request: HttpRequest, token: str) -> HttpResponse:
    """``/r/<token>/appeal/``: why it is not shown, and a field for what the reporter says to that."""
    found = held(token)
    hiding = hiding_of(found.id)
    if hiding is None or not hiding.may_appeal:
        return HttpResponseRedirect(own_url(token) + "#seen-heading")
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal(
                request_id=found.id, words=form.cleaned_data["words"], by=Actor.reporter(), now=clock.now()
            )
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("A supervisor looks at it again. The answer comes here."))
        return HttpResponseRedirect(own_url(token), status=303)
    context = {"item": found, "token": token, "form": form, "hiding": hiding, "back": own_url(token)}
    return sealed(render(request, "resident/appeal.html", context, status=400 if form.errors else 200))
