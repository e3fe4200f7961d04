"""Declaring a storm, ending it before its time, taking back one that has not begun. Nothing past is ever changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from departments.models import StaffUser, Storm
from departments.models.storm import StormPolicy
from departments.storms import forget

LONGEST = dt.timedelta(days=31)


class StormRefused(Exception):
    """Why a storm cannot be declared or ended so; ``str()`` is the message to show."""


@dataclass(frozen=True)
class Declaration:
    """What is declared. ``starts_at`` None: now. ``translations``: ``{"es": {"banner": ""}}``."""

    name: str
    banner: str
    ends_at: dt.datetime
    starts_at: dt.datetime | None = None
    safety_question: str = ""
    safety_text: str = ""
    category_ids: Iterable[int] = ()
    is_light: bool = True
    policy: StormPolicy = StormPolicy.KEEP
    extra_days: int | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def declare_storm(*, declaration: Declaration, by: StaffUser, now: dt.datetime) -> Storm:
    """Declare a storm from now or a later instant on. Raises `StormRefused` for the past, for no end, for two at once."""
    starts_at = declaration.starts_at or now
    if starts_at < now:
        raise StormRefused(_("A storm cannot be declared for the past. Leave the start empty to begin now."))
    if declaration.ends_at <= starts_at:
        raise StormRefused(_("The end comes after the start."))
    if declaration.ends_at - starts_at > LONGEST:
        raise StormRefused(_("A storm lasts 31 days at most. Declare it again if it goes on."))
    storm = Storm(
        name=declaration.name,
        banner=declaration.banner,
        safety_question=declaration.safety_question,
        safety_text=declaration.safety_text,
        translations={
            code: dict(texts) for code, texts in declaration.translations.items() if any(texts.values())
        },
        is_light=declaration.is_light,
        policy=declaration.policy,
        extra_days=declaration.extra_days if declaration.policy == StormPolicy.EXTEND else None,
        starts_at=starts_at,
        ends_at=declaration.ends_at,
        declared_at=now,
        declared_by=by,
    )
    try:
        with transaction.atomic():
            storm.save(force_insert=True)
            storm.categories.set(declaration.category_ids)
            transaction.on_commit(forget)
    except IntegrityError as error:
        if "storm_one_at_a_time" in str(error):
            raise StormRefused(_("Another storm is declared for this time. End that one first.")) from error
        raise
    return storm


@transaction.atomic
def end_storm(*, storm_id: int, by: StaffUser, now: dt.datetime) -> Storm:
    """End it now; one that has not begun is taken back and leaves no trace in figures. Raises `StormRefused`, DoesNotExist."""
    storm = Storm.objects.select_for_update().get(pk=storm_id)
    transaction.on_commit(forget)
    if storm.over_at <= now:
        raise StormRefused(_("This storm is over already."))
    if storm.starts_at > now:
        storm.delete()
        return storm
    storm.ended_at, storm.ended_by = now, by
    storm.save(update_fields=["ended_at", "ended_by"])
    return storm
