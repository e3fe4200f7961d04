"""The report form: one page, one POST, one report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.client import client_address
from civic311.lib.ratelimit import take
from civic311.lib.tokens import tracking_token
from requests_app.actions import (
    ActionRefused,
    Actor,
    AlreadySubmitted,
    Contact,
    Submission,
    SubmissionInProgress,
    submit,
)
from requests_app.actions.answers import GivenAnswer
from requests_app.actions.bans import Banned
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import pipeline
from requests_app.photos.errors import PhotoRejected, PhotoStorageError, Rejection
from requests_app.queries.front import offered_categories
from requests_app.resident import drafts, finder
from requests_app.resident.forms import ReportForm
from requests_app.resident.page import SCOPE, ReportPage, form_key, new_key, questions_of, was_too_quick
from requests_app.resident.placing import place_of
from requests_app.resident.questions import QuestionsForm
from requests_app.resident.refusing import banned_words
from requests_app.resident.told import expected_of, tell
from requests_app.resident.views.joining import remember_device, support_from

LEAST_SECONDS = 3
REPORTS_AN_HOUR = 10
TRIES_AN_HOUR = 120
RETRY_AFTER_S = 360
RESENT_FIELDS = (
    "category", "description", "address", "place_note", "latitude", "longitude", "place_choice", "asked_address",
    "outside_ok", "name", "email", "phone", "anonymous", "issued", "expected", "in_danger", "all",
)  # fmt: skip
STEPS = frozenset({"suggest", "find", "look"})
"""Buttons that only want to see more: they send nothing."""
STEP_ERRORS = frozenset({"address", "latitude", "longitude", "photos"})
SEEN_MOST = 20
RESENT_MOST = 100


@dataclass(frozen=True)
class Pictures:
    """What became of the photos sent with a form: content hashes of all of them, positions found, what was refused."""

    hashes: tuple[str, ...]
    kept: tuple[Photo, ...]
    taken_at: tuple[tuple[int, tuple[float, float]], ...]
    refusals: tuple[str, ...]


@login_not_required
@transaction.non_atomic_requests
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or take what was sent. Photos are drawn outside the transaction, `actions.submit` opens its own."""
    if request.method == "POST":
        return _receive(request)
    query = request.GET.get("q", "").strip()[:200]
    slug = request.GET.get("category", "")[:80]
    form = ReportForm(initial={"category": slug, "description": query})
    category = next((one for one in offered_categories() if one.slug == slug), None) if slug else None
    page = ReportPage(form, new_key(), query=query, everything=request.GET.get("all") == "on")
    if category is not None:
        page.questions = QuestionsForm(category)
        page.told = tell(
            category=category,
            found=finder.Found(""),
            description=query,
            place_note="",
            questions=page.questions,
            now=clock.now(),
        )
    return _show(request, page)


def _receive(request: HttpRequest) -> HttpResponse:
    post = request.POST.copy()
    key = form_key(post.get("key", ""))
    form = ReportForm(post)
    page = ReportPage(form, key, query=post.get("q", "").strip()[:200])
    page.seen = frozenset(name[:80] for name in post.getlist("seen")[:SEEN_MOST])
    page.asked = post.get("asked") == "on"
    page.outside_ok = post.get("outside_ok") == "on"
    page.everything = post.get("all") == "on"
    visitor = client_address(request)
    if not take(f"report-try:{visitor}", TRIES_AN_HOUR, 3600):
        return _too_many(request, page)
    now = clock.now()
    drafts.remove(key, post.getlist("remove_photo")[:10])
    try:
        pictures = _pictures(request, post, key, now)
    except PhotoStorageError:
        page.kept = drafts.kept_photos(SCOPE, key)
        page.notice = _(
            "We could not store a photo just now. Nothing was sent yet. Choose the photo again and send, or send without it."
        )
        return _show(request, page, status=503, retry_after_s=30)
    page.kept = pictures.kept
    only_looking = post.get("step", "") in STEPS or "mine" in post
    for refusal in pictures.refusals:
        form.add_error("photos", refusal)
    found, page.question = place_of(form, post, pictures.taken_at, gently=only_looking)
    page.questions, answers = questions_of(form.chosen_category, post, page.seen, only_looking=only_looking)
    page.told = tell(
        category=form.chosen_category,
        found=found,
        description=str(form.cleaned_data.get("description", "")),
        place_note=str(form.cleaned_data.get("place_note", "")),
        questions=page.questions,
        answers=answers,
        now=now,
    )
    if "mine" in post:
        return _join(request, page, post.get("mine", ""))
    if only_looking:
        return _look(request, page)
    _refuse_robots(form, post)
    if not form.is_valid() or not (page.questions.is_valid() or not page.questions.is_bound):
        return _show(request, page)
    # A retry meets its own report nearby: it goes on to its first answer. Questions that must be answered are never skipped.
    unseen = page.told.unseen(page.seen)
    if unseen and (not page.asked or "questions" in unseen) and not drafts.is_spent(SCOPE, key):
        page.asked = True
        return _show(request, page)
    if not take(f"report:{visitor}", REPORTS_AN_HOUR, 3600):
        return _too_many(request, page)
    return _submit(request, page, found, pictures, answers, now)


def _look(request: HttpRequest, page: ReportPage) -> HttpResponse:
    """Show the form again with all that can be told by now; what is not filled in yet is no mistake."""
    for name in list(page.form.errors):
        if name not in STEP_ERRORS:
            del page.form.errors[name]
    page.query = str(page.form["description"].value() or "")[:200]
    return _show(request, page)


