"""Guessing passwords is slowed down by address; nobody is locked out for good."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.core import mail
from django.test import Client

from civic311.lib.models import RateLimit
from departments.models import StaffUser
from tests import makers

pytestmark = pytest.mark.django_db


def attempt(client: Client, user: StaffUser, password: str) -> int:
    return client.post("/accounts/login/", {"login": user.email, "password": password}).status_code


def test_sign_in_is_limited_by_address(city: makers.SmallCity, dispatcher: StaffUser, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    attacker, owner = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    assert [attempt(attacker, dispatcher, f"guess {at}") for at in range(10)] == [200] * 10
    assert attempt(attacker, dispatcher, makers.PASSWORD) == 429, "also when the guess is right"
    assert attacker.get("/accounts/login/").status_code == 200
    assert attempt(owner, dispatcher, makers.PASSWORD) == 302
    RateLimit.objects.all().delete()
    assert attempt(attacker, dispatcher, makers.PASSWORD) == 302


def test_password_mails_are_limited_by_address(
    city: makers.SmallCity, dispatcher: StaffUser, settings: Any
) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    client = Client()
    statuses = [
        client.post("/accounts/password/reset/", {"email": dispatcher.email}).status_code for _ in range(12)
    ]
    assert statuses[:5] == [302] * 5
    assert set(statuses[6:]) == {429}
    assert len(mail.outbox) <= 6


def test_codes_are_limited_by_address(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    client = Client()
    statuses = [
        client.post("/accounts/2fa/authenticate/", {"code": f"{at:06d}"}).status_code for at in range(13)
    ]
    assert statuses[-1] == 429


def test_a_stranger_learns_nothing_about_accounts(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    client = Client()
    known = client.post("/accounts/login/", {"login": dispatcher.email, "password": "wrong words here"})
    unknown = client.post(
        "/accounts/login/", {"login": "nobody@staff.example", "password": "wrong words here"}
    )
    assert known.status_code == unknown.status_code == 200
    sentence = "not correct"
    assert (sentence in known.content.decode()) == (sentence in unknown.content.decode())


def test_nobody_without_an_account_gets_mail(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    client = Client()
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("victim@elsewhere.example", dispatcher.email)
    ]
    assert [message.to for message in mail.outbox] == [[dispatcher.email]]
    texts = {re.sub(r' nonce="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert len(texts) == 1


def test_hints_of_the_sign_in_library_are_links_and_nothing_of_ours_is(city: makers.SmallCity) -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert "&lt;a href" not in page
    assert '<a href="/accounts/password/reset/">Forgot your password?</a>' in page

    class Form(forms.Form):
        words = forms.CharField(help_text="<b>typed</b>")

    assert "&lt;b&gt;typed&lt;/b&gt;" in str(Form())
