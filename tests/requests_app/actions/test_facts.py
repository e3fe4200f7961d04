"""Facts: what they say of traps, held against a walk through the history; kept fresh by events; sums that add up."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.utils import timezone

from departments.models import City, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.clockwork import WaitKind
from requests_app.actions.desk import bump
from requests_app.actions.facts import rebuild_facts, refresh_facts, wrong_facts
from requests_app.actions.support import support
from requests_app.imports.models import ImportedRow, ImportRun
from requests_app.models import (
    ClosingFact,
    MonthAge,
    MonthSum,
    RequestFact,
    ServiceRequest,
    StaleFact,
    WeekVolume,
)
from requests_app.models.fact import Doubt
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.dashboards.reports.scenes import at, closed, opened, reopened, scene
from tests.requests_app.actions.plain_facts import assert_facts_are_right

pytestmark = pytest.mark.django_db
REPORTER = Actor.reporter()


@pytest.fixture
def by(dispatcher: StaffUser) -> Actor:
    return Actor.staff(dispatcher)


def fact(request: ServiceRequest) -> RequestFact:
    return RequestFact.objects.get(pk=request.pk)


def test_scene_of_traps_by_hand(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = scene(city, dispatcher)
    rebuild_facts()
    at_due = {
        name: (fact(request).due_closed, fact(request).due_solved)
        for name, request in vars(made).items()
        if name != "spam"
    }
    assert at_due == {
        "fixed": (True, True),
        "not_found": (True, False),
        "late": (False, False),
        "never": (False, False),
        "reopened_soon": (True, False),
        "reopened_before_due": (False, False),
        "fixed_again": (True, True),
        "reopened_much_later": (True, True),
        "withdrawn": (True, False),
        "staff_found": (True, True),
        "impossible": (True, False),
    }
    assert not RequestFact.objects.filter(pk=made.spam.pk).exists()
    assert not fact(made.withdrawn).is_timely
    assert not fact(made.impossible).is_timely
    assert fact(made.impossible).doubts == Doubt.IMPOSSIBLE | Doubt.FALLBACK | Doubt.NOT_RECORDED
    assert assert_facts_are_right() == 12
    assert wrong_facts() == 0


def test_undone_closing_never_happened(city: makers.SmallCity, by: Actor, settings: LazySettings) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    request = opened(city.pothole, at(3))
    closing = actions.close(
        request_id=request.pk, version=None, outcome=Outcome.FIXED, public_answer="Done.", by=by, now=at(4)
    )
    actions.undo(event_id=closing.pk, by=by, now=at(4) + dt.timedelta(minutes=1))
    refresh_facts()
    assert not fact(request).due_closed
    assert fact(request).acted_at is None
    assert fact(request).acknowledged_at is None
    assert not ClosingFact.objects.exists()
    closed(request, at(5), by)
    refresh_facts()
    assert ClosingFact.objects.get().closed_at == at(5)
    assert_facts_are_right()
    assert wrong_facts() == 0


def test_further_reports_count_others_once(city: makers.SmallCity, by: Actor) -> None:
    lead, follower, late_one, spam = (opened(city.pothole, at(day)) for day in (3, 5, 25, 6))
    for other in (follower, late_one, spam):
        actions.merge(request_id=other.pk, version=None, lead_id=lead.pk, by=by, now=at(26))
    support(request_id=lead.pk, voter="a" * 64, now=at(26, 11))
    assert_repeats(lead, 2)  # the support and the report of day 25 came after two weeks
    ServiceRequest.objects.filter(pk=spam.pk).update(outcome=Outcome.SPAM, status="closed", closed_at=at(27))
    rebuild_facts()
    assert fact(lead).repeats == 1
    assert not fact(follower).is_timely
    second = opened(city.pothole, at(3))
    bump(request_id=second.pk, version=None, note="Again", by=by, now=at(4), voter="b" * 64)
    assert_repeats(second, 1)
    bump(request_id=second.pk, version=None, note="The same caller", by=by, now=at(5), voter="b" * 64)
    bump(request_id=second.pk, version=None, note="Its reporter", by=by, now=at(6))
    assert_repeats(second, 1)
    actions.part(request_id=follower.pk, version=None, by=by, now=at(27))
    assert_repeats(lead, 0)
    assert fact(follower).is_timely
    assert wrong_facts() == 0


def assert_repeats(request: ServiceRequest, expected: int) -> None:
    refresh_facts()
    assert fact(request).repeats == expected
    if not ServiceRequest.objects.filter(outcome=Outcome.SPAM).exists():
        assert_facts_are_right()


def test_everything_that_happens_to_a_request(
    city: makers.SmallCity, by: Actor, other_dispatcher: StaffUser
) -> None:
    """Pauses, a new date, hand-offs, answers yes and no; after each step the facts are those of the history."""
    request, theirs = opened(city.pothole, at(3)), Actor.staff(other_dispatcher)
    pk = request.pk

    def hold(day: int, *, pauses: bool) -> None:
        actions.hold(
            request_id=pk,
            version=None,
            reason="Frost",
            waiting_for="spring",
            review_on=at(20).date(),
            kind=WaitKind.WEATHER,
            pauses=pauses,
            by=by,
            now=at(day),
        )
        checked()

    def checked() -> RequestFact:
        refresh_facts()
        assert_facts_are_right()
        return fact(request)

    hold(4, pauses=True)
    hold(5, pauses=False)
    assert checked().paused_s == 86_400
    actions.resume(request_id=pk, version=None, by=by, now=at(6))
    hold(7, pauses=True)
    actions.add_note(
        request_id=pk, version=None, text="Still frost", audience=Audience.STAFF, by=by, now=at(9)
    )
    checked()
    actions.resume(request_id=pk, version=None, by=by, now=at(10, 11))
    # the second pause ran through the night that summer time began in: three days and an hour on the wall, less that hour
    assert checked().paused_s == 86_400 + 3 * 86_400
    due_on = at(25).date()
    actions.renew(request_id=pk, version=None, due_on=due_on, reason="Frost again", by=by, now=at(11))
    assert checked().renewals == 1
    actions.reroute(request_id=pk, version=None, department=city.waste, reason="Theirs", by=by, now=at(12))
    actions.recategorize(request_id=pk, version=None, category=city.rats, by=theirs, now=at(12, 12))
    assert checked().reroutes >= 1
    closed(request, at(13), theirs, Outcome.NO_VIOLATION)
    actions.confirm(request_id=pk, by=REPORTER, now=at(14))
    checked()
    reopened(request, at(15), theirs)
    closed(request, at(16), theirs, Outcome.NOT_FOUND)
    actions.dispute(request_id=pk, reason="Still there", by=REPORTER, now=at(17))
    checked()
    closings = ClosingFact.objects.filter(fact=pk).order_by("pk")
    assert [(each.answer, each.is_success) for each in closings] == [("yes", True), ("no", False)]
    assert wrong_facts() == 0


def test_marks_of_the_import_become_doubts(city: makers.SmallCity) -> None:
    request = opened(city.pothole, at(3))
    late = {"status": "closed", "outcome": Outcome.FIXED, "closed_at": at(20), "is_imported": True}
    ServiceRequest.objects.filter(pk=request.pk).update(**late)
    run = ImportRun.objects.create(mapping="old", file_name="old.csv", started_at=at(1))
    row = ImportedRow.objects.create(
        run=run, source_name="old", source_id="1", line=2, request=request, raw={}, result="imported"
    )
    rebuild_facts()
    assert fact(request).doubts == 0
    for problems, doubt in (
        (["on_time_flag_missing"], Doubt.UNFLAGGED),
        (["closed_at_placeholder"], Doubt.PLACEHOLDER),
        (["closed_date_only"], Doubt.MIDNIGHT),
        (["due_at_placeholder"], 0),
    ):
        row.problems = problems
        row.save()
        refresh_facts()
        assert fact(request).doubts == doubt, problems
        assert_doubts_only(request)
    assert fact(request).is_timely


def assert_doubts_only(request: ServiceRequest) -> None:
    timed = fact(request).doubts & (Doubt.MIDNIGHT | Doubt.PLACEHOLDER) == 0
    assert fact(request).is_timely == timed


def test_kind_of_a_category_changes_what_solves(city: makers.SmallCity, other_dispatcher: StaffUser) -> None:
    closed(opened(city.rats, at(3)), at(4), Actor.staff(other_dispatcher), Outcome.NO_VIOLATION)
    refresh_facts()
    assert ClosingFact.objects.get().is_success
    city.rats.kind = "repair"
    city.rats.save()
    refresh_facts()
    assert not ClosingFact.objects.get().is_success
    assert wrong_facts() == 0


def test_events_mark_their_request_and_nothing_else(city: makers.SmallCity, by: Actor) -> None:
    first, second = opened(city.pothole, at(3)), opened(city.pothole, at(3))
    assert set(StaleFact.objects.values_list("request_id", flat=True)) == {first.pk, second.pk}
    refresh_facts()
    assert not StaleFact.objects.exists()
    closed(first, at(4), by)
    support(request_id=second.pk, voter="c" * 64, now=at(4))
    assert set(StaleFact.objects.values_list("request_id", flat=True)) == {first.pk, second.pk}


def test_change_that_is_taken_back_leaves_nothing(city: makers.SmallCity, by: Actor) -> None:
    request = opened(city.pothole, at(3))
    refresh_facts()
    with transaction.atomic():
        closed(request, at(4), by)
        transaction.set_rollback(True)
    assert not StaleFact.objects.exists()
    assert wrong_facts() == 0


@pytest.mark.django_db(transaction=True)
def test_change_during_a_refresh_waits_for_the_next(city: makers.SmallCity, by: Actor) -> None:
    request = opened(city.pothole, at(3))
    refresh_facts()
    happened, counted = threading.Event(), threading.Event()

    def close_slowly() -> None:
        try:
            with transaction.atomic():
                closed(request, at(4), by)
                happened.set()
                assert counted.wait(60)
        finally:
            happened.set()
            connection.close()

    slow = threading.Thread(target=close_slowly)
    slow.start()
    assert happened.wait(60)
    refresh_facts()  # waits for nobody, and cannot see the closing yet
    assert fact(request).closed_at is None
    counted.set()
    slow.join(60)
    assert StaleFact.objects.filter(request_id=request.pk).exists()
    refresh_facts()
    assert fact(request).closed_at == at(4)
    assert wrong_facts() == 0


def sums_by_hand() -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    """Opened by week and opened, timely, due by month, counted over the facts one by one."""
    zone = City.current().zone
    weeks: Counter[tuple[object, ...]] = Counter()
    months: Counter[tuple[object, ...]] = Counter()
    for each in RequestFact.objects.all():
        key = (each.category_id, each.department_id or 0, each.population)
        day = timezone.localtime(each.created_at, zone).date()
        weeks[(day - dt.timedelta(days=day.weekday()), *key)] += 1
        months[("opened", day.replace(day=1), *key)] += 1
        months[("timely", day.replace(day=1), *key)] += each.is_timely
        months[("doubts", day.replace(day=1), *key)] += each.doubts.bit_count()
        months[("aged", day.replace(day=1), *key)] += each.is_timely and each.closed_at is not None
        if each.first_due_at is not None:
            month = timezone.localtime(each.first_due_at, zone).date().replace(day=1)
            months[("due", month, *key)] += each.is_timely
            months[("set_aside", month, *key)] += not each.is_timely
            months[("due_closed", month, *key)] += each.is_timely and each.due_closed
            months[("due_solved", month, *key)] += each.is_timely and each.due_solved
    for closing in ClosingFact.objects.select_related("fact"):
        fact = closing.fact
        month = timezone.localtime(closing.closed_at, zone).date().replace(day=1)
        key = (fact.category_id, fact.department_id or 0, fact.population)
        again = closing.reopened_at
        soon = again is not None and again - closing.closed_at <= dt.timedelta(days=30)
        months[("closings", month, *key)] += 1
        counted = fact.lead_id is None and closing.outcome not in {"duplicate", "withdrawn"}
        nobody_asked = {"duplicate", "withdrawn", "spam", "not_recorded"}
        months[("counted", month, *key)] += counted
        months[("reopened", month, *key)] += counted and soon
        months[("asked", month, *key)] += closing.outcome not in nobody_asked or closing.answer != ""
        months[("answered", month, *key)] += closing.answer != ""
        months[("solved", month, *key)] += closing.answer == "yes"
    return +weeks, +months


def stored_sums() -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    weeks: Counter[tuple[object, ...]] = Counter()
    months: Counter[tuple[object, ...]] = Counter()
    for week in WeekVolume.objects.all():
        weeks[(week.monday, week.category_id, week.department_id, week.population)] += week.opened
    names: tuple[str, ...] = ("opened", "timely", "due", "set_aside", "due_closed", "due_solved")
    names += ("closings", "counted", "reopened", "asked", "answered", "solved")
    for row in MonthSum.objects.all():
        key = (row.month, row.category_id, row.department_id, row.population)
        months["doubts", *key] += sum(row.doubts)
        for name in names:
            months[(name, *key)] += getattr(row, name)
    for age in MonthAge.objects.all():
        months["aged", age.month, age.category_id, age.department_id, age.population] += age.closed
    return +weeks, +months


def test_sums_are_counts_over_the_facts(city: makers.SmallCity, dispatcher: StaffUser, by: Actor) -> None:
    made = scene(city, dispatcher)
    opened(city.pothole, dt.datetime(2026, 3, 1, 4, 30, tzinfo=dt.UTC))  # still February in the city
    opened(city.praise, at(31, 23))
    refresh_facts()
    assert stored_sums() == sums_by_hand()
    actions.recategorize(
        request_id=made.never.pk, version=None, category=city.rats, by=by, now=at(1, month=4)
    )
    closed(made.never, at(2, month=4), by, Outcome.NO_VIOLATION)
    refresh_facts()
    assert stored_sums() == sums_by_hand()
    assert wrong_facts() == 0
