"""Words that were hidden, as they stood before: for those allowed, until somebody with the right destroys them."""

from django.db import models
from django.db.models import Q

from departments.models import StaffUser
from requests_app.models.event import RequestEvent
from requests_app.models.request import ServiceRequest


class HiddenIn(models.TextChoices):
    """Where the words stood."""

    DESCRIPTION = "description", "Description"
    PLACE_NOTE = "place_note", "Place in the reporter's words"
    ADDRESS = "address", "Address"
    ANSWER = "answer", "Answer"
    PUBLIC_NOTE = "public_note", "Note for everyone"
    REPORTER_NOTE = "reporter_note", "Note to the reporter"
    INTERNAL_NOTE = "internal_note", "Note for staff"
    HOLD_REASON = "hold_reason", "Why it waits"
    WAITING_FOR = "waiting_for", "Whom it waits for"
    WITHHELD_REASON = "withheld_reason", "Why it is not shown"
    QUESTION = "question", "Question to the reporter"
    REPLY = "reply", "What the reporter answered"
    TASK = "task", "Task of a colleague"
    TASK_RESULT = "task_result", "What came of a task"
    CLOSING_PLAN = "closing_plan", "Answer planned for the end"
    COMMENT = "comment", "Comment"
    COMMENT_NAME = "comment_name", "Name under a comment"
    EVENT_DATA = "data", "Words in the history"


class HiddenWords(models.Model):
    """One text as it was before words of it were hidden for the first time.

    ``row`` is the id of what it stood in, such as an answer or an event; 0 for the report's own columns. The rows are the
    only copy of the words: what is in the report itself was overwritten, so that no search, list or file finds it.
    """

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="hidden_words")
    event = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=15, choices=HiddenIn.choices)
    row = models.BigIntegerField(default=0)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "place", "row"],
                name="hidden_words_once",
                violation_error_message="The words of this text are kept already.",
            ),
            models.CheckConstraint(
                name="hidden_words_are_words",
                condition=~Q(text=""),
                violation_error_message="There is nothing to keep of an empty text.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.place}"


class UnredactedLook(models.Model):
    """One look at what was hidden: who, when, of which request. A row of its own, as for looks at contact details."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="unredacted_looks")
    user = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="unredacted_looks")
    looked_at = models.DateTimeField()

    class Meta:
        indexes = [
            # who looked at this request; is this the same look still
            models.Index(fields=["request", "user", "-looked_at"], name="unredacted_look_of"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.request_id} {self.looked_at:%Y-%m-%d %H:%M}"
