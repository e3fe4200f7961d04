"""What somebody likes about the list: columns, layout, single keys. And the views they keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

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
    return StaffPreference.objects.filter(user=user).first() or StaffPreference(user=user)


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


def views_for(user: StaffUser) -> QuerySet[SavedView]:
    """Views somebody keeps, then those others share with them."""
    return (
        SavedView.objects.filter(
            Q(owner=user) | Q(is_shared=True) | Q(department__in=user.memberships.values("department"))
        )
        .select_related("owner", "department")
        .order_by("position", "name", "pk")
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
