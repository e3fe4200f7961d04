"""What the form tells while it is filled in: fragments for the script, from the same templates as the page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from requests_app.resident.forms import ReportForm
from requests_app.resident.page import questions_of
from requests_app.resident.placing import place_of
from requests_app.resident.told import tell

NAMES = {"lat": "latitude", "lon": "longitude"}
POINT = frozenset({"latitude", "longitude"})


@login_not_required
@transaction.non_atomic_requests
@limited("report-aside", 1200, 3600, ("GET", "POST"))
def aside(request: HttpRequest) -> HttpResponse:
    """The parts of the form for ``category``, ``lat``, ``lon`` or ``address``; 400 for a point that is none.

    The script posts what is typed, so that no words stand in an address or a log. Nothing is stored.
    """
    given = (request.POST if request.method == "POST" else request.GET).copy()
    for short, name in NAMES.items():
        if short in given:
            given[name] = given.get(short, "")
    form = ReportForm(given)
    found, question = place_of(form, given, (), gently=True)
    if POINT & form.errors.keys():
        return HttpResponse(_("This is not a point."), status=400, content_type="text/plain; charset=utf-8")
    category = form.chosen_category
    questions, answers = questions_of(category, given, frozenset(), only_looking=True)
    told = tell(
        category=category,
        found=found,
        description=str(form.cleaned_data.get("description", "")),
        place_note=str(form.cleaned_data.get("place_note", "")),
        questions=questions,
        answers=answers,
        now=clock.now(),
    )
    context = {
        "form": form,
        "words": form.words,
        "question": question,
        "questions": questions,
        "told": told,
        "outside_ok": given.get("outside_ok") == "on",
    }
    form.errors.clear()
    response = render(request, "resident/report_aside.html", context)
    response["Cache-Control"] = "no-store"
    return response
