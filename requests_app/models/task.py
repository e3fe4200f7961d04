"""Parts of the work given to colleagues and other departments, and what is asked of the reporter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from departments.models import Department, StaffUser
from requests_app.models.event import RequestEvent
from requests_app.models.request import ServiceRequest
from requests_app.workflow import Outcome


class TaskState(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class Task(models.Model):
    """One thing somebody else does or answers for a request.

    For a department, one of its people, or somebody of ours without an account, who answers by a signed link in the
    mail (``email``). The link's token is derived from the id and ``token_version`` and stored nowhere.
    """

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="tasks")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="tasks")
    assignee = models.ForeignKey(StaffUser, null=True, on_delete=models.PROTECT, related_name="tasks")
    email = models.EmailField(blank=True, default="")
    text = models.TextField(max_length=2_000)
    is_question = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    result = models.TextField(blank=True, default="")
    token_version = models.PositiveSmallIntegerField(default=1)
    given_by = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=254, blank=True, default="", help_text="Name or mail address.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_is_for_somebody",
                condition=Q(department__isnull=False) | Q(assignee__isnull=False) | ~Q(email=""),
                violation_error_message="A task is for a department, a person or a mail address.",
            ),
            models.CheckConstraint(
                name="task_ended_has_time",
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                violation_error_message="A task that ended has the time it ended.",
            ),
        ]
        indexes = [
            # what a department, or a person, has to do
            models.Index(fields=["department", "due_on"], name="task_of_dept", condition=Q(state="open")),
            models.Index(fields=["assignee", "due_on"], name="task_of_person", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"task {self.pk} of {self.request_id}"


class ClosingPlan(models.Model):
    """How a request closes by itself when its last task is done, as a dispatcher wrote it beforehand."""

    request = models.OneToOneField(ServiceRequest, on_delete=models.CASCADE, related_name="closing_plan")
    outcome = models.CharField(max_length=30, choices=Outcome.choices)
    public_answer = models.TextField()
    planned_by = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"closing plan of {self.request_id}"


class ReporterQuestion(models.Model):
    """A question to the reporter: the answer brings the request back; silence warns, then closes."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="reporter_questions")
    event = models.OneToOneField(RequestEvent, on_delete=models.PROTECT, related_name="question")
    text = models.TextField(max_length=2_000)
    asked_by = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    close_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Answered, withdrawn, or closed for silence.")
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                name="question_one_open",
                condition=Q(ended_at__isnull=True),
                violation_error_message="A question to the reporter waits for its answer already.",
            ),
            models.CheckConstraint(
                name="question_warns_before_it_closes",
                condition=Q(warn_at__gt=models.F("asked_at")) & Q(close_at__gt=models.F("warn_at")),
                violation_error_message="The warning comes after the question and before the closing.",
            ),
        ]
        indexes = [
            # the worker: whose silence is due
            models.Index(fields=["warn_at"], name="question_open", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"question {self.pk} of {self.request_id}"
