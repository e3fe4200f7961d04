"""Answers to a category's questions, with the question as it was asked."""

from django.db import models

from departments.models import Question
from requests_app.models.request import ServiceRequest


class Answer(models.Model):
    """One answer. ``label`` and ``value`` are the words shown; ``public_value`` has personal data masked."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    value = models.TextField(max_length=2_000)
    public_value = models.TextField(max_length=2_000)
    is_private = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "question"],
                name="answer_once",
                violation_error_message="This question is answered already.",
            )
        ]

    def __str__(self) -> str:
        return self.label
