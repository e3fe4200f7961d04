"""Two weeks of invented calls: what the desk did, by whom, and who waits for a call back."""

import datetime as dt
import random
import uuid

from civic311.lib.contacts import phone_key
from departments.models import Article, City, StaffUser, TransferContact
from departments.roles import Role
from requests_app.history.words import FIRST_NAMES, LAST_NAMES
from requests_app.models import Call, Reporter, ServiceRequest
from requests_app.models.call import CallOutcome
from requests_app.workflow import Channel, Status

DAYS = 14
CALLS_A_DAY = 60
OPERATORS = 4
BY_HOUR = (
    (7, 4),
    (8, 9),
    (9, 12),
    (10, 12),
    (11, 10),
    (12, 8),
    (13, 9),
    (14, 9),
    (15, 8),
    (16, 7),
    (17, 5),
    (19, 3),
)
OUTCOMES = (
    (CallOutcome.INFORMATION, 38),
    (CallOutcome.REPORT, 26),
    (CallOutcome.STATUS, 12),
    (CallOutcome.BUMP, 8),
    (CallOutcome.TRANSFER, 8),
    (CallOutcome.NOT_SOLVED, 3),
    (CallOutcome.DROPPED, 3),
    (CallOutcome.FOLLOW_UP, 2),
)
LENGTHS = {CallOutcome.REPORT: 190, CallOutcome.INFORMATION: 110, CallOutcome.DROPPED: 20}
NOTES = (
    "Asks about the letter of the tax office.",
    "Wants to know when the inspector comes.",
    "Disputes a fine.",
)
PHONED = 400
AREA_CODES = (410, 443, 667, 240, 301)


def write_calls(*, seed: int, until: dt.datetime) -> int:
    """Write the calls before the last instant of the history; how many. Some reporters get the number they called from."""
    rng = random.Random(f"calls {seed}")  # noqa: S311 (a history, not a secret)
    operators = _operators(rng)
    numbers = _phones(rng)
    requests = list(ServiceRequest.objects.select_related("category").order_by("-created_at")[:PHONED])
    if not requests:
        return 0
    shelves = list(Article.objects.filter(is_active=True, is_public=True).order_by("pk"))
    contacts = list(TransferContact.objects.filter(is_active=True).order_by("position"))
    zone = City.current().zone
    hours, weights = zip(*BY_HOUR, strict=True)
    kinds, shares = zip(*OUTCOMES, strict=True)
    calls: list[Call] = []
    for ago in range(DAYS):
        day = until.astimezone(zone).date() - dt.timedelta(days=ago)
        for _call in range(CALLS_A_DAY if day.weekday() < 5 else CALLS_A_DAY // 3):
            hour = rng.choices(hours, weights)[0]
            began = dt.datetime.combine(day, dt.time(hour, rng.randrange(60), rng.randrange(60)), zone)
            outcome = rng.choices(kinds, shares)[0]
            length = LENGTHS.get(outcome, 80)
            ended = began + dt.timedelta(seconds=max(8, int(rng.gauss(length, length / 3))))
            if ended <= until:
                calls.append(
                    _call_of(outcome, began, ended, rng, operators, numbers, requests, shelves, contacts)
                )
    Call.objects.bulk_create(calls, batch_size=1_000)
    return len(calls)


def _call_of(
    outcome: CallOutcome,
    began: dt.datetime,
    ended: dt.datetime,
    rng: random.Random,
    operators: list[StaffUser],
    numbers: list[str],
    requests: list[ServiceRequest],
    shelves: list[Article],
    contacts: list[TransferContact],
) -> Call:
    operator = rng.choice(operators)
    call = Call(
        key=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        operator=operator,
        outcome=outcome,
        channel=Channel.PHONE if rng.random() < 0.93 else Channel.WALK_IN,
        language="es" if rng.random() < 0.08 else "en",
        phone_key=phone_key(rng.choice(numbers)) if rng.random() < 0.85 else "",
        started_at=began,
        ended_at=ended,
    )
    if outcome in {CallOutcome.REPORT, CallOutcome.STATUS, CallOutcome.BUMP, CallOutcome.NOT_SOLVED}:
        is_closed = outcome == CallOutcome.NOT_SOLVED
        fitting = [
            row for row in requests if (row.status == Status.CLOSED) == is_closed and row.created_at < ended
        ]
        call.request = rng.choice(fitting or requests)
        call.category = call.request.category
    elif outcome == CallOutcome.INFORMATION:
        article = rng.choice(shelves) if shelves else None
        call.article, call.topic = article, article.topic if article else "Opening hours"
        call.category_id = article.category_id if article else None
    elif outcome == CallOutcome.TRANSFER and contacts:
        to = rng.choice(contacts)
        call.transferred_to = f"{to.name}, {to.phone}"
    elif outcome == CallOutcome.FOLLOW_UP:
        call.follow_up_by = rng.choice([each for each in operators if each != operator])
        call.note = (
            f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}, {rng.choice(numbers)}\n{rng.choice(NOTES)}"
        )
        if rng.random() < 0.7:
            call.followed_up_at = ended + dt.timedelta(minutes=50)
            call.note = call.note.partition("\n")[2]
    return call


def _operators(rng: random.Random) -> list[StaffUser]:
    """People at the desk, made where they are missing; nobody can sign in as them."""
    found = list(
        StaffUser.objects.filter(role=Role.OPERATOR, email__endswith="@staff.example.org").order_by("pk")
    )
    while len(found) < OPERATORS:
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        email = f"{first}.{last}.desk@staff.example.org".lower()
        if not StaffUser.objects.filter(email=email).exists():
            found.append(
                StaffUser.objects.create_user(
                    email, name=f"{first} {last}", role=Role.OPERATOR, sees_all_departments=True
                )
            )
    return found


def _phones(rng: random.Random) -> list[str]:
    """Numbers of no real person, given to reporters of the newest requests: callers are found by them."""
    numbers = [f"{area}-555-{last:04d}" for area in AREA_CODES for last in range(100, 200)]
    reporters = list(Reporter.objects.filter(phone="").order_by("-request_id")[:PHONED])
    for reporter in reporters:
        reporter.phone = rng.choice(numbers)
    Reporter.objects.bulk_update(reporters, ["phone"], batch_size=500)
    return numbers
