"""Threat 5: a tracking link cannot be guessed, and a wrong one learns nothing."""

from __future__ import annotations

import base64
import datetime as dt
import random
import re
import string
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civic311.lib.models import RateLimit
from civic311.lib.ratelimit import take
from civic311.lib.tokens import token_hash, tracking_token, unsubscribe_token
from requests_app.models import ServiceRequest
from requests_app.queries.public import held_request
from tests import makers
from tests.security import world

pytestmark = pytest.mark.django_db
ALPHABET = string.ascii_letters + string.digits + "-_"
NEIGHBOURS = 10_000


def neighbours(token: str, request: ServiceRequest) -> set[str]:
    """Tokens near a known one: one or two characters off, one bit off, of other ids, versions and purposes."""
    chance = random.Random(311)
    found = {token[:at] + letter + token[at + 1 :] for at in range(len(token)) for letter in ALPHABET}
    raw = base64.urlsafe_b64decode(token + "==")
    for bit in range(128):
        changed = (int.from_bytes(raw) ^ 1 << bit).to_bytes(16)
        found.add(base64.urlsafe_b64encode(changed).rstrip(b"=").decode())
    for offset in range(1, 200):
        found |= {tracking_token(request.pk + 1_000_000 + offset, 1), tracking_token(request.pk, offset + 1)}
    found |= {unsubscribe_token(request.pk), token_hash(token)[:22], token.swapcase(), token[::-1]}
    while len(found) < NEIGHBOURS:
        letters = list(token)
        for at in chance.sample(range(len(token)), 2):
            letters[at] = chance.choice(ALPHABET)
        found.add("".join(letters))
    return found - {token}


def test_no_neighbour_of_a_token_opens_anything(city: makers.SmallCity, client: Client) -> None:
    filed = world.file_report("recycling-container")
    near = neighbours(filed.token, filed.request)
    assert len(near) >= NEIGHBOURS - 1
    hashes = {token_hash(token) for token in near}
    assert not ServiceRequest.objects.filter(token_hash__in=hashes).exists()
    chance = random.Random(5)
    for token in chance.sample(sorted(near), 40):
        assert held_request(token) is None
        assert client.get(f"/r/{token}/").status_code == 404, token
    for token in (
        filed.token + "=",
        filed.token + " ",
        filed.token[:-1],
        filed.token * 2,
        token_hash(filed.token),
    ):
        assert client.get(f"/r/{token}/").status_code == 404, token
    assert client.get(f"/r/{filed.token}/").status_code == 200


def test_no_neighbour_of_a_number_opens_a_private_report(city: makers.SmallCity, client: Client) -> None:
    filed = world.file_report("recycling-container")
    year, _, digits = filed.request.number.partition("-")
    near = [f"{year}-{int(digits) + offset:06d}" for offset in range(-50, 51) if int(digits) + offset > 0]
    for number in (*near, filed.request.number.replace("-", ""), f"{filed.request.pk}"):
        assert client.get(f"/requests/{number}/").status_code == 404, number


def body(client: Client, url: str, said: str) -> str:
    """What an answer shows, without what the visitor wrote and what is drawn anew for each answer."""
    text = client.get(url).content.decode().replace(said, "…")
    return re.sub(r' nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", text)


def test_no_such_and_not_yours_look_alike(city: makers.SmallCity) -> None:
    private = world.file_report("recycling-container", photos=[world.picture()])
    photo = private.photos[0]
    pairs = [
        ("/requests/{}/", private.request.number, "26-999999"),
        ("/track/?number={}", private.request.number, "26-999999"),
        ("/photos/{}/small.jpg", photo.public_id, "A" * len(photo.public_id)),
        ("/r/{}/", "A" * 22, "B" * 22),
        (f"/u/{private.request.number}/{{}}/", "A" * 22, "B" * 22),
        ("/u/{}/" + "A" * 22 + "/", private.request.number, "26-999999"),
    ]
    for pattern, existing, missing in pairs:
        first = body(Client(), pattern.format(existing), existing)
        second = body(Client(), pattern.format(missing), missing)
        assert first == second, pattern


def test_no_such_and_not_yours_look_alike_to_staff(city: makers.SmallCity, other_dispatcher: Any) -> None:
    request = world.file_report().request
    client = world.client_of(other_dispatcher)
    for pattern in ("/queue/{}/",):
        first = body(client, pattern.format(request.number), request.number)
        assert first == body(client, pattern.format("26-999999"), "26-999999")


def test_a_revoked_link_is_like_a_wrong_one(city: makers.SmallCity, client: Client) -> None:
    filed = world.file_report()
    renewed = tracking_token(filed.request.pk, 2)
    ServiceRequest.objects.filter(pk=filed.request.pk).update(token_version=2, token_hash=token_hash(renewed))
    assert client.get(f"/r/{filed.token}/").status_code == 404
    assert client.get(f"/r/{renewed}/").status_code == 200


def test_the_secret_page_tells_nobody_where_it_is(city: makers.SmallCity, client: Client) -> None:
    filed = world.file_report(photos=[world.picture()])
    answer = client.get(f"/r/{filed.token}/")
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    for foreign in ('src="http', "src='http", 'src="//', 'rel="canonical"', "og:url"):
        assert foreign not in text
    assert not ServiceRequest.objects.filter(token_hash=filed.token).exists(), "only the hash is stored"
    photo = client.get(f"/r/{filed.token}/photos/{filed.photos[0].public_id}/small.jpg")
    assert "private" in photo["Cache-Control"]
    world.body_of(photo)


def test_look_ups_are_limited_by_address(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    attacker, neighbour = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    statuses = [attacker.get("/track/", {"number": f"26-{at:06d}"}).status_code for at in range(40)]
    assert statuses[:30] == [200] * 30
    assert set(statuses[31:]) == {429}
    refused = attacker.get("/track/", {"number": "26-000001"})
    assert int(refused["Retry-After"]) > 0
    assert neighbour.get("/track/", {"number": "26-000001"}).status_code == 200
    # addresses of one IPv6 site share a bucket
    site = [Client(REMOTE_ADDR=f"2001:db8:1:1::{at:x}") for at in range(1, 40)]
    assert site[0].get("/track/", {"number": "26-000001"}).status_code == 200
    assert [each.get("/track/", {"number": "26-1"}).status_code for each in site][-1] == 429


def test_wrong_links_are_limited_by_address_and_right_ones_are_not(
    city: makers.SmallCity, settings: Any
) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    filed = world.file_report()
    attacker, neighbour = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    statuses = [attacker.get(f"/r/{'A' * 20}{at:02d}/").status_code for at in range(40)]
    assert set(statuses[:30]) == {404}
    assert set(statuses[31:]) == {429}
    assert {neighbour.get(f"/r/{filed.token}/").status_code for _ in range(35)} == {200}
    assert neighbour.get(f"/r/{'A' * 22}/").status_code == 404


def test_a_forged_forwarding_header_is_no_way_round(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    client = Client(REMOTE_ADDR="198.51.100.9")
    statuses = [
        client.get("/track/", {"number": "26-1"}, headers={"X-Forwarded-For": f"203.0.113.{at}"}).status_code
        for at in range(35)
    ]
    assert statuses[-1] == 429


def test_a_bucket_fills_again(db: None, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    assert [take("trial", 2, 3600) for _ in range(3)] == [True, True, False]
    RateLimit.objects.update(refilled_at=timezone.now() - dt.timedelta(hours=1))
    assert [take("trial", 2, 3600) for _ in range(3)] == [True, True, False]
