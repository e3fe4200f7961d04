"""A believable history of two years: drawn, then written in bulk."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from civic311.lib.copying import copy_rows, reserve, reserve_ids
from civic311.lib.masking import mask_personal_data
from civic311.lib.tokens import token_hash, tracking_token
from departments.calendars import due_for
from departments.kinds import Kind
from departments.models import Category, City, Department, StaffUser
from departments.packs.definitions import CityPack, CityStats
from departments.roles import Role
from departments.rules import decide, organisation
from requests_app.actions.intake import format_number
from requests_app.actions.mapcells import fold_map_cells
from requests_app.history.answers import Answerer
from requests_app.history.lives import LifeDrawer, Step
from requests_app.history.people import colleagues
from requests_app.history.pictures import Album
from requests_app.history.places import Place, PlaceDrawer
from requests_app.history.rows import apply, birth
from requests_app.history.told import Teller
from requests_app.history.volume import Arrival, Draw, arrivals
from requests_app.history.words import Words, blanks_for, person
from requests_app.models import Answer, Photo, Reporter, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoPurpose
from requests_app.workflow import Channel, Outcome, Population

BATCH = 2_000
Progress = Callable[[int, int], None]


@dataclass
class Batch:
    """Rows that wait for one COPY each."""

    requests: list[ServiceRequest]
    events: list[RequestEvent]
    areas: list[tuple[int, int]]
    reporters: list[Reporter]
    photos: list[Photo]
    answers: list[Answer]


class HistoryMaker:
    """Draws and writes a history for the loaded city. Deterministic for (pack, requests, seed, until)."""

    def __init__(self, pack: CityPack, *, seed: int, until: dt.datetime, album: Album | None) -> None:
        if pack.stats is None:
            raise ValueError("the city pack has no stats.toml to draw a history from")
        self.pack = pack
        self.stats: CityStats = pack.stats
        self.until = until
        self.zone = City.current().zone
        self.rng = random.Random(seed)  # noqa: S311 (a history, not a secret)
        self.categories = {
            row.slug: row for row in Category.objects.select_related("department").order_by("pk")
        }
        self.departments = list(Department.objects.active().order_by("pk"))
        self.team = colleagues(self.departments, self.rng)
        self.places = PlaceDrawer(pack, self.rng)
        self.words = Words(pack, self.rng)
        self.lives = LifeDrawer(self.stats, until=until, rng=self.rng)
        self.album = album
        self.seed = seed
        self.answerer = Answerer(seed)
        self.channels = Draw(list(self.stats.channels), list(self.stats.channels.values()))

    def write(self, requests: int, progress: Progress) -> int:
        """Write ``requests`` requests with their events in one transaction; return the number of events."""
        coming = arrivals(self.stats, requests=requests, until=self.until, zone=self.zone, rng=self.rng)
        coming = [arrival for arrival in coming if arrival.category in self.categories]
        teller = Teller(self.stats, seed=self.seed, requests=requests, until=self.until)
        events = 0
        with transaction.atomic():
            ids = reserve_ids(ServiceRequest, len(coming))
            numbers = reserve("'requests_app_number_seq'", len(coming))
            for start in range(0, len(coming), BATCH):
                batch = Batch([], [], [], [], [], [])
                for offset, arrival in enumerate(coming[start : start + BATCH], start):
                    self._live(arrival, ids[offset], numbers[offset], teller, batch)
                events += _save(batch)
                progress(min(start + BATCH, len(coming)), len(coming))
        fold_map_cells()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return events

    def _live(self, arrival: Arrival, request_id: int, sequence: int, teller: Teller, batch: Batch) -> None:
        category = self.categories[arrival.category]
        kind = Kind(category.kind)
        place = self.places.draw()
        staff_found = self.rng.random() < self.stats.categories[arrival.category].staff_share
        request = self._request(arrival, category, place, request_id, sequence, staff_found=staff_found)
        partner = request.partner.name if request.partner else ""
        steps = self.lives.draw(arrival, kind, staff_found=staff_found, partner=partner)
        home = request.department
        if any(step.move == "reroute" for step in steps):
            request.department = self._wrong_department(home)
        finder = self._someone(home, Role.CREW) if staff_found else None
        batch.requests.append(request)
        batch.events += birth(
            request,
            first_department=request.department,
            reason=request.routing_reason,
            by=finder,
            expected=None if staff_found else teller.told(arrival),
        )
        batch.areas += [(request_id, area_id) for area_id in place.areas]
        for step in steps:
            batch.events.append(self._step(request, step, home, place))
        if not staff_found:
            if request.is_open:
                review = self.lives.review(after=request.updated_at, due_at=request.due_at)
                batch.events += [self._step(request, step, home, place) for step in review]
            self._reporter(request, batch)
            batch.answers += self.answerer.answers(request)
        self._pictures(request, batch)

    def _request(
        self,
        arrival: Arrival,
        category: Category,
        place: Place,
        request_id: int,
        sequence: int,
        *,
        staff_found: bool,
    ) -> ServiceRequest:
        channel = Channel.STAFF.value if staff_found else self.channels.one(self.rng)
        language = "es" if self.rng.random() < self.stats.languages.get("es", 0.0) else "en"
        local = arrival.at.astimezone(self.zone)
        blanks = blanks_for(
            street=place.street,
            address=place.address,
            neighborhood=place.neighborhood,
            department=category.department.name if category.department else "",
            at=local,
            days=self.rng.randrange(2, 9),
        )
        text = self.words.draw(
            "description", category=category.slug, kind=category.kind, blanks=blanks, language=language
        )
        decision = decide(
            category,
            point=(place.latitude, place.longitude),
            areas=place.areas,
            text=text,
            channel=channel,
        )
        departments, partners = organisation()
        department = departments[decision.department] if decision.department else None
        due = due_for(
            created_at=arrival.at,
            sla_amount=category.sla_amount,
            sla_unit=category.sla_unit,
            calendar_id=department.calendar_id if department else None,
        )
        anonymous = (
            not staff_found and category.anonymous_allowed and self.rng.random() < self.stats.anonymous_share
        )
        return ServiceRequest(
            pk=request_id,
            number=format_number(arrival.at, sequence),
            token_hash=token_hash(tracking_token(request_id, 1)),
            category=category,
            department=department,
            partner=partners[decision.partner] if decision.partner else None,
            routing_rule_id=decision.rule,
            routing_reason=str(decision.reason)[:300],
            priority=category.priority,
            channel=channel,
            population=Population.STAFF_FOUND if staff_found else Population.RESIDENT,
            language=language,
            description=text,
            public_description=mask_personal_data(text),
            is_anonymous=anonymous,
            is_public=category.is_public,
            address=place.address,
            latitude=place.latitude,
            longitude=place.longitude,
            created_at=arrival.at,
            first_due_at=due,
            due_at=due,
            updated_at=arrival.at,
        )

    def _step(
        self, request: ServiceRequest, step: Step, home: Department | None, place: Place
    ) -> RequestEvent:
        role = Role.CREW if step.move in {"start", "close"} and self.rng.random() < 0.5 else Role.DISPATCHER
        local = step.at.astimezone(self.zone)
        blanks = blanks_for(
            street=place.street,
            address=place.address,
            neighborhood=place.neighborhood,
            department=home.name if home else "",
            at=local,
            days=(step.at - request.created_at).days,
        )

        def words(use: str, outcome: str = "") -> str:
            category = request.category
            return self.words.draw(
                use, category=category.slug, kind=category.kind, blanks=blanks, outcome=outcome
            )

        public, reporter, internal = "", "", ""
        if step.move == "close" and step.outcome != Outcome.SPAM:
            assert step.outcome is not None
            public = words("answer", step.outcome.value) or str(step.outcome.label)
        elif step.move == "note":
            public = words("public_note") or "We have planned this work."
        elif step.move == "reopen":
            reporter = "It is not fixed. It looks the same as before."
        elif step.move == "ask_review":
            reporter = "It is long past the date you gave."
        elif step.move == "reroute":
            internal = (
                words("internal_note") or f"This belongs to {home.name if home else 'another department'}."
            )
        return apply(
            request,
            step,
            by=self._someone(request.department, role),
            final_department=home,
            assignee=self._someone(home, Role.CREW if self.rng.random() < 0.6 else Role.DISPATCHER),
            public_note=public,
            reporter_note=reporter,
            internal_note=internal,
        )

    def _someone(self, department: Department | None, role: Role) -> StaffUser:
        team = self.team.get(department.pk) if department else None
        return self.rng.choice((team or self.team[self.departments[0].pk])[role])

    def _wrong_department(self, home: Department | None) -> Department:
        others = [row for row in self.departments if home is None or row.pk != home.pk]
        return self.rng.choice(others or self.departments)

    def _reporter(self, request: ServiceRequest, batch: Batch) -> None:
        if request.is_anonymous or self.rng.random() >= self.stats.email_share:
            return
        name, email = person(self.rng)
        batch.reporters.append(
            Reporter(request=request, name=name, email=email, created_at=request.created_at)
        )

    def _pictures(self, request: ServiceRequest, batch: Batch) -> None:
        if self.album is None:
            return
        category = request.category
        shares = self.stats.photo_shares
        share = shares.get(category.slug, shares.get(category.kind, 0.0))
        subject = self.album.subject_for(category.slug)
        if not subject or self.rng.random() >= share:
            return
        batch.photos.append(self.album.photo(request, subject, self.rng, PhotoPurpose.REPORT))
        if subject == "pothole" and request.outcome == Outcome.FIXED:
            batch.photos.append(self.album.photo(request, "repaired", self.rng, PhotoPurpose.RESULT))


def _save(batch: Batch) -> int:
    copy_rows(ServiceRequest, batch.requests)
    through = ServiceRequest.areas.through
    copy_rows(
        through,
        [through(servicerequest_id=request_id, area_id=area_id) for request_id, area_id in batch.areas],
    )
    copy_rows(RequestEvent, batch.events)
    copy_rows(Reporter, batch.reporters)
    copy_rows(Photo, batch.photos)
    copy_rows(Answer, batch.answers)
    return len(batch.events)
