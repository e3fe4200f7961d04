"""The history: append-only, the single source of every message and every figure."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from departments.models import Department, StaffUser
from requests_app.models.request import ServiceRequest
from requests_app.workflow import ActorKind, EventKind, Status, legal_pairs, legal_pairs_of


def _legal_pair() -> Q:
    condition = Q()
    for source, target in legal_pairs():
        condition |= Q(from_status=source, to_status=target)
    for kind in EventKind:
        further = Q()
        for source, target in legal_pairs_of(kind):
            further |= Q(from_status=source, to_status=target)
        if further:
            condition |= Q(kind=kind) & further
    return condition


class RequestEventQuerySet(models.QuerySet["RequestEvent"]):
    def standing(self) -> RequestEventQuerySet:
        """Without what was undone, and without the undoing: what residents and figures know of."""
        return self.filter(undoes__isnull=True, undone_by__isnull=True)


class RequestEvent(models.Model):
    """What happened, once, with what was said to whom. The database refuses to change or delete it."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40, choices=EventKind.choices)
    from_status = models.CharField(max_length=20, blank=True, default="")
    to_status = models.CharField(max_length=20, choices=Status.choices)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(StaffUser, null=True, on_delete=models.PROTECT, related_name="+")
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(StaffUser, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=150, blank=True)
    public_note = models.TextField(blank=True)
    reporter_note = models.TextField(blank=True)
    internal_note = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="undone_by",
        help_text="The event this one takes back; figures and residents read neither.",
    )
    occurred_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True)

    objects = RequestEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="event_legal_transition",
                condition=_legal_pair(),
                violation_error_message="The workflow has no such step.",
            ),
            models.CheckConstraint(
                name="event_staff_actor_named",
                condition=~Q(actor_kind="staff") | Q(actor__isnull=False),
                violation_error_message="An action of staff names who did it.",
            ),
            models.CheckConstraint(
                name="event_undo_names_what",
                condition=Q(kind="request.undone", undoes__isnull=False)
                | (~Q(kind="request.undone") & Q(undoes__isnull=True)),
                violation_error_message="An undo names the event it takes back.",
            ),
        ]
        indexes = [
            # timeline and history of one request
            models.Index(fields=["request", "id"], name="event_history"),
            # reports: what was done in a period
            models.Index(fields=["kind", "occurred_at"], name="event_kind_time"),
            # reports: work by dispatcher
            models.Index(
                fields=["actor", "occurred_at"], name="event_actor_time", condition=Q(actor__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"

    @property
    def told_as(self) -> EventKind:
        """What residents read: a report that follows another one goes through that one's step."""
        if self.kind == EventKind.MIRRORED and self.data.get("as"):
            return EventKind(self.data["as"])
        return EventKind(self.kind)
