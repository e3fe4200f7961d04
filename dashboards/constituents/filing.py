"""``/constituents/new/``: one page for a constituent's problem; works without scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.constituents.access import aide_of, may_file
from dashboards.constituents.forms import ConstituentForm
from dashboards.desk.screen import call_key, every_kind
from departments.languages import offered_languages
from departments.models import StaffUser
from requests_app.actions import ActionRefused, AlreadySubmitted, Contact, Submission
from requests_app.actions.answers import GivenAnswer
from requests_app.actions.constituents import file_for_constituent
from requests_app.queries.desk import KnownRequest, open_nearby
from requests_app.queries.front import offered_categories
from requests_app.queries.nearby import NearbyRequest
from requests_app.resident.finder import Found
from requests_app.resident.page import questions_of
from requests_app.resident.placing import PlaceQuestion, place_of
from requests_app.resident.questions import QuestionsForm
from requests_app.resident.search import best_categories
from requests_app.resident.told import Told, expected_of, tell

BEST = 3
LOOKS_AT = frozenset({"address", "latitude", "longitude", "email", "phone"})
"""What is judged while the aide only looks; what is not filled in yet is no mistake."""


@dataclass
class Page:
    """One showing of the page."""

    form: ConstituentForm
    key: str
    user: StaffUser
    now: dt.datetime
    questions: QuestionsForm = field(default_factory=lambda: QuestionsForm(None))
    question: PlaceQuestion = field(default_factory=PlaceQuestion)
    found: Found = field(default_factory=lambda: Found(""))
    told: Told = field(default_factory=Told)
    answers: tuple[GivenAnswer, ...] = ()
    outside_ok: bool = False
    problem: str = ""

    def context(self) -> dict[str, Any]:
        """The template's values."""
        words = str(self.form["description"].value() or "").strip()
        chosen = str(self.form["category"].value() or "")
        top = best_categories(words, offered_categories(), BEST) if words else []
        category = self.told.category
        if category is not None and all(one.pk != category.pk for one in top):
            top = [*top[: BEST - 1], category]
        own, public = self._nearby()
        return {
            "form": self.form,
            "questions": self.questions,
            "question": self.question,
            "told": self.told,
            "key": self.key,
            "now": self.now,
            "chosen": chosen,
            "top": top,
            "groups": every_kind(chosen),
            "nearby": own,
            "public_nearby": public,
            "outside_ok": self.outside_ok,
            "problem": self.problem,
        }

    def _nearby(self) -> tuple[Sequence[KnownRequest], Sequence[NearbyRequest]]:
        """What is open there and can be followed instead, and what only the public page shows."""
        found, category = self.found, self.told.category
        if found.latitude is None or found.longitude is None or found.choices:
            return (), ()
        own = open_nearby(
            user=self.user,
            latitude=found.latitude,
            longitude=found.longitude,
            category_id=category.pk if category else None,
        )
        numbers = {row.number for row in own}
        return own, [row for row in self.told.nearby if row.number not in numbers]


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The page, a look at what is known so far, and the filing. 403 for an aide without a district."""
    user, now = aide_of(request), clock.now()
    if not may_file(user):
        raise PermissionDenied
    if request.method != "POST":
        form = ConstituentForm(initial={"language": offered_languages()[0]})
        return _show(request, Page(form, call_key(""), user, now))
    post = request.POST.copy()
    only_looks = post.get("do") == "look"
    page = _page_of(post, user=user, now=now, judged=not only_looks)
    form, questions = page.form, page.questions
    if only_looks:
        for name in [name for name in form.errors if name not in LOOKS_AT]:
            del form.errors[name]
        return _show(request, page)
    if not form.is_valid() or not (questions.is_valid() or not questions.is_bound):
        return _show(request, page, status=400)
    try:
        made = file_for_constituent(submission=_submission(page), key=page.key, by=user, now=now)
    except AlreadySubmitted as conflict:
        page.key = call_key("")
        words = _("This page was sent as %(number)s. Sending again makes another request.")
        page.problem = words % {"number": conflict.existing.number}
        return _show(request, page, status=409)
    except ActionRefused as refusal:
        page.problem = str(refusal)
        return _show(request, page, status=409)
    return HttpResponseRedirect(reverse("constituents:done", args=[made.request.number]), status=303)


def _page_of(post: QueryDict, *, user: StaffUser, now: dt.datetime, judged: bool) -> Page:
    """The page as it was sent; ``judged``: it is to be filed, so the questions count."""
    if post.get("other"):
        post["category"] = str(post["other"])
    form = ConstituentForm(post)
    form.is_valid()
    page = Page(form, call_key(post.get("key", "")), user, now)
    page.outside_ok = post.get("outside_ok") == "on"
    page.found, page.question = place_of(form, post, (), gently=not judged)
    category = form.chosen_category
    seen = frozenset({f"questions:{category.slug}"} if category and judged else ())
    page.questions, page.answers = questions_of(category, post, seen, only_looking=not judged)
    page.told = tell(
        category=category,
        found=page.found,
        description=str(form.cleaned_data.get("description", "")),
        place_note=str(form.cleaned_data.get("place_note", "")),
        questions=page.questions,
        answers=page.answers,
        now=now,
    )
    return page


def _submission(page: Page) -> Submission:
    form, data = page.form, page.form.cleaned_data
    assert form.chosen_category is not None
    contact = Contact(
        name=data["name"], email=data["email"], phone=data["phone"], wants_updates=data["updates"]
    )
    return Submission(
        category=form.chosen_category,
        description=data["description"],
        address=page.found.address[:300],
        place_note=data["place_note"] if form.asks_for_place else "",
        latitude=page.found.latitude,
        longitude=page.found.longitude,
        language=form.spoken,
        is_anonymous=not contact,
        contact=contact,
        answers=page.answers,
        expected=expected_of(page.told.expected_shown),
    )


def _show(request: HttpRequest, page: Page, *, status: int = 200) -> HttpResponse:
    response = render(request, "dashboards/constituents/new.html", page.context(), status=status)
    response["Cache-Control"] = "no-store"
    return response
