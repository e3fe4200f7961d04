"""The page of one problem: what is proposed and why, joining, parting, and what an old screen does."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import StaffUser
from requests_app.models import NotSame, ServiceRequest
from requests_app.queries.likeness import Facts, compare, telling_words
from requests_app.queries.matching import proposals
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
FEET_20 = 6 / 111_195


def text(answer: Any) -> str:
    """The words of a page."""
    bare = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(bare))


@pytest.fixture
def desk(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


@pytest.fixture
def hole(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, description="A deep hole at the bus stop").request


def near(city: makers.SmallCity, words: str = "Big hole by the bus stop", **fields: Any) -> ServiceRequest:
    fields.setdefault("latitude", 39.3 + FEET_20)
    return makers.submitted(city.pothole, description=words, **fields).request


def test_what_is_near_alike_and_of_the_same_words_is_proposed_with_reasons(
    desk: Client, city: makers.SmallCity, hole: ServiceRequest, dispatcher: StaffUser
) -> None:
    same = near(city)
    far = near(city, latitude=39.31)
    old = near(city, now=NOW - dt.timedelta(days=90))
    other_kind = makers.submitted(city.missed_trash, latitude=39.3).request
    found = proposals(hole, dispatcher)
    assert [report.number for report in found] == [same.number]
    (best,) = found
    assert best.score >= 75
    assert best.likely == "Very likely the same"
    assert best.why == ("20 feet away", "The same category", "Within a day", "Both say: hole, stop")
    page = text(desk.get(f"/queue/{hole.number}/incident/"))
    assert same.number in page
    assert "Both say: hole, stop" in page
    for absent in (far, old, other_kind):
        assert absent.number not in page


def test_each_part_of_the_score_counts(city: makers.SmallCity) -> None:
    base = Facts(city.pothole, 39.3, -76.65, NOW, "deep hole")
    whole, _why = compare(base, base, reach_m=120)
    assert whole == 100
    weaker = [
        Facts(city.pothole, 39.3005, -76.65, NOW, "deep hole"),
        Facts(city.rats, 39.3, -76.65, NOW, "deep hole"),
        Facts(city.pothole, 39.3, -76.65, NOW - dt.timedelta(days=20), "deep hole"),
        Facts(city.pothole, 39.3, -76.65, NOW, "no light"),
        Facts(city.pothole, None, None, NOW, "deep hole"),
    ]
    assert all(compare(base, other, reach_m=120)[0] < whole for other in weaker)
    assert telling_words("The HOLES, again! ¿Dónde está el bache?") == {"hole", "donde", "bache"} - {"donde"}


def test_proposals_cost_the_same_for_many(
    city: makers.SmallCity, hole: ServiceRequest, dispatcher: StaffUser
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            proposals(ServiceRequest.objects.select_related("category").get(pk=hole.pk), dispatcher)
        return len(captured)

    for _each in range(3):
        near(city)
    statements()
    few = statements()
    for _each in range(27):
        near(city)
    assert statements() == few <= 5


def test_another_department_is_not_proposed(
    city: makers.SmallCity, hole: ServiceRequest, dispatcher: StaffUser
) -> None:
    same = near(city)
    ServiceRequest.objects.filter(pk=same.pk).update(department=city.waste)
    assert proposals(hole, dispatcher) == []


def test_reports_are_joined_led_and_parted(
    desk: Client, city: makers.SmallCity, hole: ServiceRequest
) -> None:
    same, third = near(city), near(city)
    url = f"/queue/{hole.number}/incident/"
    answer = desk.post(
        f"{url}join/",
        {
            "version": 1,
            "with": [same.number],
            f"version_{same.number}": 1,
            "numbers": f" {third.number} ",
            "lead": same.number,
        },
    )
    assert (answer.status_code, answer["Location"]) == (303, f"/queue/{same.number}/incident/")
    rows = {row.pk: row for row in ServiceRequest.objects.all()}
    assert [rows[each.pk].lead_id for each in (hole, same, third)] == [same.pk, None, same.pk]
    page = text(desk.get(f"/queue/{hole.number}/"))
    assert f"Follows {same.number}" in page
    assert "/do/close/" not in desk.get(f"/queue/{hole.number}/").content.decode()
    assert "2 reports follow this one" in text(desk.get(f"/queue/{same.number}/"))
    version = rows[third.pk].version
    assert desk.post(f"/queue/{third.number}/incident/lead/", {"version": version}).status_code == 303
    row = ServiceRequest.objects.get(pk=same.pk)
    assert row.lead_id == third.pk
    gone = desk.post(
        f"/queue/{same.number}/incident/part/", {"version": row.version, "reason": "Another hole"}
    )
    assert gone.status_code == 303
    assert ServiceRequest.objects.get(pk=same.pk).lead_id is None
    assert "Parted from" in text(desk.get(f"/queue/{same.number}/"))


def test_an_old_screen_says_who_was_quicker_and_keeps_the_choice(
    desk: Client, city: makers.SmallCity, hole: ServiceRequest, dispatcher: StaffUser
) -> None:
    same = near(city)
    note = {"version": 1, "audience": "staff", "text": "Looked at it"}
    desk.post(f"/queue/{same.number}/do/note/", note)
    sent = {"version": 1, "with": same.number, f"version_{same.number}": 1}
    answer = desk.post(f"/queue/{hole.number}/incident/join/", sent)
    assert answer.status_code == 409
    assert f"{dispatcher.name} changed {same.number}" in text(answer)
    page = answer.content.decode()
    assert f'value="{same.number}" checked' in page
    assert f'name="version_{same.number}" value="2"' in page
    assert ServiceRequest.objects.get(pk=same.pk).lead_id is None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose at least one"),
        ({"numbers": "26-999999"}, "no report 26-999999"),
        ({"numbers": "x" * 9_000}, "no report xxx"),
        ({"numbers": "' OR 1=1 --"}, "no report"),
        ({"with": ["26-1"] * 99 + [str(n) for n in range(99)]}, "at most 50"),
    ],
)
def test_nonsense_is_answered(desk: Client, hole: ServiceRequest, sent: dict[str, Any], words: str) -> None:
    answer = desk.post(f"/queue/{hole.number}/incident/join/", {"version": 1, **sent})
    assert answer.status_code == 400
    assert words in text(answer)


def test_a_text_of_a_megabyte_is_refused_in_words(desk: Client, hole: ServiceRequest) -> None:
    for what, sent in (("join", {"numbers": "x" * 1_000_000}), ("part", {"reason": "x" * 1_000_000})):
        answer = desk.post(f"/queue/{hole.number}/incident/{what}/", {"version": 1, **sent})
        assert answer.status_code == 413
    answer = desk.post(f"/queue/{hole.number}/incident/part/", {"version": 1, "reason": "x" * 10_001})
    assert answer.status_code == 400
    assert "10,000 characters at most" in text(answer)


@pytest.mark.parametrize("what", ["join", "part", "lead"])
@pytest.mark.parametrize("version", [None, "", "x", "9" * 40])
def test_no_version_no_change(desk: Client, hole: ServiceRequest, what: str, version: str | None) -> None:
    sent = {} if version is None else {"version": version}
    assert desk.post(f"/queue/{hole.number}/incident/{what}/", sent).status_code == 400


def test_a_kind_for_one_household_is_not_joined(desk: Client, city: makers.SmallCity) -> None:
    client = Client()
    boss = makers.staff("administrator", name="Boss")
    client.force_login(boss)
    missed = [makers.submitted(city.missed_trash).request for _each in range(2)]
    page = text(client.get(f"/queue/{missed[0].number}/incident/"))
    assert "stands for one household" in page
    sent = {"version": 1, "numbers": missed[1].number}
    answer = client.post(f"/queue/{missed[0].number}/incident/join/", sent)
    assert answer.status_code == 400
    assert "stands for one household" in text(answer)


def test_not_the_same_is_remembered(
    desk: Client, city: makers.SmallCity, hole: ServiceRequest, dispatcher: StaffUser
) -> None:
    same = near(city)
    answer = desk.post(f"/queue/{hole.number}/incident/not-same/", {"other": same.number})
    assert answer.status_code == 303
    assert NotSame.objects.count() == 1
    assert proposals(hole, dispatcher) == []
    assert proposals(same, dispatcher) == []
    assert desk.post(f"/queue/{hole.number}/incident/not-same/", {"other": "x"}).status_code == 404


def test_a_selection_is_rolled_up(desk: Client, city: makers.SmallCity, hole: ServiceRequest) -> None:
    same, third = near(city), near(city)
    numbers = [each.number for each in (hole, same, third)]
    page = text(desk.get("/queue/roll-up/", {"n": [*numbers, "26-999999"]}))
    assert all(number in page for number in numbers)
    assert "Not found, or not in your sight: 26-999999" in page
    assert desk.post("/queue/roll-up/", {"n": numbers}).status_code == 400
    answer = desk.post("/queue/roll-up/", {"n": numbers, "lead": hole.number}, follow=True)
    assert f"2 reports follow {hole.number} now" in text(answer)
    assert ServiceRequest.objects.get(pk=hole.pk).merged_count == 2
    again = desk.post("/queue/roll-up/", {"n": numbers, "lead": hole.number})
    assert again.status_code == 400
    assert "None of these reports can be joined" in text(again)
    many = [f"26-{n:06d}" for n in range(600)]
    assert desk.get("/queue/roll-up/", {"n": " ".join(many)}).status_code == 400
