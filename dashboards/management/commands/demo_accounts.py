"""``manage.py demo_accounts``: the people of the demonstration."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Count, Q

from civic311.lib.clock import now
from dashboards.constituents.demo import let_aides_follow
from dashboards.crew.demo import fill_hands
from dashboards.inbox.demo import fill_inboxes
from departments.kinds import AreaKind
from departments.models import Area, Department, Membership, StaffUser
from departments.roles import Role

_WORD_LIST = (
    "amber anchor apple autumn bridge canal candle cedar clover copper coral cotton crane ferry field garden ginger "
    "granite harbor hazel heron island ivory jasmine lantern laurel lemon linen maple marble meadow mint mosaic "
    "oriole orchard otter paper pebble pepper pine plum poplar quarry river robin saffron sail silver spruce stone "
    "summer thistle tulip velvet walnut willow winter yarrow"
)
WORDS = tuple(_WORD_LIST.split())
FIRST_CHOICE = "transportation"
DISTRICTS = (AreaKind.COUNCIL_DISTRICT, AreaKind.HOUSE_DISTRICT)
"""A city whose council districts are not known gives its aide one of the state's."""
SECOND_CHOICES = ("solid-waste", "waste", "public-works")


@dataclass(frozen=True)
class Account:
    """A log-in as scripts read it from ``var/demo.json``; ``department`` is the district of a council aide."""

    role: str
    email: str
    password: str
    department: str


@dataclass(frozen=True)
class Person:
    """Who is made: the key is the part of the address before the @."""

    key: str
    name: str
    role: Role
    department: Department | None = None
    area: Area | None = None
    is_administrator: bool = False


class Command(BaseCommand):
    """Create or refresh the demonstration's accounts. Passwords already in ``var/demo.json`` stay."""

    help = "Create the accounts of the demonstration (profiles demo and test only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--json`` prints a list of role, email, password, department."""
        parser.add_argument("--json", action="store_true", help="print the accounts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError outside the profiles demo and test, and before a city is loaded."""
        if settings.PROFILE not in {"demo", "test"}:
            raise CommandError(
                "This makes accounts with printed passwords: only with CIVIC311_PROFILE=demo or test."
            )
        known = _known_passwords(Path(settings.VAR_DIR) / "demo.json")
        with transaction.atomic():
            accounts = [_make(person, known) for person in _people()]
            emails = [account.email for account in accounts]
            demo_crews = StaffUser.objects.filter(email__in=emails, role=Role.CREW).order_by("pk")
            fill_hands(demo_crews, StaffUser.objects.get(email="supervisor@demo.example"), now())
            let_aides_follow(list(StaffUser.objects.filter(email__in=emails, role=Role.COUNCIL_AIDE)), now())
            fill_inboxes(list(StaffUser.objects.filter(email__in=emails).order_by("pk")), now())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(account) for account in accounts], indent=2))
            return
        for account in accounts:
            self.stdout.write(
                f"{account.role:<14} {account.email:<32} {account.password:<32} {account.department}"
            )


def _people() -> list[Person]:
    first, second = _departments()
    return [
        Person("dispatcher", "Dana Dispatcher", Role.DISPATCHER, first),
        Person(f"dispatcher-{second.slug}"[:50], "Sam Dispatcher", Role.DISPATCHER, second),
        Person("operator", "Olive Operator", Role.OPERATOR),
        Person("supervisor", "Sue Supervisor", Role.SUPERVISOR, first),
        Person("crew", "Carl Crew", Role.CREW, first),
        Person("crew-2", "Cora Crew", Role.CREW, first),
        *_aides(),
        Person("manager", "Mia Manager", Role.MANAGER),
        Person("administrator", "Ada Administrator", Role.ADMINISTRATOR, is_administrator=True),
    ]


def _aides() -> list[Person]:
    """The aide of the district with most requests; nobody where the city knows no districts."""
    districts = Area.objects.own().filter(kind__in=DISTRICTS).annotate(load=Count("requests"))
    ranked = sorted(districts, key=lambda each: (DISTRICTS.index(AreaKind(each.kind)), -each.load, each.slug))  # type: ignore[attr-defined]  # annotated above
    return [Person("aide", "Alex Aide", Role.COUNCIL_AIDE, area=ranked[0])] if ranked else []


def _departments() -> tuple[Department, Department]:
    """Two departments: by their usual names, otherwise those with most categories."""
    ranked = list(
        Department.objects.active()
        .annotate(load=Count("categories", filter=Q(categories__is_active=True)))
        .order_by("-load", "slug")
    )
    if len(ranked) < 2:
        raise CommandError("Load a city first: manage.py load_city PATH")
    first = next((each for each in ranked if FIRST_CHOICE in each.slug), ranked[0])
    others = [each for each in ranked if each != first]
    second = next((each for word in SECOND_CHOICES for each in others if word in each.slug), others[0])
    return first, second


def _make(person: Person, known: dict[str, str]) -> Account:
    email = f"{person.key}@demo.example"
    user = StaffUser.objects.filter(email=email).first() or StaffUser(email=email)
    user.name = person.name
    user.role = person.role
    user.is_active = True
    user.is_staff = user.is_superuser = person.is_administrator
    user.area = person.area
    user.sees_all_departments = person.department is None and person.area is None
    password = known.get(email, "")
    if not password:
        password = "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    Membership.objects.filter(user=user).exclude(department=person.department).delete()
    if person.department:
        Membership.objects.get_or_create(user=user, department=person.department)
    place = person.department or person.area
    return Account(person.role.value, email, password, place.name if place else "")


def _known_passwords(path: Path) -> dict[str, str]:
    """Passwords by address from an earlier start; an unreadable file counts as none."""
    try:
        accounts = json.loads(path.read_text())["accounts"]
        return {str(account["email"]): str(account["password"]) for account in accounts}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
