"""Several residents, one problem: what their pages, the public lists and their messages say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from civic311.lib import clock
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor, Submitted
from requests_app.actions.residents import resident_for
from requests_app.models import Follower, ServiceRequest
from requests_app.queries.incidents import incident_of
from requests_app.queries.listing import public_list
from requests_app.queries.nearby import nearby_open
from requests_app.queries.public import held_request, public_request
from requests_app.queries.steps import held_news, news_of, public_news
from requests_app.queries.wanted import Wanted
from requests_app.workflow import Outcome
from tests import makers
from tests.requests_app.resident.mailbox import run_jobs

pytestmark = pytest.mark.django_db
ADA, BEN, EVA = "ada@example.org", "ben@example.org", "eva@example.org"


@pytest.fixture
def by(dispatcher: StaffUser) -> Actor:
    return Actor.staff(dispatcher)


def filed(city: makers.SmallCity, email: str, **fields: Any) -> Submitted:
    born = clock.now() - dt.timedelta(days=1)
    return makers.submitted(city.pothole, email=email, now=born, **fields)


def joined(lead: Submitted, *others: Submitted, by: Actor) -> None:
    actions.take_in(
        request_id=lead.request.pk,
        version=None,
        others={each.request.pk: None for each in others},
        by=by,
        now=clock.now(),
    )


def close(made: Submitted, by: Actor) -> None:
    actions.close(
        request_id=made.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled with hot asphalt.",
        by=by,
        now=clock.now(),
    )


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_all_reporters_hear_once_each_in_their_language(city: makers.SmallCity, by: Actor) -> None:
    first, second, again = filed(city, ADA), filed(city, BEN, language="es"), filed(city, ADA)
    run_jobs()
    joined(first, second, again, by=by)
    told = run_jobs()
    assert sorted(message.to[0] for message in told) == [ADA, ADA, BEN], "one word for each report joined"
    (ben,) = (message for message in told if message.to == [BEN])
    assert first.request.number in str(ben.body)
    assert "Alguien nos avisó" in str(ben.body)
    close(first, by)
    told = run_jobs()
    assert sorted(message.to[0] for message in told) == [ADA, BEN]
    (ben,) = (message for message in told if message.to == [BEN])
    assert "Filled with hot asphalt." in str(ben.body)
    assert second.request.number in str(ben.subject)
    assert "Resultado: Arreglado" in str(ben.body)
    before = len(mail.outbox)
    run_jobs()
    assert len(mail.outbox) == before, "a job that runs twice tells nobody twice"


def test_who_follows_the_first_and_reported_too_hears_once(city: makers.SmallCity, by: Actor) -> None:
    first, second = filed(city, ADA), filed(city, BEN)
    resident = resident_for(email=BEN, language="en", now=clock.now())
    for report in (first, second):
        Follower.objects.create(
            request=report.request, resident=resident, created_at=clock.now(), confirmed_at=clock.now()
        )
    joined(first, second, by=by)
    run_jobs()
    close(first, by)
    assert sorted(message.to[0] for message in run_jobs()) == [ADA, BEN]


def test_a_no_of_a_follower_writes_to_nobody(client: Client, city: makers.SmallCity, by: Actor) -> None:
    first, second = filed(city, ADA), filed(city, BEN)
    joined(first, second, by=by)
    close(first, by)
    run_jobs()
    assert "We mark it for the department" in page(client, f"/r/{second.token}/")
    answer = client.post(f"/r/{second.token}/reopen/", {"reason": "It is still there"})
    assert answer.status_code in {302, 303}
    assert run_jobs() == []
    assert ServiceRequest.objects.get(pk=second.request.pk).status == "closed"
    assert "You said it is not solved" in page(client, f"/r/{second.token}/")


def test_pages_name_the_first_report_only_while_it_is_shown(
    client: Client, city: makers.SmallCity, by: Actor
) -> None:
    first, second = filed(city, ADA), filed(city, BEN)
    joined(first, second, by=by)
    number = first.request.number
    for path in (f"/r/{second.token}/", f"/requests/{second.request.number}/"):
        shown = page(client, path)
        assert f"Somebody told us first: {number}." in shown
        assert f'href="/requests/{number}/"' in shown
        assert "1 person reported this too" in shown
    ServiceRequest.objects.filter(pk=first.request.pk).update(is_public=False)
    for path in (f"/r/{second.token}/", f"/requests/{second.request.number}/"):
        shown = page(client, path)
        assert number not in shown
        assert "Somebody told us of this before" in shown


def test_the_closing_reads_as_on_the_first(client: Client, city: makers.SmallCity, by: Actor) -> None:
    first, second = filed(city, ADA), filed(city, BEN)
    joined(first, second, by=by)
    close(first, by)
    shown = page(client, f"/r/{second.token}/")
    assert "Fixed on" in shown
    assert "Filled with hot asphalt." in shown
    assert "Closed: fixed" in shown
    assert "Is it solved?" in shown


def test_the_mark_of_a_page_moves_with_the_first_report(city: makers.SmallCity, by: Actor) -> None:
    first, second = filed(city, ADA), filed(city, BEN)
    marks = set()

    def same_mark() -> None:
        found = public_request(second.request.number)
        assert found is not None
        mark = news_of(found.status, found.events)
        assert mark == public_news(second.request.number)
        assert mark == held_news(ServiceRequest.objects.get(pk=second.request.pk).token_hash)
        marks.add(mark.mark)

    same_mark()
    joined(first, second, by=by)
    same_mark()
    do: dict[str, Any] = {"request_id": first.request.pk, "version": None, "by": by, "now": clock.now()}
    actions.assign(to=by.user, **do)
    same_mark()
    assert len(marks) == 2, "who has it is no news"
    close(first, by)
    same_mark()
    assert len(marks) == 3


def test_everybody_reads_how_many_they_are(city: makers.SmallCity, by: Actor) -> None:
    first, second, third = (filed(city, email) for email in (ADA, BEN, EVA))
    ServiceRequest.objects.filter(pk=first.request.pk).update(support_count=2)
    ServiceRequest.objects.filter(pk=second.request.pk).update(support_count=1)
    joined(first, second, third, by=by)
    assert {incident_of(each.request.pk).others for each in (first, second, third)} == {5}
    assert {row.support_count for row in public_list(Wanted()).rows} == {5}
    near = nearby_open(category_id=city.pothole.pk, latitude=39.3, longitude=-76.65)
    assert {row.support_count for row in near} == {5}
    held = held_request(second.token)
    assert held is not None
    assert (held.support_count, held.follows, held.lead) == (5, True, first.request.number)
    actions.part(request_id=third.request.pk, version=None, by=by, now=clock.now())
    assert incident_of(first.request.pk).others == 4
    assert public_request(third.request.number).support_count == 0  # type: ignore[union-attr]


def test_a_join_that_can_be_undone_is_known_to_nobody(
    client: Client, city: makers.SmallCity, by: Actor, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    first, second = filed(city, ADA), filed(city, BEN)
    run_jobs()
    before = page(client, f"/requests/{second.request.number}/")
    joined(first, second, by=by)
    assert run_jobs() == []
    shown = page(client, f"/requests/{second.request.number}/")
    assert "Somebody told us" not in shown
    assert ("reported this too" in shown) == ("reported this too" in before) is False
    assert incident_of(first.request.pk).others == 0
    assert {row.support_count for row in public_list(Wanted()).rows} == {0}
    actions.send_now(request_id=first.request.pk, by=by, now=clock.now())
    assert incident_of(first.request.pk).others == 1
    assert "Somebody told us first" in page(client, f"/requests/{second.request.number}/")


def test_a_parted_report_tells_its_reporter(client: Client, city: makers.SmallCity, by: Actor) -> None:
    first, second = filed(city, ADA), filed(city, BEN)
    joined(first, second, by=by)
    run_jobs()
    actions.part(
        request_id=second.request.pk,
        version=None,
        reason="Yours is on the other side.",
        by=by,
        now=clock.now(),
    )
    (message,) = run_jobs()
    assert message.to == [BEN]
    assert "Yours is on the other side." in str(message.body)
    assert "it is another problem" in page(client, f"/r/{second.token}/")
    assert "other side" not in page(client, f"/requests/{second.request.number}/")
