"""Who is refused at the form for a time."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from requests_app.models import Ban

SHOWN = 200


def bans_in_force(now: dt.datetime) -> QuerySet[Ban]:
    """Those who are refused now, the one that ends first on top; 200 at most."""
    rows = Ban.objects.in_force(now).select_related("created_by")
    return rows.order_by("expires_at", "pk")[:SHOWN]


def bans_ended(now: dt.datetime) -> QuerySet[Ban]:
    """The latest that ended or were lifted."""
    in_force = Ban.objects.in_force(now).values("pk")
    rows = Ban.objects.exclude(pk__in=in_force).select_related("created_by", "lifted_by")
    return rows.order_by("-created_at", "-pk")[:20]
