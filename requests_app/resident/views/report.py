"""The report form: one page, one POST, one report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.client import client_address
from civic311.lib.ratelimit import take
from civic311.lib.tokens import tracking_token
from departments.models import City
from requests_app.actions import (
    Actor,
    AlreadySubmitted,
    Contact,
    Submission,
    SubmissionInProgress,
    submit,
)
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import pipeline
from requests_app.photos.errors import PhotoRejected, PhotoStorageError, Rejection
from requests_app.resident import drafts, finder
from requests_app.resident.forms import ReportForm
from requests_app.resident.page import SCOPE, PlaceQuestion, ReportPage, form_key, new_key, was_too_quick

LEAST_SECONDS = 3
REPORTS_AN_HOUR = 10
TRIES_AN_HOUR = 120
RETRY_AFTER_S = 360
RESENT_FIELDS = (
    "category", "description", "address", "place_note", "latitude", "longitude", "place_choice", "asked_address",
    "outside_ok", "name", "email", "phone", "anonymous", "issued",
)  # fmt: skip


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
    initial = {"category": request.GET.get("category", "")[:80], "description": query}
    page = ReportPage(ReportForm(initial=initial), new_key(), query=query)
    return _show(request, page)


def _receive(request: HttpRequest) -> HttpResponse:
    post = request.POST.copy()
    key = form_key(post.get("key", ""))
    form = ReportForm(post)
    page = ReportPage(form, key, query=post.get("q", "").strip()[:200])
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
    for refusal in pictures.refusals:
        form.add_error("photos", refusal)
    found, page.question = _place(form, post, pictures)
    _refuse_robots(form, post)
    if not form.is_valid():
        return _show(request, page)
    if not take(f"report:{visitor}", REPORTS_AN_HOUR, 3600):
        return _too_many(request, page)
    return _submit(request, form, key, found, pictures, now)


def _submit(
    request: HttpRequest,
    form: ReportForm,
    key: str,
    found: finder.Found,
    pictures: Pictures,
    now: dt.datetime,
) -> HttpResponse:
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
        draft_key=key,
        photo_hashes=pictures.hashes,
    )
    try:
        result = submit(submission=submission, scope=SCOPE, key=key, by=Actor.reporter(), now=now)
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


def _place(form: ReportForm, post: QueryDict, pictures: Pictures) -> tuple[finder.Found, PlaceQuestion]:
    """The place, or a question to come back with; errors go to the address field."""
    form.is_valid()
    address = form.cleaned_data.get("address", "")
    if not form.asks_for_place:
        return finder.Found(""), PlaceQuestion()
    if {"address", "latitude", "longitude"} & form.errors.keys():
        return finder.Found(address), PlaceQuestion()
    picked = post.get("place_choice", "")
    asked_for = post.get("asked_address", "")
    found = finder.chosen(picked) if picked and asked_for == address else None
    if picked == finder.KEEP_WORDS and asked_for == address and address:
        return finder.Found(address), PlaceQuestion((_words_choice(),), picked, address)
    if found is None:
        found = finder.find(address, form.cleaned_data.get("latitude"), form.cleaned_data.get("longitude"))
        question = PlaceQuestion(found.choices, "", address)
    else:
        post["address"] = found.address
        question = PlaceQuestion(
            (finder.Choice(picked, found.address), _words_choice()), picked, found.address
        )
    return found, _checked(form, post, found, question, pictures)


def _checked(
    form: ReportForm, post: QueryDict, found: finder.Found, question: PlaceQuestion, pictures: Pictures
) -> PlaceQuestion:
    if found.choices:
        only_words = len(found.choices) == 1
        form.add_error(
            "address",
            _("We do not find this place. Check the spelling, or send it as you typed it.")
            if only_words
            else _("Several places fit. Choose the one you mean."),
        )
        return question
    if not found.address and found.latitude is None:
        if not form.needs_place:
            return question
        suggestions = tuple(_suggestions(pictures))
        form.add_error("address", _("Say where it is: an address, an intersection or coordinates."))
        return PlaceQuestion(suggestions, "", "")
    if found.is_outside and post.get("outside_ok") != "on":
        city = City.current().name
        form.add_error(
            "address",
            _("This place is outside %(city)s. Check it, or tick the box to send it anyway.")
            % {"city": city},
        )
        return PlaceQuestion(question.choices, question.picked, question.asked_for, is_outside=True)
    return PlaceQuestion(
        question.choices, question.picked, question.asked_for, post.get("outside_ok") == "on"
    )


def _suggestions(pictures: Pictures) -> Iterable[finder.Choice]:
    for number, (latitude, longitude) in pictures.taken_at:
        point = f"{latitude:.5f}, {longitude:.5f}"
        label = finder.near(latitude, longitude) or point
        place = label.removeprefix("near ")
        sentence = _("Photo %(number)s was taken near %(place)s. Use this place.") % {
            "number": number,
            "place": place,
        }
        value = finder.choice(label, latitude, longitude).value
        yield finder.Choice(value, sentence)


def _words_choice() -> finder.Choice:
    return finder.Choice(finder.KEEP_WORDS, _("None of these. Send the place as I typed it."))


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
