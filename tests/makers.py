"""Typed makers for tests: a small city, its people, and requests made through the real actions."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from departments.kinds import AreaKind, Kind, SlaUnit, default_place_rule
from departments.models import (
    Area,
    Calendar,
    Category,
    CategoryGroup,
    City,
    Department,
    Membership,
    StaffUser,
)
from departments.roles import Role
from requests_app.actions import Actor, Contact, Submission, Submitted, submit

ZONE = ZoneInfo("America/New_York")
NOW = dt.datetime(2026, 3, 4, 10, 0, tzinfo=ZONE)
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class SmallCity:
    """Handles to the rows of the small city. District 1 is west of longitude -76.6, district 2 east of it."""

    city: City
    streets: Department
    waste: Department
    pothole: Category
    missed_trash: Category
    container: Category
    rats: Category
    question: Category
    praise: Category
    district_1: Area
    district_2: Area


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def area(kind: AreaKind, slug: str, name: str, box: tuple[float, float, float, float]) -> Area:
    west, south, east, north = box
    return Area.objects.create(
        kind=kind, slug=slug, name=name, polygon=square(*box), west=west, south=south, east=east, north=north
    )


def small_city() -> SmallCity:
    """Write the small city to the database."""
    city = City.objects.create(
        slug="smallville",
        name="Smallville",
        full_name="City of Smallville",
        state="Maryland",
        timezone="America/New_York",
        languages=["en", "es"],
        phone="311",
        emergency_text="Danger to life? Call 911.",
        center_latitude=39.3,
        center_longitude=-76.6,
        west=-76.7,
        south=39.2,
        east=-76.5,
        north=39.4,
    )
    calendar = Calendar.objects.create(
        slug="office", name="Office hours", hours=[["08:00", "17:00"]] * 5 + [None, None]
    )
    streets = Department.objects.create(
        slug="streets", name="Department of Streets", short_name="Streets", calendar=calendar
    )
    waste = Department.objects.create(
        slug="waste", name="Bureau of Waste", short_name="Waste", calendar=calendar
    )
    road = CategoryGroup.objects.create(slug="roads", name="Streets and sidewalks", position=1)
    home = CategoryGroup.objects.create(slug="home", name="Trash and recycling", position=2)
    return SmallCity(
        city=city,
        streets=streets,
        waste=waste,
        pothole=category("pothole", "Pothole", Kind.REPAIR, road, streets, sla=(5, SlaUnit.CALENDAR_DAYS)),
        missed_trash=category(
            "missed-trash",
            "Missed trash collection",
            Kind.COLLECT,
            home,
            waste,
            sla=(1, SlaUnit.BUSINESS_DAYS),
        ),
        container=category(
            "recycling-container", "Recycling container", Kind.DELIVER, home, waste, is_public=False
        ),
        rats=category("rats", "Rats", Kind.INSPECT, home, waste, sla=(16, SlaUnit.BUSINESS_HOURS)),
        question=category("question", "Ask a question", Kind.ANSWER, home, waste, is_public=False),
        praise=category("praise", "Praise or idea", Kind.FEEDBACK, home, streets, is_public=False),
        district_1=area(AreaKind.COUNCIL_DISTRICT, "1", "District 1", (-76.7, 39.2, -76.6, 39.4)),
        district_2=area(AreaKind.COUNCIL_DISTRICT, "2", "District 2", (-76.6, 39.2, -76.5, 39.4)),
    )


def category(
    slug: str,
    name: str,
    kind: Kind,
    group: CategoryGroup,
    department: Department | None,
    *,
    sla: tuple[int, SlaUnit] | None = None,
    **fields: Any,
) -> Category:
    return Category.objects.create(
        slug=slug,
        name=name,
        kind=kind,
        group=group,
        department=department,
        description=f"{name}.",
        keywords=name.lower(),
        sla_amount=sla[0] if sla else None,
        sla_unit=sla[1] if sla else SlaUnit.NONE,
        place_rule=fields.pop("place_rule", default_place_rule(kind)),
        **fields,
    )


def staff(role: str, *departments: Department, name: str = "", **fields: Any) -> StaffUser:
    """A member of staff with `PASSWORD`, member of the departments given."""
    name = name or f"{Role(role).label} {uuid.uuid4().hex[:4]}"
    user = StaffUser.objects.create_user(
        email=f"{uuid.uuid4().hex[:10]}@staff.example", password=PASSWORD, name=name, role=role, **fields
    )
    for department in departments:
        Membership.objects.create(user=user, department=department)
    return user


def submitted(
    category: Category,
    *,
    description: str = "A deep hole by the bus stop",
    email: str = "",
    name: str = "",
    phone: str = "",
    now: dt.datetime = NOW,
    key: str = "",
    **fields: Any,
) -> Submitted:
    """A request made through the real intake, at a point in district 1 unless said otherwise."""
    fields.setdefault("address", "100 Main St")
    fields.setdefault("latitude", 39.3)
    fields.setdefault("longitude", -76.65)
    return submit(
        submission=Submission(
            category=category,
            description=description,
            contact=Contact(name=name, email=email, phone=phone),
            **fields,
        ),
        scope="web",
        key=key or str(uuid.uuid4()),
        by=Actor.reporter(),
        now=now,
    )
