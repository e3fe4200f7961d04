"""What belongs to a verified e-mail address. For the resident who proved it, never for a public page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from civic311.lib.tokens import tracking_token
from departments import directory
from departments.kinds import Kind
from departments.rules import organisation
from requests_app.models import Follower, Reporter, Resident, Subscription
from requests_app.queries.undoing import columns_before
from requests_app.workflow import Outcome, Status


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """One of the resident's reports, as a line of the list; ``token`` opens its own page."""

    id: int
    number: str
    token: str
    category: str
    kind: Kind
    status: Status
    outcome: str
    department: str
    partner: str
    address: str
    channel: str
    hold_reason: str
    created_at: dt.datetime
    closed_at: dt.datetime | None
    due_at: dt.datetime | None
    messages_on: bool

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED

    @property
    def outcome_label(self) -> str:
        """The outcome in words; empty while the report is open."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Some reports, and the id to go on below; 0 at the end."""

    rows: tuple[OwnRequest, ...]
    before: int


_COLUMNS = (
    "id",
    "number",
    "token_version",
    "shown_category_id",
    "shown_status",
    "shown_outcome",
    "shown_department_id",
    "partner_id",
    "address",
    "channel",
    "hold_reason",
    "created_at",
    "shown_closed_at",
    "held_until",
    "due_at",
)


def own_requests(email: str, *, before: int = 0, limit: int = 50) -> OwnPage:
    """All that was filed with an address over every channel, newest first. One statement, two where some are held."""
    rows = Reporter.objects.filed_with(email)
    if before:
        rows = rows.filter(request_id__lt=before)
    names = [f"request__{name}" for name in _COLUMNS]
    found = list(rows.order_by("-request_id").values(*names, "wants_updates", "unsubscribed_at")[: limit + 1])
    departments, partners = organisation()
    categories = directory.categories()
    held = [raw["request__id"] for raw in found[:limit] if raw["request__held_until"] is not None]
    before_change = columns_before(held) if held else {}
    own = []
    for raw in found[:limit]:
        row = {name: raw[f"request__{name}"] for name in _COLUMNS}
        row |= before_change.get(row["id"], {})
        category = categories[row["shown_category_id"]]
        department, partner = departments.get(row["shown_department_id"]), partners.get(row["partner_id"])
        own.append(
            OwnRequest(
                id=row["id"],
                number=row["number"],
                token=tracking_token(row["id"], row["token_version"]),
                category=category.shown_name,
                kind=Kind(category.kind),
                status=Status(row["shown_status"]),
                outcome=row["shown_outcome"],
                department=department.shown_name if department else "",
                partner=partner.shown_name if partner else "",
                address=row["address"],
                channel=row["channel"],
                hold_reason=row["hold_reason"],
                created_at=row["created_at"],
                closed_at=row["shown_closed_at"],
                due_at=row["due_at"],
                messages_on=raw["wants_updates"] and raw["unsubscribed_at"] is None,
            )
        )
    return OwnPage(tuple(own), own[-1].id if len(found) > limit else 0)


def own_follows(resident: Resident) -> list[Follower]:
    """What the resident follows or was asked about, newest first, while it is shown online."""
    return list(
        Follower.objects.filter(resident=resident, stopped_at__isnull=True, request__is_public=True)
        .exclude(request__shown_outcome=Outcome.SPAM)
        .select_related("request__category")
        .only("confirmed_at", "request__number", "request__category")
        .order_by("-pk")
    )


def own_alerts(resident: Resident) -> list[Subscription]:
    """The resident's alerts that run or wait for an answer, newest first."""
    return list(
        Subscription.objects.filter(resident=resident, stopped_at__isnull=True)
        .select_related("category", "area")
        .order_by("-pk")
    )
