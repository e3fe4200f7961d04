"""The phone desk: one screen, and what each of its buttons does."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from civic311.lib import clock
from civic311.lib.tokens import read_out_pin
from dashboards.models import ContactReveal
from departments.models import Article, StaffUser, TransferContact
from requests_app.actions import Actor, close
from requests_app.actions.desk import finish_follow_up
from requests_app.models import Ban, Call, Reporter, ServiceRequest, StaffNotice, Support
from requests_app.workflow import EventKind, Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
PHONE = "(410) 555-0100"
POINT = {"latitude": "39.3", "longitude": "-76.65", "address": "100 Main St"}


@pytest.fixture
def operator(city: makers.SmallCity) -> StaffUser:
    return makers.staff("operator", name="Olive Operator")


@pytest.fixture
def desk(client: Client, operator: StaffUser) -> Client:
    client.force_login(operator)
    return client


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "started": makers.NOW.isoformat(),
        "channel": "phone",
        "language": "en",
        **fields,
    }


def pothole(**fields: Any) -> dict[str, Any]:
    words = {"description": "A deep hole", "category": "pothole", "phone": PHONE, "name": "Jane Doe"}
    return typed(**{**words, **POINT, "do": "report", **fields})


def problem(answer: Any) -> str:
    return str(answer.context["problem"])


def test_a_report_is_read_out(desk: Client, operator: StaffUser) -> None:
    sent = pothole(email="jane@example.org", updates="on", language="ht", interpreter="Line A, Marie")
    answer = desk.post("/desk/", sent, follow=True)
    made = ServiceRequest.objects.get()
    call = Call.objects.get()
    assert answer.redirect_chain == [(f"/desk/done/{call.pk}/", 303)]
    assert made.number in answer.text
    assert re.search(r"PIN <b>\d{6}</b>", answer.text)
    assert (made.channel, made.language, made.address) == ("phone", "en", "100 Main St")
    assert made.reporter.phone == PHONE
    assert made.reporter.wants_updates
    assert (call.outcome, call.language, call.interpreter, call.request) == (
        "report",
        "ht",
        "Line A, Marie",
        made,
    )
    assert call.operator == operator
    assert PHONE not in call.phone_key
    assert desk.get(f"/desk/?same={call.pk}").context["form"]["name"].value() == "Jane Doe"
    kept = json.dumps(dict(desk.session))
    assert not [word for word in ("Jane", "jane@example.org", PHONE) if word in kept]
    for odd in ("x", "9" * 30, "-1", "٣", str(call.pk + 1)):
        assert not desk.get("/desk/", {"same": odd}).context["form"]["name"].value()


def test_sending_twice_is_one_call(desk: Client) -> None:
    sent = pothole()
    first, second = desk.post("/desk/", sent), desk.post("/desk/", sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert (ServiceRequest.objects.count(), Call.objects.count()) == (1, 1)
    changed = desk.post("/desk/", sent | {"description": "Another hole"})
    assert changed.status_code == 409
    assert "Sending again makes another request" in problem(changed)
    assert changed.context["key"] != sent["key"]
    assert changed.context["form"]["description"].value() == "Another hole"


def test_no_consent_no_messages(desk: Client) -> None:
    desk.post("/desk/", pothole(email="jane@example.org"))
    assert not Reporter.objects.get().wants_updates


def test_anonymous_call_is_not_looked_up(desk: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, phone=PHONE, name="Jane Doe")
    looked = desk.post("/desk/", typed(phone=PHONE, anonymous="on"))
    assert looked.context["caller"] is None
    desk.post("/desk/", pothole(anonymous="on"))
    made = ServiceRequest.objects.latest("id")
    assert made.is_anonymous
    assert not Reporter.objects.filter(request=made).exists()
    assert Call.objects.get().phone_key == ""
    assert ContactReveal.objects.count() == 0


def test_the_card_says_who_calls_and_the_look_is_logged_once(
    desk: Client, city: makers.SmallCity, operator: StaffUser
) -> None:
    made = makers.submitted(
        city.pothole, phone="+1 410.555.0100", name="Jane Doe", email="j@example.org"
    ).request
    ask = typed(phone=PHONE)
    for _ in range(2):
        answer = desk.post("/desk/caller/", ask)
        assert "Jane Doe" in answer.text
        assert made.number in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    reveal = ContactReveal.objects.get()
    assert (reveal.request, reveal.user) == (made, operator)
    desk.post("/desk/caller/", typed(phone=PHONE))
    assert ContactReveal.objects.count() == 2
    assert "Nobody has called" in desk.post("/desk/caller/", typed(phone="410-555-0199")).text


def test_department_members_meet_their_own_requests(client: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.missed_trash, phone=PHONE, name="Jane Doe")
    client.force_login(makers.staff("dispatcher", city.streets))
    assert "Jane Doe" not in client.post("/desk/caller/", typed(phone=PHONE)).text
    assert ContactReveal.objects.count() == 0


def test_banned_callers_are_marked_and_served(desk: Client, operator: StaffUser) -> None:
    Ban.objects.create(
        key="4105550100",
        shown="…0100",
        reason="Threats",
        created_by=operator,
        created_at=makers.NOW,
        expires_at=makers.NOW.replace(year=2099),
    )
    assert "May not send reports online" in desk.post("/desk/caller/", typed(phone=PHONE)).text
    assert desk.post("/desk/", pothole()).status_code == 303


def test_open_requests_nearby_private_ones_too(desk: Client, city: makers.SmallCity) -> None:
    public = makers.submitted(city.pothole).request
    private = makers.submitted(city.container, latitude=39.3001).request
    far = makers.submitted(city.pothole, latitude=39.31).request
    answer = desk.post("/desk/", typed(description="hole", category="pothole", **POINT))
    assert [row.number for row in answer.context["nearby"]] == [public.number, private.number]
    assert far.number not in answer.text
    assert answer.context["told"].category == city.pothole


def test_a_bump_counts_notes_and_keeps_the_channel(desk: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, phone="410-555-0177").request
    sent = typed(do=f"bump:{made.number}", phone=PHONE, description="Deeper now", channel="walk_in")
    for _ in range(2):
        assert desk.post("/desk/", sent).status_code == 303
    event = made.events.get(kind=EventKind.BUMPED)
    assert (event.internal_note, event.data) == ("Deeper now", {"channel": "walk_in", "counted": True})
    made.refresh_from_db()
    assert (made.support_count, made.status, made.acknowledged_at) == (1, Status.NEW, None)
    desk.post("/desk/", typed(do=f"bump:{made.number}", phone=PHONE))
    desk.post("/desk/", typed(do=f"bump:{made.number}", phone="410-555-0177"))
    made.refresh_from_db()
    assert made.support_count == Support.objects.count() == 1, "a person counts once, the reporter never"
    assert Call.objects.filter(outcome="bump").count() == 3


def test_a_closed_request_is_not_bumped(desk: Client, city: makers.SmallCity) -> None:
    made = closed(city)
    answer = desk.post("/desk/", typed(do=f"bump:{made.number}", description="Still there"))
    assert answer.status_code == 409
    assert "not possible while the request is closed" in problem(answer)
    assert answer.context["form"]["description"].value() == "Still there"
    assert Call.objects.count() == 0


def closed(city: makers.SmallCity) -> ServiceRequest:
    made = makers.submitted(city.pothole, phone=PHONE).request
    by = Actor.staff(makers.staff("administrator", sees_all_departments=True))
    close(
        request_id=made.pk, version=None, outcome=Outcome.FIXED, public_answer="Done.", by=by, now=makers.NOW
    )
    return made


@pytest.fixture
def _in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: makers.NOW)


@pytest.mark.usefixtures("_in_time")
def test_not_solved_opens_it_again_for_its_reporter(
    desk: Client, city: makers.SmallCity, operator: StaffUser
) -> None:
    made = closed(city)
    empty = desk.post("/desk/", typed(do=f"unsolved:{made.number}", phone=PHONE))
    assert empty.status_code == 409
    sent = typed(do=f"unsolved:{made.number}", phone=PHONE, description="The hole is back")
    assert desk.post("/desk/", sent).status_code == 303
    made.refresh_from_db()
    event = made.events.get(kind=EventKind.REOPENED)
    assert (made.status, event.actor, event.internal_note) == (Status.OPEN, operator, "The hole is back")
    assert Call.objects.get().outcome == "not_solved"


@pytest.mark.usefixtures("_in_time")
def test_not_solved_of_somebody_else_is_a_flag(desk: Client, city: makers.SmallCity) -> None:
    made = closed(city)
    sent = typed(do=f"unsolved:{made.number}", phone="410-555-0199", description="I see it too")
    assert desk.post("/desk/", sent).status_code == 303
    made.refresh_from_db()
    assert (made.status, made.disputed_at) == (Status.CLOSED, makers.NOW)


@pytest.mark.usefixtures("_in_time")
def test_a_private_request_wants_number_and_pin(desk: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.container, phone="410-555-0177").request
    plain = desk.post("/desk/", typed(number=made.number))
    assert not plain.context["asked"].is_proven
    assert f"status:{made.number}" not in plain.text
    wrong = desk.post("/desk/", typed(number=made.number, pin="000000"))
    assert wrong.context["asked"].pin_is_wrong
    pin = read_out_pin(made.pk, made.token_version)
    right = desk.post("/desk/", typed(number=made.number.replace("-", " "), pin=f"{pin[:3]} {pin[3:]}"))
    assert right.context["asked"].is_own
    assert f"status:{made.number}" in right.text
    assert desk.post("/desk/", typed(number="99-999999")).context["form"].has_error("number")


def test_typing_on_after_the_pin_uses_up_no_tries(
    desk: Client, city: makers.SmallCity, settings: Any
) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    made = makers.submitted(city.container, phone="410-555-0177").request
    call = typed(number=made.number, pin=read_out_pin(made.pk, made.token_version))
    for end in range(1, 9):
        answer = desk.post("/desk/", call | {"description": "It is still broken"[:end]})
        assert answer.context["asked"].is_own, f"after {end} letters"
    for pin in range(9):
        guessed = desk.post("/desk/", typed(number=made.number, pin=f"{pin:06d}"))
        assert guessed.context["asked"].pin_is_wrong
    other_call = typed(number=made.number, pin=call["pin"])
    assert desk.post("/desk/", other_call).context["asked"].pin_is_wrong, "the tries are spent"


def test_status_information_transfer_and_cut_calls(desk: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    TransferContact.objects.create(slug="courts", name="District Court", phone="410-555-0123")
    article = Article.objects.create(
        slug="taxes",
        title="Property taxes",
        topic="Taxes",
        body="Words",
        updated_at=makers.NOW,
        category=city.question,
    )
    for do in (f"status:{made.number}", "info:Opening hours", "article:taxes", "transfer:courts", "drop"):
        assert desk.post("/desk/", typed(do=do)).status_code == 303, do
    assert desk.post("/desk/", typed(do="info", topic="Parades")).status_code == 303
    rows = list(
        Call.objects.order_by("pk").values_list("outcome", "topic", "transferred_to", "article", "request")
    )
    assert rows == [
        ("status", "", "", None, made.pk),
        ("information", "Opening hours", "", None, None),
        ("information", "Taxes", "", article.pk, None),
        ("transfer", "", "District Court, 410-555-0123", None, None),
        ("dropped", "", "", None, None),
        ("information", "Parades", "", None, None),
    ]
    nothing = desk.post("/desk/", typed(do="info"))
    assert (nothing.status_code, problem(nothing)) == (409, "Say what the call was about.")
    assert desk.post("/desk/", typed(do="nonsense")).status_code == 400
    assert desk.post("/desk/", typed(do="transfer:nobody")).status_code == 404
    assert desk.post("/desk/", typed(do="bump:99-000001")).status_code == 404


def test_a_colleague_calls_back(desk: Client, city: makers.SmallCity, operator: StaffUser) -> None:
    colleague = makers.staff("operator", name="Omar Operator")
    refused = desk.post("/desk/", typed(do="hand_on", colleague=colleague.pk))
    assert problem(refused) == "Write down how the caller can be reached."
    assert problem(desk.post("/desk/", typed(do="hand_on", phone=PHONE))) == "Choose who calls back."
    sent = typed(
        do="hand_on", colleague=colleague.pk, phone=PHONE, name="Jane", description="About her tax bill"
    )
    assert desk.post("/desk/", sent, follow=True).status_code == 200
    notice = StaffNotice.objects.get()
    assert (notice.user, notice.kind, notice.text) == (colleague, "follow_up", "About her tax bill")
    call = Call.objects.get()
    assert desk.post(f"/desk/follow-ups/{call.pk}/done/").status_code == 404, "not this operator's"
    desk.force_login(colleague)
    assert PHONE in desk.get("/desk/follow-ups/").text
    assert desk.post(f"/desk/follow-ups/{call.pk}/done/").status_code == 303
    call.refresh_from_db()
    assert (call.note, bool(call.followed_up_at)) == ("About her tax bill", True)
    again = finish_follow_up(call_id=call.pk, by=colleague, now=call.ended_at)
    assert again.followed_up_at == call.followed_up_at
    assert "Nobody waits" in desk.get("/desk/follow-ups/").text


def test_scripts_are_in_the_callers_language(desk: Client, city: makers.SmallCity) -> None:
    city.pothole.desk_script = {"en": {"say": "We come soon."}, "es": {"say": "Vamos pronto."}}
    city.pothole.save()
    answer = desk.post("/desk/", typed(category="pothole", description="hoyo", language="es"))
    assert "Vamos pronto." in answer.text
    assert "We come soon." not in answer.text


def test_phone_only_kinds_can_be_taken(desk: Client, city: makers.SmallCity) -> None:
    city.pothole.is_online = False
    city.pothole.save()
    assert desk.post("/desk/", pothole()).status_code == 303
    city.pothole.is_active = False
    city.pothole.save()
    retired = desk.post("/desk/", pothole())
    assert retired.status_code == 400
    assert "no longer offered" in retired.text


def test_the_best_kind_is_proposed(desk: Client) -> None:
    answer = desk.post("/desk/", typed(description="a pothole", auto="on"))
    assert answer.context["chosen"] == "pothole"
    assert desk.post("/desk/", typed(description="a pothole")).context["chosen"] == ""


@pytest.mark.parametrize(
    "words",
    [
        {"description": "x" * 1_000_000},
        {"phone": "1" * 5_000},
        {"key": "no key", "started": "yesterday", "language": "xx", "channel": "pigeon"},
        {"number": "\x00", "pin": "'; --", "colleague": "-1"},
        {"latitude": "nan", "longitude": "1e999"},
    ],
)
def test_hostile_words_are_refused_and_kept(desk: Client, words: dict[str, str]) -> None:
    for do in ("look", "report", "info:x", "hand_on"):
        assert desk.post("/desk/", typed(do=do) | words).status_code in {200, 303, 400, 409, 413}, do
    assert ServiceRequest.objects.count() == 0


def test_what_is_read_out_is_for_the_operator_alone(
    desk: Client, client: Client, city: makers.SmallCity
) -> None:
    desk.post("/desk/", pothole())
    call = Call.objects.get()
    client.force_login(makers.staff("operator"))
    assert client.get(f"/desk/done/{call.pk}/").status_code == 404
