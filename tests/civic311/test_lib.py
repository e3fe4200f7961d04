"""The small shared parts."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from civic311.lib import ratelimit
from civic311.lib.client import client_address
from civic311.lib.masking import mask_personal_data
from civic311.lib.tokens import TOKEN_LENGTH, matches, token_hash, tracking_token, unsubscribe_token


@pytest.mark.parametrize(
    "text",
    [
        "call 410-555-0134",
        "call (410) 555-0134 now",
        "call +1 410 555 0134",
        "4105550134",
        "write jo.bell+311@example.org",
        "my number is 123-45-6789",
    ],
)
def test_personal_data_is_masked(text: str) -> None:
    masked = mask_personal_data(text)
    assert "•••" in masked
    assert not any(part in masked for part in ("0134", "example.org", "6789"))


@pytest.mark.parametrize(
    "text", ["100 Holliday Street", "report 26-004217", "21202-1234 is our ZIP", "in 2026"]
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_personal_data(text) == text


def test_masking_does_not_blow_up() -> None:
    started = time.process_time()
    for hostile in ("1" * 50_000, "a@" * 25_000, "(410" * 12_500, "a." * 25_000 + "@"):
        mask_personal_data(hostile)
    assert time.process_time() - started < 2


def test_tokens_are_derived_and_differ_by_purpose_and_version() -> None:
    token = tracking_token(7, 1)
    assert len(token) == TOKEN_LENGTH
    assert token == tracking_token(7, 1)
    assert len({token, tracking_token(7, 2), tracking_token(8, 1), unsubscribe_token(7)}) == 4
    assert token_hash(token) != token
    assert matches(token, tracking_token(7, 1))
    assert not matches(token, tracking_token(8, 1))


@pytest.mark.parametrize(
    ("hops", "forwarded", "peer", "expected"),
    [
        (0, "1.2.3.4", "9.9.9.9", "9.9.9.9"),
        (1, "6.6.6.6, 1.2.3.4", "10.0.0.1", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "10.0.0.1", "1.2.3.4"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "1.2.3.4:5678", "10.0.0.1", "1.2.3.4"),
        (1, "[2001:db8:1:2:3::4]:443", "10.0.0.1", "2001:db8:1:2::/64"),
        (1, "::ffff:1.2.3.4", "10.0.0.1", "1.2.3.4"),
        (1, "nonsense", "10.0.0.1", "10.0.0.1"),
    ],
)
def test_client_address_trusts_only_counted_hops(
    settings: Any, hops: int, forwarded: str, peer: str, expected: str
) -> None:
    settings.TRUSTED_PROXY_HOPS = hops
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=peer)
    assert client_address(request) == expected


@pytest.mark.django_db
def test_rate_limit_gives_the_burst_and_refills(settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    assert [ratelimit.take("k", 3, 60) for _ in range(5)] == [True, True, True, False, False]
    assert ratelimit.take("another", 3, 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rate_limit SET refilled_at = refilled_at - interval '21 seconds' WHERE key = 'k'"
        )
    assert ratelimit.take("k", 3, 60)
    assert not ratelimit.take("k", 3, 60)
