"""Idempotency keys: the same form sent twice gives one request."""

from django.db import models

from requests_app.models.request import ServiceRequest


class SubmissionKey(models.Model):
    """A key given out with a form, spent by the request it made. Swept after a day."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    request = models.ForeignKey(ServiceRequest, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key"],
                name="submission_key_once",
                violation_error_message="This form was sent already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"
