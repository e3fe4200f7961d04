"""Reply templates: written by supervisors, offered where they fit, filled in, and never sent with a blank left open."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from civic311.lib.cached import forget_all
from departments.loading.load import load_pack
from departments.models import ReplyTemplate, StaffUser
from departments.packs import PackError, bundled_packs, read_pack
from departments.packs.checks import PLACEHOLDERS as PACK_PLACEHOLDERS
from requests_app.actions import ActionRefused
from requests_app.actions.replies import PLACEHOLDERS, ReplyDraft, save_reply
from requests_app.models import ServiceRequest
from tests import makers
from tests.departments.tiny_pack import SLUG, make_tiny_pack

pytestmark = pytest.mark.django_db
FILLED = "We filled {address} on {date}. Case {case_number}, number {number}."
DATA = {
    "name": "Filled",
    "text": FILLED,
    "language": "en",
    "outcome": "fixed",
    "position": "1",
    "is_active": "on",
}


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: makers.NOW)


@pytest.fixture
def boss(client: Client, city: makers.SmallCity) -> Client:
    client.force_login(makers.staff("supervisor", city.streets))
    return client


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="resident@example.org").request


def template(**fields: Any) -> ReplyTemplate:
    fields = {"slug": "filled", "name": "Filled", "text": FILLED, "outcome": "fixed"} | fields
    row = ReplyTemplate.objects.create(**fields)
    forget_all()
    return row


def test_a_supervisor_writes_and_changes_a_template(boss: Client) -> None:
    assert boss.post("/queue/templates/new/", DATA).status_code == 303
    row = ReplyTemplate.objects.get()
    assert (row.slug, row.text, row.outcome) == ("filled", FILLED, "fixed")
    assert "Filled" in boss.get("/queue/templates/").content.decode()
    page = boss.get(f"/queue/templates/{row.pk}/")
    seen = page.context["form"]["seen"].value()
    assert boss.post(f"/queue/templates/{row.pk}/", DATA | {"name": "New", "seen": seen}).status_code == 303
    stale = boss.post(f"/queue/templates/{row.pk}/", DATA | {"name": "Mine", "seen": seen})
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.content.decode()
    row.refresh_from_db()
    assert row.name == "New"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": "Dear {nickname}"}, "There is no blank {nickname}"),
        ({"text": "x" * 5_000}, "at most 4000 characters"),
        ({"text": ""}, "required"),
        ({"outcome": "spam"}, "Select a valid choice"),
        ({"category": "999999"}, "Select a valid choice"),
    ],
)
def test_wrong_templates_are_refused_in_words(boss: Client, sent: dict[str, str], words: str) -> None:
    answer = boss.post("/queue/templates/new/", DATA | sent)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not ReplyTemplate.objects.exists()


def test_a_megabyte_is_refused(boss: Client) -> None:
    assert boss.post("/queue/templates/new/", DATA | {"text": "x" * 1_000_000}).status_code == 413


def test_the_action_refuses_who_may_not(dispatcher: StaffUser) -> None:
    with pytest.raises(ActionRefused, match="Supervisors"):
        save_reply(draft=ReplyDraft("Name", "en", "Text"), by=dispatcher)


def test_only_fitting_templates_are_offered(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    fits = template()
    template(slug="other", category=city.rats, name="For rats")
    template(slug="theirs", department=city.waste, name="Of the waste bureau")
    template(slug="kind", outcome="delivered", name="Another kind of request")
    template(slug="gone", is_active=False, name="Retired one")
    note = template(slug="note", outcome="", name="A note", text="Planned, {number}.")
    client.force_login(dispatcher)
    page = client.get(f"/queue/{made.number}/").content.decode()
    assert f'<option value="{fits.pk}">Filled</option>' in page
    assert f'<option value="{note.pk}">A note</option>' in page
    for absent in ("For rats", "Of the waste bureau", "Another kind of request", "Retired one"):
        assert absent not in page
    found = client.get(f"/queue/{made.number}/reply/", {"for": "note", "template": note.pk}).json()
    assert found == {"text": f"Planned, {made.number}.", "open": "", "outcome": ""}
    assert client.get(f"/queue/{made.number}/reply/", {"for": "note", "template": fits.pk}).status_code == 404


def test_without_script_a_press_puts_the_text_in_and_says_what_is_open(
    client: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    row = template()
    client.force_login(dispatcher)
    data = {"version": made.version, "template": row.pk, "public_answer": "Thank you.", "fill": "1"}
    page = client.post(f"/queue/{made.number}/do/close/", data).content.decode()
    assert "Thank you.\n\nWe filled 100 Main St on Wednesday, March 4" in page.replace("\r\n", "\n")
    assert "Fill in or take out: {case_number}" in page
    assert re.search(r'<input[^>]*value="fixed"[^>]*checked', page)
    assert ServiceRequest.objects.get(pk=made.pk).version == made.version


def test_an_answer_with_an_open_blank_is_not_sent(
    client: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    client.force_login(dispatcher)
    data = {"version": made.version, "outcome": "fixed", "public_answer": "Case {case_number}"}
    answer = client.post(f"/queue/{made.number}/do/close/", data)
    assert answer.status_code == 400
    assert "Fill in or take out: {case_number}" in answer.content.decode()
    note = {"version": made.version, "audience": "everyone", "text": "Number {number}"}
    assert client.post(f"/queue/{made.number}/do/note/", note).status_code == 400
    assert client.post(f"/queue/{made.number}/do/note/", note | {"audience": "staff"}).status_code == 303


def test_a_sensitive_place_is_filled_in_as_the_public_reads_it(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    city.pothole.place_is_sensitive = True
    city.pothole.save()
    row = template(text="At {address}.")
    client.force_login(dispatcher)
    found = client.get(f"/queue/{made.number}/reply/", {"for": "close", "template": row.pk}).json()
    assert found["text"] == "At 100 block of Main St."


def test_packs_and_actions_know_the_same_blanks() -> None:
    assert PACK_PLACEHOLDERS == PLACEHOLDERS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[template]]\nslug = "a"\nname = "A"\noutcome = "gone"\n', "outcome 'gone' is none of"),
        ('[[template]]\nslug = "a"\nname = "A"\n[template.text]\nen = "Hi"\n', "text is missing in 'es'"),
        (
            '[[template]]\nslug = "a"\nname = "A"\n[template.text]\nen = "{who}"\nes = "Hola"\n',
            "{who} is no blank",
        ),
        (
            '[[template]]\nslug = "a"\nname = "A"\ncategory = "nothing"\n',
            "category 'nothing' is not in this pack",
        ),
    ],
)
def test_mistakes_in_a_pack_are_named(tmp_path: Path, text: str, expected: str) -> None:
    folder = make_tiny_pack(tmp_path)
    (folder / "reply_templates.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert any(expected in str(problem) for problem in caught.value.problems)


def test_loading_adds_templates_and_leaves_what_staff_wrote(tmp_path: Path) -> None:
    folder = make_tiny_pack(tmp_path)
    text = '[[template]]\nslug = "a"\nname = "A"\ncategory = "pothole"\n[template.text]\nen = "Hi"\nes = "Hola"\n'
    (folder / "reply_templates.toml").write_text(text, encoding="utf-8")
    load_pack(folder, city_slug=SLUG)
    assert set(ReplyTemplate.objects.values_list("language", "text")) == {("en", "Hi"), ("es", "Hola")}
    ReplyTemplate.objects.filter(language="en").update(text="Ours", is_active=True)
    template(slug="own")
    load_pack(folder, city_slug=SLUG, force=True)
    assert ReplyTemplate.objects.filter(is_active=True).count() == 3
    assert ReplyTemplate.objects.get(slug="a", language="en").text == "Ours"


def test_the_shipped_cities_have_templates() -> None:
    for path in bundled_packs().values():
        replies = read_pack(path, with_places=False).replies
        assert len(replies) >= 12
        assert {"fixed", "not_found", "violation_found", "declined", ""} <= {each.outcome for each in replies}
