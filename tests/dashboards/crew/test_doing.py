"""Each step of a job as it is sent: plainly, by the outbox, twice, too late, and with anything in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoPurpose
from requests_app.workflow import Audience, EventKind, Outcome, Status
from tests import makers
from tests.browser.frame import save_photo
from tests.forms import FoundForm, forms_of

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def crew(city: makers.SmallCity) -> StaffUser:
    return makers.staff("crew", city.streets, name="Carl Crew")


@pytest.fixture
def at_work(crew: StaffUser) -> Client:
    client = Client()
    client.force_login(crew)
    return client


@pytest.fixture
def job(city: makers.SmallCity, crew: StaffUser) -> ServiceRequest:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(assignee=crew)
    made.refresh_from_db()
    return made


def form(client: Client, job: ServiceRequest, name: str) -> FoundForm:
    wanted = f"/crew/{job.number}/do/{name}/"
    found = [one for one in forms_of(client.get(f"/crew/{job.number}/")) if one.action == wanted]
    assert found, f"no form for {name}"
    return found[0]


def fresh(job: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=job.pk)


def send(client: Client, job: ServiceRequest, name: str, **fields: Any) -> Any:
    """As the outbox does."""
    data = {"version": job.version, "key": "k" * 32, **fields}
    return client.post(f"/crew/{job.number}/do/{name}/", data, **JSON)


def test_start_then_done_in_our_usual_words(at_work: Client, crew: StaffUser, job: ServiceRequest) -> None:
    assert form(at_work, job, "start").send(at_work)["Location"] == f"/crew/{job.number}/"
    assert form(at_work, job, "done").send(at_work)["Location"] == "/crew/"
    row = fresh(job)
    assert (row.status, row.outcome) == (Status.CLOSED, "fixed")
    assert row.events.get(kind=EventKind.CLOSED).public_note == "Our crew fixed it."


@pytest.mark.parametrize(
    ("name", "fields", "status", "outcome"),
    [
        ("not-found", {"words": ""}, Status.CLOSED, "not_found"),
        ("no-access", {"words": "Locked gate", "again_on": ""}, Status.CLOSED, "no_access"),
        ("no-access", {"words": "Locked gate", "again_on": "2999-01-01"}, None, ""),
        ("other-department", {"reason": "A water main"}, Status.OPEN, ""),
        ("need-material", {"words": ""}, None, ""),
    ],
)
def test_the_other_ways_it_can_go(
    at_work: Client,
    job: ServiceRequest,
    name: str,
    fields: dict[str, str],
    status: Status | None,
    outcome: str,
) -> None:
    answer = form(at_work, job, name).fill(**fields).send(at_work)
    row = fresh(job)
    if status is None:
        assert answer.status_code == 400
        assert row.version == job.version
        return
    assert answer.status_code == 303
    assert (row.status, row.outcome) == (status, outcome)
    if name == "other-department":
        assert row.assignee is None


def test_a_day_to_try_again_keeps_the_job(at_work: Client, crew: StaffUser, job: ServiceRequest) -> None:
    page = form(at_work, job, "need-material").fill(words="Two bags of asphalt")
    assert page.send(at_work).status_code == 303
    row = fresh(job)
    assert (row.status, row.waiting_for, row.assignee) == (Status.ON_HOLD, "material", crew)
    assert row.hold_reason == "We need material: Two bags of asphalt"


def test_the_phone_says_which_field_is_missing(at_work: Client, job: ServiceRequest) -> None:
    answer = send(at_work, job, "need-material", words="", again_on="")
    assert answer.status_code == 400
    said = answer.json()["message"].splitlines()
    assert [line.partition(":")[0] for line in said] == ["What do you need?", "Look again on"]


def test_done_with_the_photo_the_category_asks_for(
    city: makers.SmallCity, at_work: Client, job: ServiceRequest, tmp_path: Path
) -> None:
    city.pothole.closing_photo = True
    city.pothole.save()
    refused = form(at_work, job, "done").fill(words="All flat now").send(at_work)
    assert refused.status_code == 409
    assert "closed with a photo" in refused.content.decode()
    assert "All flat now" in refused.content.decode()
    with save_photo(tmp_path).open("rb") as picture:
        answer = send(at_work, job, "done", outcome="fixed", words="", photos=picture)
    assert (answer.status_code, answer.json()["state"]) == (200, "saved")
    photo = Photo.objects.get(request=job)
    assert photo.purpose == PhotoPurpose.RESULT
    page = Client().get(f"/requests/{job.number}/").content.decode()
    assert photo.public_id in page


def test_a_supervisor_says_why_there_is_no_photo(city: makers.SmallCity, job: ServiceRequest) -> None:
    city.pothole.closing_photo = True
    city.pothole.save()
    client = Client()
    client.force_login(makers.staff("supervisor", city.streets))
    words = form(client, job, "done").fill(outcome="fixed")
    assert words.send(client).status_code == 400
    assert form(client, job, "done").fill(without_photo="The camera broke").send(client).status_code == 303
    closed = RequestEvent.objects.get(request=job, kind=EventKind.CLOSED)
    assert (closed.internal_note, closed.public_note) == (
        "Without a photo: The camera broke",
        "Our crew fixed it.",
    )


def test_a_file_that_is_no_photo_is_told_and_nothing_is_done(
    at_work: Client, job: ServiceRequest, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"not a picture")
    with (tmp_path / "bad.jpg").open("rb") as bad:
        answer = send(at_work, job, "photo", words="", photos=bad)
    assert (answer.status_code, answer.json()["state"]) == (400, "refused")
    assert fresh(job).version == job.version


def test_the_same_step_sent_twice_is_done_once(at_work: Client, job: ServiceRequest) -> None:
    first, second = (send(at_work, job, "start") for _ in range(2))
    assert (first.json()["state"], second.json()["state"]) == ("saved", "saved")
    assert RequestEvent.objects.filter(request=job, kind=EventKind.STARTED).count() == 1


def test_several_own_steps_kept_by_the_phone_follow_each_other(at_work: Client, job: ServiceRequest) -> None:
    assert send(at_work, job, "start", key="1" * 32).status_code == 200
    assert send(at_work, job, "done", key="2" * 32, outcome="fixed", words="").status_code == 200
    assert fresh(job).status == Status.CLOSED


def test_somebody_was_faster_and_the_words_come_back(
    city: makers.SmallCity, at_work: Client, dispatcher: StaffUser, job: ServiceRequest
) -> None:
    shown = form(at_work, job, "done").fill(words="Filled with care")
    actions.close(
        request_id=job.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done.",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    told = send(at_work, job, "done", outcome="fixed", words="Filled with care")
    assert (told.status_code, told.json()["state"]) == (409, "refused")
    assert f"{dispatcher.name}: Closed: fixed" in told.json()["message"].replace(
        "Closed, fixed", "Closed: fixed"
    )
    page = shown.send(at_work)
    assert page.status_code == 409
    assert "Filled with care" in page.content.decode()
    assert dispatcher.name in page.content.decode()
    assert fresh(job).version == job.version + 1


def test_a_note_of_another_is_shown_first_and_the_step_can_be_sent_again(
    city: makers.SmallCity, at_work: Client, dispatcher: StaffUser, job: ServiceRequest
) -> None:
    shown = form(at_work, job, "not-found").fill(words="Looked twice")
    actions.add_note(
        request_id=job.pk,
        version=None,
        text="It is behind the shed",
        audience=Audience.STAFF,
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    page = shown.send(at_work)
    assert page.status_code == 409
    again = next(one for one in forms_of(page) if one.action.endswith("/not-found/"))
    assert again.values["words"] == ["Looked twice"]
    assert again.send(at_work).status_code == 303


def test_joined_and_rerouted_jobs_are_answered_in_words(
    city: makers.SmallCity, at_work: Client, dispatcher: StaffUser, job: ServiceRequest
) -> None:
    lead = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=job.pk).update(lead=lead)
    joined = send(at_work, job, "done", outcome="fixed", words="")
    assert joined.status_code == 409
    assert lead.number in joined.json()["message"]
    ServiceRequest.objects.filter(pk=job.pk).update(lead=None)
    actions.reroute(
        request_id=job.pk,
        version=None,
        department=city.waste,
        reason="Theirs",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    gone = send(at_work, job, "start")
    assert gone.status_code in {404, 409}


@pytest.mark.parametrize("field", ["words", "key", "version", "again_on"])
@pytest.mark.parametrize(
    "words",
    ["x" * 1_000_000, "\0", "🕳️" * 50, "-1", "<script>"],
    ids=["a megabyte", "nul", "emoji", "negative", "markup"],
)
def test_anything_gets_an_answer(at_work: Client, job: ServiceRequest, field: str, words: str) -> None:
    answer = send(at_work, job, "need-material", **{"words": "Sand", "again_on": "2999-01-01", field: words})
    assert answer.status_code in {200, 400, 409, 413}


def test_no_version_and_no_such_step(at_work: Client, job: ServiceRequest) -> None:
    assert at_work.post(f"/crew/{job.number}/do/done/", {}).status_code == 400
    assert at_work.post(f"/crew/{job.number}/do/dance/", {"version": "1"}).status_code == 404
    assert at_work.post("/crew/26-999999/do/done/", {"version": "1"}, **JSON).status_code == 404
