"""Declared storms of the invented history: those its volumes know."""

from __future__ import annotations

import datetime as dt

from departments.models import Category, City, StaffUser, Storm
from departments.models.storm import StormPolicy
from departments.packs.definitions import CityStats
from departments.roles import Role
from departments.storms import forget
from requests_app.history.volume import HISTORY_DAYS, storm_days

DECLARER = "emergency.management@staff.example.org"
BANNER = "Crews clear roads and drains first. Stay away from wires that are down and from water on the road."
BANNER_ES = "Primero despejamos calles y desagües. Aléjese de los cables caídos y del agua en la calle."


def write_storms(stats: CityStats, until: dt.datetime) -> int:
    """Write a declaration for each storm of the history that is over; how many."""
    zone = City.current().zone
    last = until.astimezone(zone).date()
    by = StaffUser.objects.filter(email=DECLARER).first() or StaffUser.objects.create_user(
        DECLARER, name="Emergency Management", role=Role.SUPERVISOR, sees_all_departments=True
    )
    written = 0
    for storm, first, after in storm_days(stats, first=last - dt.timedelta(days=HISTORY_DAYS), last=last):
        starts_at, ends_at = (dt.datetime.combine(day, dt.time.min, zone) for day in (first, after))
        if ends_at > until:
            continue
        row = Storm.objects.create(
            name=f"{storm.name} {first:%Y}",
            banner=BANNER,
            translations={"es": {"banner": BANNER_ES}},
            safety_question="Is a wire down, or is anybody hurt or trapped?",
            safety_text="Stay away and call 911 now.",
            policy=StormPolicy.KEEP,
            starts_at=starts_at,
            ends_at=ends_at,
            declared_at=starts_at,
            declared_by=by,
        )
        row.categories.set(Category.objects.filter(slug__in=list(storm.factors)))
        written += 1
    forget()
    return written
