"""What somebody likes about the list: columns, layout, single keys. And the views they keep."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from civic311.lib.compiled import SOMEBODY, Compiled
from dashboards.models import SavedView, StaffPreference
from dashboards.queue.choices import department_choices
from dashboards.queue.list.columns import COLUMNS, USUAL
from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions import ActionRefused
from requests_app.queries.staff import colleagues

LAYOUTS = ("list", "map", "split")
MOST_VIEWS = 50
SHARE_WITH_ALL = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def preference(user: StaffUser) -> StaffPreference:
    """The person's habits, or the usual ones; not saved yet then."""
    for columns, layout, has_shortcuts in _preference().fetch({SOMEBODY: user.pk}):
        return StaffPreference(
            user=user, columns=json.loads(columns), layout=layout, has_shortcuts=has_shortcuts
        )
    return StaffPreference(user=user)


@lru_cache(maxsize=1)
def _preference() -> Compiled:
    rows = StaffPreference.objects.filter(user=SOMEBODY)
    return Compiled(rows.values_list("columns", "layout", "has_shortcuts"))


def save_preference(
    *, user: StaffUser, columns: Sequence[str], layout: str, has_shortcuts: bool
) -> StaffPreference:
    """Keep how somebody likes the list; names nobody knows are left out, and the usual columns need no keeping."""
    chosen = [name for name in dict.fromkeys(columns) if name in COLUMNS]
    kept = StaffPreference(
        user=user,
        columns=[] if tuple(chosen) == USUAL else chosen,
        layout=layout if layout in LAYOUTS else LAYOUTS[0],
        has_shortcuts=has_shortcuts,
    )
    StaffPreference.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["columns", "layout", "has_shortcuts"],
    )
    return kept


class View(NamedTuple):
    """A kept list, with the names of who keeps it and of the department it is shared with."""

    pk: int
    name: str
    query: str
    is_shared: bool
    owner_id: int
    owner: str
    department_id: int | None
    department: str | None


def views_for(user: StaffUser) -> list[View]:
    """Views somebody keeps and those others share with them, in their order. One statement."""
    return [View(*row) for row in _views().fetch({SOMEBODY: user.pk})]


@lru_cache(maxsize=1)
def _views() -> Compiled:
    user = StaffUser(pk=SOMEBODY)
    shared = Q(is_shared=True) | Q(department__in=user.memberships.values("department"))
    return Compiled(
        SavedView.objects.filter(Q(owner=user) | shared)
        .order_by("position", "name", "pk")
        .values_list(
            "pk",
            "name",
            "query",
            "is_shared",
            "owner_id",
            "owner__name",
            "department_id",
            "department__name",
        )
    )


def keep_view(
    *, user: StaffUser, name: str, query: str, share: str, now: dt.datetime, view: SavedView | None = None
) -> SavedView:
    """Keep a list under a name, or change one; ``share`` is "", "all" or a department's id.

    Raises `ActionRefused` for a name used already, more than `MOST_VIEWS`, and sharing beyond one's reach.
    """
    department = _department(user, share)
    if view is None and SavedView.objects.filter(owner=user).count() >= MOST_VIEWS:
        raise ActionRefused(_("You keep %(most)d views already. Delete one first.") % {"most": MOST_VIEWS})
    kept = view or SavedView(owner=user, query=query, created_at=now)
    kept.name = name.strip()
    kept.is_shared = share == "all"
    kept.department_id = department
    if not kept.name:
        raise ActionRefused(_("Give the view a name."))
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise ActionRefused(_("You have a view with this name already.")) from error
    return kept


def shares(user: StaffUser) -> list[tuple[str, str]]:
    """With whom somebody may share a view: the departments they work for, supervisors also everybody."""
    choices = [("", _("Only me"))]
    own = colleagues(user).departments
    choices += department_choices(own, retired=False) if own is not None else []
    if user.role in SHARE_WITH_ALL:
        choices.append(("all", _("Everybody on the staff")))
    return choices


def _department(user: StaffUser, share: str) -> int | None:
    if share not in dict(shares(user)):
        raise ActionRefused(_("You cannot share a view with them."))
    return int(share) if share not in {"", "all"} else None
