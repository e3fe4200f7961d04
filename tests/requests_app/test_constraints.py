"""The database agrees: one test for each rule it holds, and the history that nobody rewrites."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.constraints import CheckConstraint, UniqueConstraint

from departments.models import StaffUser
from requests_app.models import (
    Ban,
    HiddenWords,
    NotSame,
    Photo,
    Reporter,
    RequestEvent,
    ServiceRequest,
    SubmissionKey,
)
from requests_app.workflow import legal_pairs
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


def refused(name: str, made: ServiceRequest, **columns: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ServiceRequest.objects.filter(pk=made.pk).update(**columns)


def test_request_status_known(made: ServiceRequest) -> None:
    refused("request_status_known", made, status="lost")


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "closed"},
        {"status": "closed", "outcome": "fixed"},
        {"status": "closed", "closed_at": NOW},
        {"status": "closed", "outcome": "nonsense", "closed_at": NOW},
        {"outcome": "fixed"},
        {"closed_at": NOW},
    ],
)
def test_request_closed_has_time_and_outcome(made: ServiceRequest, columns: dict[str, Any]) -> None:
    refused("request_closed_has_time_and_outcome", made, **columns)


def test_request_closed_after_created(made: ServiceRequest) -> None:
    early = NOW - dt.timedelta(seconds=1)
    refused("request_closed_after_created", made, status="closed", outcome="fixed", closed_at=early)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "on_hold"},
        {"status": "on_hold", "hold_reason": "Rain"},
        {"status": "on_hold", "review_on": NOW.date()},
        {"hold_reason": "Rain"},
        {"review_on": NOW.date()},
        {"waiting_for": "sun"},
    ],
)
def test_request_hold_has_reason_and_review(made: ServiceRequest, columns: dict[str, Any]) -> None:
    refused("request_hold_has_reason_and_review", made, **columns)


@pytest.mark.parametrize(
    "columns",
    [{"latitude": None}, {"longitude": None}, {"latitude": 91}, {"longitude": -181}, {"latitude": -90.1}],
)
def test_request_point_whole_and_in_range(made: ServiceRequest, columns: dict[str, Any]) -> None:
    refused("request_point_whole_and_in_range", made, **columns)


def test_request_impossible_times_only_imported(made: ServiceRequest) -> None:
    refused("request_impossible_times_only_imported", made, times_are_impossible=True)
    closed = {
        "status": "closed",
        "outcome": "not_recorded",
        "is_imported": True,
        "times_are_impossible": True,
    }
    refused("request_impossible_times_only_imported", made, closed_at=NOW, **closed)
    ServiceRequest.objects.filter(pk=made.pk).update(**closed)


def test_request_partner_when_with_partner(made: ServiceRequest) -> None:
    refused("request_partner_when_with_partner", made, status="with_partner")


def test_request_pause_only_on_hold(made: ServiceRequest) -> None:
    refused("request_pause_only_on_hold", made, paused_at=makers.NOW)


def test_request_source_unique(made: ServiceRequest, city: makers.SmallCity) -> None:
    other = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=other.pk).update(source_name="old", source_id="1")
    refused("request_source_unique", made, source_name="old", source_id="1")


def test_request_number_and_token_unique(made: ServiceRequest, city: makers.SmallCity) -> None:
    other = makers.submitted(city.pothole).request
    refused("number", made, number=other.number)
    refused("token_hash", made, token_hash=other.token_hash)


def event(made: ServiceRequest, **columns: Any) -> RequestEvent:
    words: dict[str, Any] = {
        "request": made,
        "kind": "request.noted",
        "from_status": "new",
        "to_status": "new",
        "actor_kind": "system",
        "occurred_at": NOW,
    }
    return RequestEvent.objects.create(**{**words, **columns})


@pytest.mark.parametrize(
    "pair", [("closed", "new"), ("", "closed"), ("closed", "in_progress"), ("open", "new")]
)
def test_event_legal_transition(made: ServiceRequest, pair: tuple[str, str]) -> None:
    assert pair not in legal_pairs()
    with pytest.raises(IntegrityError, match="event_legal_transition"), transaction.atomic():
        event(made, from_status=pair[0], to_status=pair[1])


@pytest.mark.parametrize("pair", legal_pairs())
def test_every_legal_pair_can_be_written(made: ServiceRequest, pair: tuple[str, str]) -> None:
    assert event(made, from_status=pair[0], to_status=pair[1]).pk


def test_event_undo_names_what(made: ServiceRequest) -> None:
    first = made.events.order_by("pk")[0]
    with pytest.raises(IntegrityError, match="event_undo_names_what"), transaction.atomic():
        event(made, kind="request.undone")
    with pytest.raises(IntegrityError, match="event_undo_names_what"), transaction.atomic():
        event(made, undoes=first)


def test_event_staff_actor_named(made: ServiceRequest) -> None:
    with pytest.raises(IntegrityError, match="event_staff_actor_named"), transaction.atomic():
        event(made, actor_kind="staff")


@pytest.mark.parametrize("draft_key", ["", "draft"])
def test_photo_of_request_or_draft(made: ServiceRequest, draft_key: str) -> None:
    owner = made if draft_key else None
    with pytest.raises(IntegrityError, match="photo_of_request_or_draft"), transaction.atomic():
        Photo.objects.create(
            request=owner, draft_key=draft_key, sha256="0", width=1, height=1, created_at=NOW
        )


def test_reporter_has_a_contact(made: ServiceRequest) -> None:
    with pytest.raises(IntegrityError, match="reporter_has_a_contact"), transaction.atomic():
        Reporter.objects.create(request=made, created_at=NOW)


def test_submission_key_once(db: None) -> None:
    SubmissionKey.objects.create(scope="web", key="k", content_hash="a", created_at=NOW)
    with pytest.raises(IntegrityError, match="submission_key_once"), transaction.atomic():
        SubmissionKey.objects.create(scope="web", key="k", content_hash="b", created_at=NOW)


def test_every_rule_of_these_tables_has_a_test_and_words() -> None:
    source = Path(__file__).read_text()
    for model in (ServiceRequest, RequestEvent, Photo, Reporter, SubmissionKey):
        for rule in model._meta.constraints:
            assert isinstance(rule, (CheckConstraint, UniqueConstraint))
            assert f"def test_{rule.name}(" in source, rule.name
            assert rule.violation_error_message != rule.default_violation_error_message, rule.name


def run(sql: str, *words: Any) -> None:
    """Run one statement, as a commit would find things: no deferred checks pending."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, words)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE requests_app_requestevent SET internal_note = 'x'",
        "UPDATE requests_app_requestevent SET occurred_at = now()",
        "DELETE FROM requests_app_requestevent",
        "TRUNCATE requests_app_requestevent CASCADE",
        "TRUNCATE requests_app_servicerequest CASCADE",
    ],
)
def test_history_is_append_only(made: ServiceRequest, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql)
    assert made.events.count() == 2


