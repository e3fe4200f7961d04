"""Every address × every role × every method, built from the URLconf. An address without a row fails."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from departments.models import Article, ServiceNotice, StaffUser
from departments.roles import Role
from requests_app.models import Photo
from requests_app.models.photo import PhotoState
from requests_app.photos.storage import SIZES, path_of
from tests import makers
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db

STRANGER = "stranger"
OTHER = "dispatcher of another department"
STAFF = tuple(role.value for role in Role)
PEOPLE = (STRANGER, OTHER, *STAFF)
TO_SIGN_IN = 302
Statuses = frozenset[int]


@dataclass(frozen=True)
class Row:
    """What an address answers: by default to staff, and to those named apart. POST sends an empty form."""

    get: Statuses
    post: Statuses
    apart: dict[str, tuple[int, int]] = field(default_factory=dict)

    def expected(self, person: str, method: str) -> Statuses:
        """The statuses allowed for this person."""
        if person in self.apart:
            return frozenset({self.apart[person][0 if method == "GET" else 1]})
        return self.get if method == "GET" else self.post


def public(get: int, *post: int) -> Row:
    """The same for everybody, signed in or not."""
    return Row(frozenset({get}), frozenset(post or {405}))


def staff(get: int, *post: int, **apart: tuple[int, int]) -> Row:
    """Strangers are sent to sign in; other exceptions by role."""
    return Row(frozenset({get}), frozenset(post or {405}), {STRANGER: (TO_SIGN_IN, TO_SIGN_IN), **apart})


def of_request(get: int, post: int, **apart: tuple[int, int]) -> Row:
    """An address of one request of the streets department: it does not exist for another department."""
    outside = (405 if get == 405 else 404, 405 if post == 405 else 404)
    return staff(get, post, **{OTHER: outside, **apart})


NEITHER = (405, 403)
NO_TASKS = {"manager": NEITHER, "council_aide": NEITHER, "records_officer": NEITHER}
NO_UNDO = dict.fromkeys(("operator", "manager", "council_aide", "records_officer"), NEITHER)
NOT_DESK = ("crew", "manager", "council_aide", "records_officer")
NOT_EDITORS = (*NOT_DESK, "operator", "dispatcher", OTHER)
NO_FIGURES = (403, 405)
NO_EXTRACTS = (OTHER, "dispatcher", "supervisor", "operator", "crew", "council_aide")
NO_DIGESTS = (OTHER, "dispatcher", "supervisor", "operator", "crew", "records_officer")
NO_MODERATION = (403, 405)
NOTICE_READERS = ("operator", "crew", "manager", "council_aide", "records_officer")
NO_FIELD_WORK = (OTHER, "dispatcher", "operator", "manager", "council_aide", "records_officer")
NOT_CREW = dict.fromkeys(NO_FIELD_WORK, (403, 405))
NOT_CREW_POST = dict.fromkeys(NO_FIELD_WORK, (403, 403))
NO_RULE_WRITERS = (OTHER, "dispatcher", "operator", "crew", "manager", "council_aide", "records_officer")
NO_RULES = dict.fromkeys(NO_RULE_WRITERS, (403, 405))
NO_RULES_POST = dict.fromkeys(NO_RULE_WRITERS, (403, 403))
NO_DATES = dict.fromkeys(("operator", "crew", "manager", "council_aide", "records_officer"), (403, 403))
NO_JOINING = ("operator", "crew", "manager", "council_aide", "records_officer")
NO_WRITERS = (OTHER, "dispatcher", "operator", "crew", "manager", "council_aide", "records_officer")
NOT_DISPATCHING = ("operator", "crew", "manager", "council_aide", "records_officer")
NOT_COUNCIL = (OTHER, "dispatcher", "supervisor", "operator", "crew", "manager", "records_officer")
NOT_REDACTING = ("operator", "crew", "manager", "council_aide")
ROWS: dict[str, Row] = {
    "healthz": public(200, 200),
    "readyz": Row(frozenset({200, 503}), frozenset({200, 503})),
    "queue/": staff(200),
    "queue/<str:number>/": of_request(200, 405),
    # the list: everybody on the staff has one, with what they may see; only a changed list is posted
    "queue/news/": staff(400),
    "queue/cells.json": staff(400),
    "queue/habits/": staff(405, 303),
    "queue/views/": staff(200),
    "queue/views/counted/": staff(200),
    "queue/views/new/": staff(405, 400),
    "queue/views/<int:pk>/": staff(405, 404),
    "queue/bulk/": staff(405, 303, council_aide=NEITHER),
    "queue/bulk/<int:pk>/": staff(404),
    "queue/<str:number>/peek/": of_request(302, 405),
    # rules of escalation: supervisors and administrators write them
    "queue/escalation/": staff(200, 405, **NO_RULES),
    "queue/escalation/new/": staff(200, 400, **NO_RULES_POST),
    "queue/escalation/<int:pk>/": staff(404, 404, **NO_RULES_POST),
    "queue/<str:number>/renew/": of_request(200, 400, **NO_DATES),
    "queue/<str:number>/ask/": of_request(
        200, 400, manager=(403, 403), council_aide=(403, 403), records_officer=(403, 403)
    ),
    "queue/<str:number>/answer/": of_request(
        200, 400, crew=(403, 403), manager=(403, 403), council_aide=(403, 403), records_officer=(403, 403)
    ),
    "queue/<str:number>/result/": of_request(
        405, 400, **dict.fromkeys(("operator", "manager", "council_aide", "records_officer"), NEITHER)
    ),
    "queue/<str:number>/reveal/": of_request(405, 303, manager=NEITHER, council_aide=NEITHER),
    # an empty form of a move the role has is a bad request; one it has not is refused before it is read
    "queue/<str:number>/do/<slug:name>/": of_request(
        405,
        400,
        operator=NEITHER,
        manager=NEITHER,
        council_aide=NEITHER,
        records_officer=NEITHER,
    ),
    # the council office: aides and administrators; a request somebody else filed has no number to read out
    "constituents/": staff(200, 405, **dict.fromkeys(NOT_COUNCIL, (403, 405))),
    "constituents/new/": staff(200, 400, **dict.fromkeys(NOT_COUNCIL, (403, 403))),
    "constituents/<str:number>/done/": staff(404, 405, **dict.fromkeys(NOT_COUNCIL, (403, 405))),
    # crews, their supervisors and administrators; others have no business in the field
    "crew/": staff(200, **NOT_CREW),
    "crew/found/": staff(200, 400, **NOT_CREW_POST),
    "crew/kept/": staff(200, **NOT_CREW),
    "crew/offline/": public(200),
    "crew/sheet/": staff(200, **NOT_CREW),
    "crew/token/": staff(200, **NOT_CREW),
    "crew/work/": staff(200, **{**NOT_CREW, "crew": (403, 405)}),
    "crew/work/give/": staff(404, 404, **{**NOT_CREW_POST, "crew": (403, 403)}),
    "crew/<str:number>/": staff(200, **NOT_CREW),
    "crew/<str:number>/do/<slug:name>/": staff(405, 404, **dict.fromkeys(NOT_CREW, (405, 403))),
    # the own inbox: lines of others do not exist
    # the desk and its knowledge base: for who talks with callers; who supervises writes
    "desk/": staff(200, 200, **dict.fromkeys(NOT_DESK, (403, 403))),
    "desk/caller/": staff(405, 200, **dict.fromkeys(NOT_DESK, NEITHER)),
    "desk/done/<int:pk>/": staff(404, 405, **dict.fromkeys(NOT_DESK, (403, 405))),
    "desk/follow-ups/": staff(200, 405, **dict.fromkeys(NOT_DESK, (403, 405))),
    "desk/follow-ups/<int:pk>/done/": staff(405, 404, **dict.fromkeys(NOT_DESK, NEITHER)),
    "desk/calls/": staff(200, 405, **{**dict.fromkeys(NOT_DESK, (403, 405)), "manager": (200, 405)}),
    "knowledge/": staff(200, 405, **dict.fromkeys(NOT_DESK, (403, 405))),
    "knowledge/new/": staff(200, 400, **dict.fromkeys(NOT_EDITORS, (403, 403))),
    "knowledge/<slug:slug>/": staff(200, 405, **dict.fromkeys(NOT_DESK, (403, 405))),
    "knowledge/<slug:slug>/edit/": staff(200, 400, **dict.fromkeys(NOT_EDITORS, (403, 403))),
    "knowledge/<slug:slug>/feedback/": staff(405, 400, **dict.fromkeys(NOT_DESK, NEITHER)),
    "help/<slug:slug>/": public(200, 200, 405),
    "help/<slug:slug>/feedback/": public(302, 303),
    "inbox/": staff(200),
    "inbox/mail/": staff(405, 400),
    "inbox/read/": staff(405, 303),
    "inbox/<int:pk>/": staff(405, 404),
    # beside the request: names and texts for those who write, watching for whoever sees it
    "queue/<str:number>/names/": of_request(200, 405, council_aide=(403, 405)),
    "queue/<str:number>/related/": of_request(200, 405),
    "queue/<str:number>/related/reporter/": of_request(405, 303, manager=NEITHER, council_aide=NEITHER),
    "queue/<str:number>/reply/": of_request(404, 405, council_aide=(403, 405)),
    "queue/<str:number>/watch/": of_request(405, 303),
    # reply templates: supervisors and administrators write them
    "queue/templates/": staff(200, **dict.fromkeys(NO_WRITERS, (403, 405))),
    "queue/templates/new/": staff(200, 400, **dict.fromkeys(NO_WRITERS, (403, 403))),
    "queue/templates/<int:pk>/": staff(404, 404, **dict.fromkeys(NO_WRITERS, (403, 403))),
    # what others see of a request, where it lies, whether it is one: by the roles of the move
    "queue/<str:number>/photo/<str:public_id>/": of_request(
        200, 400, **dict.fromkeys(NOT_REDACTING, (403, 403))
    ),
    "queue/<str:number>/photo/<str:public_id>/grid.jpg": of_request(
        200, 405, **dict.fromkeys(NOT_REDACTING, (403, 405))
    ),
    "queue/<str:number>/text/": of_request(200, 400, **dict.fromkeys(NOT_REDACTING, (403, 403))),
    "queue/<str:number>/unredacted/": of_request(
        200,
        400,
        supervisor=(200, 403),
        **dict.fromkeys(("dispatcher", "operator", "crew", "manager", "council_aide"), (403, 403)),
    ),
    "queue/<str:number>/appeal/": of_request(200, 400, **dict.fromkeys(NOT_DISPATCHING, (403, 403))),
    "queue/<str:number>/place/": of_request(
        200, 400, **dict.fromkeys(("manager", "council_aide", "records_officer"), (403, 403))
    ),
    "queue/<str:number>/split/": of_request(200, 400, **dict.fromkeys(NOT_DISPATCHING, (403, 403))),
    # what waits for a look: for those who decide about it, each thing within sight of its request
    "moderation/": staff(
        200, operator=NO_MODERATION, crew=NO_MODERATION, manager=NO_MODERATION, council_aide=NO_MODERATION
    ),
    "moderation/bans/": staff(
        200,
        400,
        dispatcher=(200, 403),
        records_officer=(200, 403),
        **{OTHER: (200, 403)},
        **dict.fromkeys(("operator", "crew", "manager", "council_aide"), (403, 403)),
    ),
    "moderation/bans/<int:pk>/lift/": staff(
        405, 404, operator=NEITHER, crew=NEITHER, manager=NEITHER, council_aide=NEITHER
    ),
    "moderation/comments/<int:pk>/": staff(
        405, 404, operator=NEITHER, crew=NEITHER, manager=NEITHER, council_aide=NEITHER
    ),
    "moderation/abuse/<int:pk>/": staff(
        405, 404, operator=NEITHER, crew=NEITHER, manager=NEITHER, council_aide=NEITHER
    ),
    "moderation/photos/<str:public_id>/": of_request(
        405, 400, operator=NEITHER, crew=NEITHER, manager=NEITHER, council_aide=NEITHER
    ),
    # tasks of others: a page for each request, and the link of those without an account
    "queue/roll-up/": staff(200, 400, **dict.fromkeys(NO_JOINING, (403, 403))),
    "queue/<str:number>/incident/": of_request(200, 405),
    "queue/<str:number>/incident/join/": of_request(405, 400, **dict.fromkeys(NO_JOINING, NEITHER)),
    "queue/<str:number>/incident/part/": of_request(405, 400, **dict.fromkeys(NO_JOINING, NEITHER)),
    "queue/<str:number>/incident/lead/": of_request(405, 400, **dict.fromkeys(NO_JOINING, NEITHER)),
    "queue/<str:number>/incident/not-same/": of_request(405, 404, **dict.fromkeys(NO_JOINING, NEITHER)),
    "queue/tasks/": staff(200),
    "queue/<str:number>/tasks/": of_request(200, 405),
    "queue/<str:number>/tasks/give/": of_request(405, 400, **NO_TASKS),
    "queue/<str:number>/tasks/plan/": of_request(405, 400, **NO_TASKS, operator=NEITHER, crew=NEITHER),
    "queue/<str:number>/tasks/unplan/": of_request(405, 400, **NO_TASKS, operator=NEITHER, crew=NEITHER),
    "queue/<str:number>/tasks/<int:pk>/done/": of_request(405, 404, **NO_TASKS),
    "queue/<str:number>/tasks/<int:pk>/cancel/": of_request(405, 404, **NO_TASKS),
    "colleagues/<int:task_id>/<str:token>/": public(404, 404),
    # undo: on requests one knows, by who may change them; of many at once, who did it and their supervisors
    "queue/undo/<int:event_id>/": of_request(405, 303, **NO_UNDO),
    "queue/<str:number>/send-now/": of_request(405, 303, **NO_UNDO),
    "queue/changes/<int:pk>/": staff(404, 405),
    "queue/changes/<int:pk>/undo/": staff(405, 404, **NO_UNDO),
    "queue/changes/<int:pk>/send-now/": staff(405, 404, **NO_UNDO),
    # storm mode: everybody reads, supervisors and administrators declare
    "storms/": staff(200),
    "storms/new/": staff(403, 403, supervisor=(200, 400), administrator=(200, 400)),
    "storms/<int:pk>/end/": staff(405, 403, supervisor=(405, 404), administrator=(405, 404)),
    # public pages: the same for everybody; a page that only shows answers any form the same way
    "": public(200, 200, 405),
    "accessibility/": public(200, 200, 405),
    "categories/suggest/": public(200),
    "help/": public(200, 200, 405),
    "map/": public(200, 200, 405),
    "map/cells.json": public(200, 200, 405),
    "requests/": public(200, 200, 405),
    "areas/": public(200, 200, 405),
    "areas/<str:kind>/<str:slug>/": public(200, 200, 405),
    "categories/": public(200, 200, 405),
    "categories/<slug:slug>/": public(200, 200, 405),
    "feeds/requests.rss": public(200, 200, 405),
    "robots.txt": public(200, 200, 405),
    "sitemap.xml": public(200, 200, 405),
    "language/": public(405, 400),
    "places/map.png": public(400),
    "places/outlines.json": public(200),
    "places/reverse/": public(400, 400, 405),
    "places/suggest/": public(200, 200, 405),
    "privacy/": public(200, 200, 405),
    "manifest.webmanifest": public(200, 200, 405),
    "offline/": public(200, 200, 405),
    "report/": public(200, 200, 400),
    "report/aside/": public(200, 200),
    "sw.js": public(200, 200, 405),
    "report/photos/<uuid:key>/<str:public_id>/<slug:size>.jpg": public(404, 404, 405),
    "requests/<str:number>/": public(200, 200, 405),
    "nearby/": public(404, 404),
    "requests/<str:number>/abuse/": public(200, 400),
    "requests/<str:number>/comments/": public(404, 404),
    "requests/<str:number>/follow/": public(302, 400),
    "requests/<str:number>/not-solved/": public(302, 400),
    "requests/<str:number>/state.json": public(200, 405),
    "requests/<str:number>/support/": public(302, 303),
    "tiles/<int:z>/<int:x>/<int:y>.png": public(200, 200, 405),
    "track/": public(200, 200),
    # a resident's own pages: without a link used in this browser, everybody is led to the question for the address
    "my/": public(200, 200),
    "my/in/<int:resident_id>/<str:token>/": public(410, 410),
    "my/out/": public(405, 303),
    "my/choices/": public(405, 303),
    "my/add/": public(405, 303),
    "my/alerts/<int:subscription_id>/<slug:what>/": public(405, 303),
    "my/follows/<int:follower_id>/<slug:what>/": public(405, 303),
    "my/record.json": public(303, 303),
    "my/erase/": public(303, 303),
    "alerts/new/": public(200, 400),
    # the token is the key of the one alert, the one follow
    "a/<int:subscription_id>/<str:token>/": public(404, 404),
    "f/<int:follower_id>/<str:token>/": public(404, 404),
    "r/<str:token>/erase/": public(200, 303),
    # the tracking link is the key, whoever holds it
    "r/<str:token>/": public(200, 200, 405),
    "r/<str:token>/appeal/": public(302, 302),
    "r/<str:token>/confirm/": public(302, 303),
    "r/<str:token>/edit/": Row(frozenset({200, 303}), frozenset({200, 303})),
    "r/<str:token>/messages/": public(405, 303),
    "r/<str:token>/photo/": Row(frozenset({200, 303}), frozenset({200, 303})),
    "r/<str:token>/photos/<str:public_id>/<slug:size>.jpg": public(200, 200, 405),
    "r/<str:token>/receipt/": public(200, 200, 405),
    "r/<str:token>/answer/": public(302, 400),
    "r/<str:token>/review/": public(302, 303),
    "r/<str:token>/state.json": public(200, 405),
    "r/<str:token>/taken-care/": public(200, 303),
    "r/<str:token>/reopen/": Row(frozenset({302, 303}), frozenset({200, 302, 303, 400, 409})),
    "r/<str:token>/withdraw/": public(200, 303),
    "u/<str:number>/<str:token>/": public(404, 404),
    # a photo that waits for a look: for staff who may see its request
    "photos/<str:public_id>/<slug:size>.jpg": Row(
        frozenset({200}), frozenset({200, 405}), {STRANGER: (404, 404), OTHER: (404, 404)}
    ),
    # figures are for everybody but the phone desk and crews; rows want to be told which figure
    "reports/": staff(200, operator=NO_FIGURES, crew=NO_FIGURES),
    "reports/rows/": staff(400, operator=NO_FIGURES, crew=NO_FIGURES),
    # rows as files: for those who answer requests for records, with a reason; who took what, for those who watch over it
    "reports/extract/": staff(400, 400, **dict.fromkeys(NO_EXTRACTS, (403, 403))),
    # reports by mail: one's own; digests for those who answer to boards
    "reports/subscriptions/": staff(200, operator=NO_FIGURES, crew=NO_FIGURES),
    "reports/subscriptions/new/": staff(404, 404, operator=(403, 403), crew=(403, 403)),
    "reports/subscriptions/<int:pk>/": staff(404, 404, operator=(403, 403), crew=(403, 403)),
    "reports/subscriptions/<int:pk>/stop/": staff(405, 404, operator=NEITHER, crew=NEITHER),
    "reports/digests/": staff(200, 400, **dict.fromkeys(NO_DIGESTS, (403, 403))),
    "reports/digests/<int:pk>/stop/": staff(405, 404, **dict.fromkeys(NO_DIGESTS, NEITHER)),
    "digests/<int:reader_id>/<str:token>/": public(404, 404),
    # what the city publishes of its figures
    "reports/published/": staff(200, 303, **dict.fromkeys((*NO_EXTRACTS, "records_officer"), (403, 403))),
    "performance/": public(200, 200, 405),
    "performance.csv": public(200, 200, 405),
    "reports/extracts/": staff(200, **dict.fromkeys((*NO_EXTRACTS, "manager"), NO_FIGURES)),
    "reports/<slug:page>/": staff(200, operator=NO_FIGURES, crew=NO_FIGURES),
    "reports/<slug:page>/<slug:figure>.csv": staff(404, operator=NO_FIGURES, crew=NO_FIGURES),
    "reports/<slug:page>/<slug:figure>.xlsx": staff(404, operator=NO_FIGURES, crew=NO_FIGURES),
    "reports/<slug:page>.csv": staff(200, operator=NO_FIGURES, crew=NO_FIGURES),
    "reports/<slug:page>.xlsx": staff(200, operator=NO_FIGURES, crew=NO_FIGURES),
    "styleguide/": staff(200, 200, 405),
    # notices: all staff read them, those who triage write them
    "notices/": staff(200),
    "notices/new/": staff(200, 400, **dict.fromkeys(NOTICE_READERS, (403, 403))),
    "notices/<int:pk>/": staff(200, 400, **dict.fromkeys(NOTICE_READERS, (403, 403))),
    "notices/<int:pk>/withdraw/": staff(405, 303, **dict.fromkeys(NOTICE_READERS, (405, 403))),
    # accounts: entrances for strangers, own pages for staff; nobody signs up
    "accounts/2fa/": staff(200),
    "accounts/2fa/authenticate/": public(302, 302),
    "accounts/2fa/reauthenticate/": public(302, 302),
    "accounts/2fa/recovery-codes/": staff(404),
    "accounts/2fa/recovery-codes/download/": staff(404, 404),
    "accounts/2fa/recovery-codes/generate/": staff(302, 302),
    "accounts/2fa/totp/activate/": staff(302, 302),
    "accounts/2fa/totp/deactivate/": staff(404, 404),
    "accounts/2fa/webauthn/": staff(200),
    "accounts/2fa/webauthn/add/": staff(302, 302),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": staff(302, 302),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": staff(302, 302),
    "accounts/2fa/webauthn/reauthenticate/": public(302, 302),
    "accounts/confirm-email/": public(200),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": public(200, 302, 404),
    "accounts/email/": staff(200, 302),
    "accounts/inactive/": public(200),
    "accounts/login/": Row(frozenset({302}), frozenset({302}), {STRANGER: (200, 200)}),
    "accounts/login/code/confirm/": public(302, 302),
    "accounts/logout/": staff(200, 302),
    "accounts/password/change/": staff(200, 200),
    "accounts/password/reset/": public(200, 200),
    "accounts/password/reset/done/": public(200),
    "accounts/password/reset/key/done/": public(200),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": public(200, 200, 302),
    "accounts/password/set/": staff(302, 302),
    "accounts/reauthenticate/": staff(200, 200),
    "accounts/signup/": Row(frozenset({302}), frozenset({302}), {STRANGER: (200, 200)}),
}
ADMIN = "admin/"


def routes() -> Iterator[tuple[str, str]]:
    """Every address of the project: its route and its name."""

    def walk(resolver: URLResolver, before: str, names: str) -> Iterator[tuple[str, str]]:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each, route, names + (f"{each.namespace}:" if each.namespace else ""))
            else:
                assert isinstance(each, URLPattern)
                yield route, names + (each.name or "")

    yield from walk(get_resolver(), "", "")


ALL = sorted(set(routes()))
OWN = [route for route, _ in ALL if not route.startswith(ADMIN)]


@dataclass(frozen=True)
class World:
    """One request of the streets department with a photo that waits, and somebody of each role."""

    clients: dict[str, Client]
    words: dict[str, str]

    def path(self, route: str) -> str:
        """The address with every placeholder filled in."""
        for placeholder, value in self.words.items():
            route = route.replace(placeholder, value)
        assert "<" not in route, f"tell the access matrix what to put into {route}"
        return "/" + route


@pytest.fixture
def world(city: makers.SmallCity) -> World:
    made = makers.submitted(city.pothole, email="resident@example.org")
    photo = Photo.objects.create(
        request=made.request,
        sha256="0" * 64,
        width=8,
        height=8,
        state=PhotoState.WAITING,
        created_at=makers.NOW,
    )
    picture = pictures.encoded(pictures.scene(8, 8)).getvalue()
    for size in SIZES:
        path = path_of(photo.sha256, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    Article.objects.create(
        slug="pothole",
        title="Potholes",
        topic="Roads",
        body="Words",
        is_public=True,
        updated_at=makers.NOW,
    )
    ServiceNotice.objects.create(
        pk=1,
        title="Collection is late",
        text="It comes a day later.",
        starts_at=makers.NOW,
        ends_at=makers.NOW + dt.timedelta(days=3),
        created_at=makers.NOW,
        updated_at=makers.NOW,
    )
    people: dict[str, StaffUser] = {OTHER: makers.staff("dispatcher", city.waste)}
    for role in Role:
        people[role.value] = makers.staff(
            role,
            city.streets,
            area=city.district_1 if role == Role.COUNCIL_AIDE else None,
            is_staff=role == Role.ADMINISTRATOR,
            is_superuser=role == Role.ADMINISTRATOR,
        )
    clients = {STRANGER: Client(raise_request_exception=False)}
    for person, user in people.items():
        clients[person] = Client(raise_request_exception=False)
        clients[person].force_login(user)
    words = {
        "<str:number>": made.request.number,
        "<slug:name>": "close",
        "<str:kind>/<str:slug>": "council_district/1",
        "<slug:slug>": "pothole",
        "<str:token>": made.token,
        "<str:public_id>": photo.public_id,
        "<slug:size>": "small",
        "<uuid:key>": str(uuid.uuid4()),
        "<int:resident_id>": "1",
        "<int:subscription_id>": "1",
        "<int:follower_id>": "1",
        "<slug:what>": "stop",
        "<path:object_id>": "1",
        "<int:task_id>": "1",
        "<int:event_id>": str(made.request.events.latest("pk").pk),
        "<int:pk>": "1",
        "<int:reader_id>": "1",
        "<id>": "1",
        "<path:content_type_id>": "1",
        "<slug:page>": "volume",
        "<slug:figure>": "categories",
        "<int:z>/<int:x>/<int:y>": "12/1176/1565",
        "^confirm-email/(?P<key>[-:\\w]+)/$": "confirm-email/abc/",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc/",
    }
    return World(clients, words)


def test_every_address_has_a_row() -> None:
    missing = [route for route in OWN if route not in ROWS]
    assert not missing, f"say who may open {missing}"
    assert not set(ROWS) - set(OWN), "rows without an address"


def status_of(client: Client, method: str, path: str) -> int:
    """What the address answers; what it did is taken back, the session too."""
    cookies = client.cookies.output()
    with transaction.atomic():
        status: int = client.generic(method, path).status_code
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return status


def test_role_and_method_decide(world: World) -> None:
    wrong = []
    for route, row in ROWS.items():
        for person, client in world.clients.items():
            for method in ("GET", "POST"):
                status = status_of(client, method, world.path(route))
                if status not in row.expected(person, method):
                    allowed = sorted(row.expected(person, method))
                    wrong.append(f"{method} {route} by {person}: {status}, not {allowed}")
    assert not wrong, "\n".join(wrong)


def test_the_administration_is_for_administrators(world: World) -> None:
    opened = []
    for route, name in ALL:
        if not route.startswith(ADMIN) or "(?P" in route:
            continue
        path = world.path(route)
        for person, client in world.clients.items():
            status = status_of(client, "GET", path)
            if person == Role.ADMINISTRATOR:
                assert status < 500, (path, status)
            elif status not in {302, 403}:
                opened.append((name, person, status))
    # signing out is by POST for everybody
    assert [entry for entry in opened if entry[0] != "admin:logout"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_no_other_method_reaches_a_view(world: World, method: str) -> None:
    for path in ("/", "/queue/", world.path("queue/<str:number>/"), "/healthz"):
        assert world.clients["administrator"].generic(method, path).status_code == 405