def _join(request: HttpRequest, page: ReportPage, number: str) -> HttpResponse:
    """Count the person with a report nearby; the form stays as it is, in case it was about something else."""
    try:
        page.joined = support_from(request, number)
    except Http404:
        page.notice = _("This report is no longer shown online.")
    except ActionRefused as refusal:
        page.notice = str(refusal)
    response = _look(request, page)
    if page.joined:
        remember_device(response, page.joined.device)
    return response


def _submit(
    request: HttpRequest,
    page: ReportPage,
    found: finder.Found,
    pictures: Pictures,
    answers: tuple[GivenAnswer, ...],
    now: dt.datetime,
) -> HttpResponse:
    form, key = page.form, page.key
    assert form.chosen_category is not None
    data = form.cleaned_data
    contact = Contact(name=data["name"], email=data["email"], phone=data["phone"])
    submission = Submission(
        category=form.chosen_category,
        description=data["description"],
        address=found.address[:300],
        place_note=data["place_note"] if form.asks_for_place else "",
        latitude=found.latitude,
        longitude=found.longitude,
        language=(get_language() or "en")[:10],
        is_anonymous=not contact,
        contact=contact,
        draft_key=key if pictures.hashes else "",
        photo_hashes=pictures.hashes,
        answers=answers,
        expected=expected_of(request.POST.get("expected", "")[:500]),
    )
    try:
        result = submit(submission=submission, scope=SCOPE, key=key, by=Actor.reporter(), now=now)
    except Banned as refusal:
        page.notice = banned_words(refusal.ban)
        return _show(request, page, status=403)
    except AlreadySubmitted as conflict:
        return _sent_before(request, key, conflict.existing, now)
    except SubmissionInProgress as conflict:
        return _again(
            request, key, {"title": _("We are still saving your report"), "text": str(conflict), "key": key}
        )
    return HttpResponseRedirect(reverse("resident:track", kwargs={"token": result.token}), status=303)


def _sent_before(request: HttpRequest, key: str, existing: ServiceRequest, now: dt.datetime) -> HttpResponse:
    """The form made another report before: name it, and offer to send this as a new one, photos included."""
    successor = new_key()
    drafts.move_to(SCOPE, key, successor, request.POST.getlist("kept_photo")[:10], now=now)
    context = {
        "existing": existing.number,
        "existing_url": reverse(
            "resident:track", kwargs={"token": tracking_token(existing.pk, existing.token_version)}
        ),
        "key": successor,
    }
    return _again(request, successor, context)


def _again(request: HttpRequest, key: str, context: dict[str, str]) -> HttpResponse:
    post = request.POST
    fields = [(name, post[name]) for name in RESENT_FIELDS if name in post]
    fields += [
        (name, value)
        for name in post
        if name == "seen" or name.startswith("q_")
        for value in post.getlist(name)
    ][:RESENT_MOST]
    # What is nearby is the report made before: no second look at it.
    fields += [("asked", "on")]
    fields += [("kept_photo", photo.public_id) for photo in drafts.kept_photos(SCOPE, key)]
    return render(request, "resident/report_again.html", {**context, "fields": fields}, status=409)


def _pictures(request: HttpRequest, post: QueryDict, key: str, now: dt.datetime) -> Pictures:
    tokens = set(post.getlist("kept_photo")[:10]) - set(post.getlist("remove_photo")[:10])
    earlier = drafts.kept_photos(SCOPE, key, tokens)
    room = settings.PHOTO_MAX_FILES - len(earlier)
    known = {photo.sha256 for photo in earlier}
    processed: list[pipeline.ProcessedPhoto] = []
    refusals: list[str] = []
    for position, upload in enumerate(request.FILES.getlist("photos"), start=1):
        try:
            photo = pipeline.process(upload, position=position)
            if photo.sha256 not in known:
                if room <= 0:
                    raise PhotoRejected(Rejection.TOO_MANY, position, max_files=settings.PHOTO_MAX_FILES)
                known.add(photo.sha256)
                room -= 1
            processed.append(photo)
        except PhotoRejected as rejected:
            refusals.append(str(rejected))
    if processed:
        drafts.keep(SCOPE, key, processed, now=now)
    kept = drafts.kept_photos(SCOPE, key, tokens) if processed else earlier
    hashes = {photo.sha256 for photo in kept} | {photo.sha256 for photo in processed}
    positions = tuple((at, photo.gps) for at, photo in enumerate(processed, start=1) if photo.gps is not None)
    return Pictures(tuple(sorted(hashes)), tuple(kept), positions, tuple(refusals))


def _refuse_robots(form: ReportForm, post: QueryDict) -> None:
    """A field people cannot see, and a least time. Both say what to do, because a person may meet them."""
    if post.get("website"):
        form.add_error(
            None, _("A hidden field was filled in, as programs do. Send the form again without it.")
        )
    elif settings.IS_PRODUCTION and was_too_quick(post.get("issued", ""), LEAST_SECONDS):
        form.add_error(None, _("This was sent very quickly. Look it over, then send it again."))


def _too_many(request: HttpRequest, page: ReportPage) -> HttpResponse:
    page.kept = page.kept or drafts.kept_photos(SCOPE, page.key)
    page.notice = _(
        "We received many reports from your connection. What you typed is still here. Wait some minutes and send it again, or call us."
    )
    return _show(request, page, status=429, retry_after_s=RETRY_AFTER_S)


def _show(
    request: HttpRequest, page: ReportPage, *, status: int = 200, retry_after_s: int | None = None
) -> HttpResponse:
    response = render(request, "resident/report.html", page.context(), status=status)
    response["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response
