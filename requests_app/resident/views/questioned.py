"""The reporter answers a question of the department on the own page. A GET changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from requests_app.actions import ActionRefused, Actor, MoveNotPossible, answer
from requests_app.resident.holder_forms import AnswerForm
from requests_app.resident.views.following import held, own_page, own_url


@login_not_required
@limited("answer", 20, 3600)
def answer_own(request: HttpRequest, token: str) -> HttpResponse:
    """POST ``text``: the request goes back to the department, and who asked is told."""
    found = held(token)
    if request.method != "POST":
        return HttpResponseRedirect(own_url(token) + "#question")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return own_page(request, found, token, answer_form=form, status=400)
    text = form.cleaned_data["text"]
    try:
        answer(request_id=found.id, text=text, by=Actor.reporter(), now=clock.now())
    except MoveNotPossible:
        messages.warning(request, _("This report is closed. Its question can no longer be answered."))
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. The department has your answer and goes on."))
    return HttpResponseRedirect(own_url(token), status=303)
