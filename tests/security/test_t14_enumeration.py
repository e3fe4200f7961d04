"""Known and unknown get the same answer, by the same way: addresses, numbers, PINs, links."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib.tokens import read_out_pin
from requests_app.models import Resident
from tests import makers

pytestmark = pytest.mark.django_db
_TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')


def body(answer: Any) -> str:
    """The page without what differs at every answer."""
    return _TOKENS.sub("", answer.content.decode())


def statements(path: str, data: dict[str, str]) -> list[str]:
    """The shape of every statement of a POST."""
    client = Client()
    with CaptureQueriesContext(connection) as caught:
        assert client.post(path, data).status_code == 303
    return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in caught.captured_queries]


@pytest.mark.parametrize(
    ("path", "data"),
    [("/my/", {}), ("/alerts/new/", {"category": "pothole", "frequency": "daily", "radius": "400"})],
)
def test_an_address_is_neither_confirmed_nor_denied(
    city: makers.SmallCity, path: str, data: dict[str, str]
) -> None:
    makers.submitted(city.pothole, email="known@example.org")
    Client().post("/my/", {"email": "known@example.org"})
    Resident.objects.update(verified_at=makers.NOW)
    Client().post(path, {"email": "first@example.org"} | data)  # what is looked up in memory from now on
    known, unknown = ({"email": f"{name}@example.org"} | data for name in ("known", "nobody"))
    assert statements(path, known) == statements(path, unknown)
    answers = [Client().post(path, each, follow=True) for each in (known, unknown)]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert body(answers[0]) == body(answers[1])


def test_the_time_of_an_answer_tells_nothing(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email="known@example.org")
    client = Client()
    times: dict[str, list[float]] = {"known": [], "nobody": []}
    for round_ in range(40):
        for name in times if round_ % 2 else reversed(times):
            begun = time.perf_counter()
            client.post("/my/", {"email": f"{name}@example.org"})
            times[name].append(time.perf_counter() - begun)
    known, nobody = (statistics.median(times[name][5:]) for name in times)
    assert abs(known - nobody) < 0.5 * min(known, nobody)


def test_a_wrong_pin_and_an_unknown_number_are_one_answer(city: makers.SmallCity) -> None:
    made = makers.submitted(city.container, email="jo@example.org").request
    wrong = f"{(int(read_out_pin(made.pk, 1)) + 1) % 1_000_000:06d}"
    client = Client()
    pages = [
        body(client.post("/track/", {"number": number, "pin": wrong})).replace(number, "NUMBER")
        for number in (made.number, "26-999999")
    ]
    assert pages[0] == pages[1]


def test_the_right_pin_opens_the_page_of_a_private_report(city: makers.SmallCity) -> None:
    made = makers.submitted(city.container, email="jo@example.org")
    pin = read_out_pin(made.request.pk, 1)
    answer = Client().post("/track/", {"number": made.request.number, "pin": pin})
    assert (answer.status_code, answer.url) == (303, f"/r/{made.token}/")
    by_get = Client().get("/track/", {"number": made.request.number, "pin": pin})
    assert by_get.status_code == 200, "a PIN in an address opens nothing"


def test_five_tries_an_hour_for_a_number_even_from_everywhere(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    made = makers.submitted(city.container, email="jo@example.org").request
    pin = read_out_pin(made.pk, 1)
    wrong = f"{(int(pin) + 1) % 1_000_000:06d}"
    for number in (made.number, "26-999999"):
        answers = [
            Client().post("/track/", {"number": number, "pin": wrong}, REMOTE_ADDR=f"10.0.0.{at}")
            for at in range(7)
        ]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    last = Client().post("/track/", {"number": made.number, "pin": pin}, REMOTE_ADDR="10.0.1.1")
    assert last.status_code == 429, "the right one is not tried either"


def test_spellings_of_a_number_share_its_tries(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    number = makers.submitted(city.container, email="jo@example.org").request.number
    year, count = number.split("-")
    written = [
        number,
        f"#{number}",
        f"{year} {int(count)}",
        f"{year}{count}",
        f"{year}–{count}",
        f" {number} ",
    ]
    codes = [
        Client().post("/track/", {"number": one, "pin": "000000"}, REMOTE_ADDR=f"10.0.0.{at}").status_code
        for at, one in enumerate(written)
    ]
    assert codes == [200] * 5 + [429]


def test_sign_in_links_of_nobody_and_somebody_are_one_answer(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email="jo@example.org")
    Client().post("/my/", {"email": "jo@example.org"})
    pk = Resident.objects.get().pk
    pages = [Client().get(f"/my/in/{one}/{'x' * 22}/") for one in (pk, pk + 1000)]
    assert pages[0].status_code == pages[1].status_code == 410
    words = [body(page).replace(str(pk + 1000), "N").replace(str(pk), "N") for page in pages]
    assert words[0] == words[1]
    pages = [Client().post(f"/my/in/{one}/{'x' * 22}/") for one in (pk, pk + 1000)]
    assert pages[0].status_code == pages[1].status_code == 410
