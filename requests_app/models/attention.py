"""What colleagues are told: mentions, tasks, escalations; who watches; which rules escalated what."""

from django.db import models
from django.db.models import Q

from departments.models import EscalationRule, StaffUser
from requests_app.models.event import RequestEvent
from requests_app.models.request import ServiceRequest


class StaffNoticeKind(models.TextChoices):
    MENTION = "mention", "You were mentioned"
    ASSIGNED = "assigned", "Given to you"
    WATCHED = "watched", "News of a request you watch"
    TASK = "task", "A task for you"
    TASK_DONE = "task_done", "A task you gave is done"
    ANSWER = "answer", "The reporter answered"
    PROMISE = "promise", "A date is about to be missed"
    ESCALATION = "escalation", "Escalated to you"
    FOLLOW_UP = "follow_up", "A call to follow up"
    APPEAL = "appeal", "A reporter objects to a hiding"


class StaffNotice(models.Model):
    """One line for one colleague. Written with the change it tells of; the mail about it is a delivery."""

    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="staff_notices")
    request = models.ForeignKey(ServiceRequest, null=True, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(RequestEvent, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=StaffNoticeKind.choices)
    text = models.CharField(max_length=300, blank=True, default="")
    by_mail = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "event", "kind"],
                name="staff_notice_once",
                violation_error_message="This colleague knows already.",
            )
        ]
        indexes = [
            # a person's list, newest first
            models.Index(fields=["user", "-created_at"], name="staff_notice_of_user"),
            # the number at the bell
            models.Index(fields=["user"], name="staff_notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Watcher(models.Model):
    """A colleague who wants to hear of whatever happens to a request."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="watching")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "user"],
                name="watcher_once",
                violation_error_message="You watch this request already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.request_id}"


class Escalation(models.Model):
    """A rule acted on a request: once for each due date."""

    rule = models.ForeignKey(EscalationRule, on_delete=models.CASCADE, related_name="escalations")
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="escalations")
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "request", "due_at"],
                name="escalation_once_per_due_date",
                violation_error_message="This rule acted on this due date already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} on {self.request_id}"