def test_history_refuses_the_orm_too(made: ServiceRequest) -> None:
    first = made.events.earliest("id")
    first.internal_note = "rewritten"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        first.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


REDACT = "UPDATE requests_app_requestevent SET public_note = '', redacted_at = now() WHERE id = %s"


def test_redaction_is_the_one_door(made: ServiceRequest, dispatcher: StaffUser) -> None:
    noted = event(made, public_note="Call Ms Canary")
    with pytest.raises(DatabaseError, match="append-only"):
        run(REDACT, noted.pk)
    run("SELECT set_config('civic311.redacting', 'on', true)")
    run(REDACT, noted.pk)
    noted.refresh_from_db()
    assert noted.public_note == ""
    assert noted.redacted_at is not None


@pytest.mark.parametrize(
    "change",
    [
        "public_note = ''",
        "redacted_at = now(), occurred_at = now()",
        "redacted_at = now(), to_status = 'open'",
        "redacted_at = now(), actor_label = 'somebody else'",
        "redacted_at = now(), data = '{}'::jsonb || '{\"a\": 1}'",
    ],
)
def test_redaction_touches_words_only_and_is_marked(made: ServiceRequest, change: str) -> None:
    run("SELECT set_config('civic311.redacting', 'on', true)")
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"UPDATE requests_app_requestevent SET {change}")
    with pytest.raises(DatabaseError, match="append-only"):
        run("DELETE FROM requests_app_requestevent")


def hidden_words(made: ServiceRequest, **columns: Any) -> HiddenWords:
    event = made.events.order_by("pk")[0]
    return HiddenWords(request=made, event=event, **({"place": "address", "text": "1 Main St"} | columns))


def test_hidden_words_once(made: ServiceRequest) -> None:
    hidden_words(made).save()
    hidden_words(made, row=1).save()
    with pytest.raises(IntegrityError, match="hidden_words_once"), transaction.atomic():
        hidden_words(made).save()


def test_hidden_words_are_words(made: ServiceRequest) -> None:
    with pytest.raises(IntegrityError, match="hidden_words_are_words"), transaction.atomic():
        hidden_words(made, text="").save()


def refusal(by: StaffUser, **columns: Any) -> Ban:
    usual = {"key": "4105550187", "shown": "…0187", "reason": "r", "created_by": by, "created_at": NOW}
    return Ban(**usual | {"expires_at": NOW + dt.timedelta(days=1)} | columns)


def test_ban_ends_after_it_begins(dispatcher: StaffUser) -> None:
    with pytest.raises(IntegrityError, match="ban_ends_after_it_begins"), transaction.atomic():
        refusal(dispatcher, expires_at=NOW).save()


def test_ban_lifted_by_somebody(dispatcher: StaffUser) -> None:
    refusal(dispatcher, lifted_at=NOW, lifted_by=dispatcher).save()
    with pytest.raises(IntegrityError, match="ban_lifted_by_somebody"), transaction.atomic():
        refusal(dispatcher, lifted_at=NOW).save()


def test_request_withheld_reason_when_hidden(made: ServiceRequest) -> None:
    refused("request_withheld_reason_when_hidden", made, withheld_reason="It names somebody")


def test_request_does_not_follow_itself(made: ServiceRequest, city: makers.SmallCity) -> None:
    refused("request_does_not_follow_itself", made, lead=made.pk)
    other = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=other.pk).update(lead=made)
    refused("request_does_not_follow_itself", made, lead=other.pk)


def test_not_same_once_and_ordered(
    made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    other = makers.submitted(city.pothole).request
    pair = {"first": made, "second": other, "user": dispatcher, "created_at": NOW}
    NotSame.objects.create(**pair)
    with pytest.raises(IntegrityError, match="not_same_once"), transaction.atomic():
        NotSame.objects.create(**pair)
    with pytest.raises(IntegrityError, match="not_same_ordered"), transaction.atomic():
        NotSame.objects.create(**pair | {"first": other, "second": made})
