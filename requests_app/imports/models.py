"""What came from elsewhere: runs, and the raw row beside each imported request."""

from django.db import models
from django.db.models import Q

from requests_app.models import ServiceRequest


class RowResult(models.TextChoices):
    IMPORTED = "imported", "Imported"
    WARNED = "warned", "Imported with warnings"
    UPDATED = "updated", "Updated"
    UNCHANGED = "unchanged", "Unchanged"
    REJECTED = "rejected", "Rejected"


class ImportRun(models.Model):
    """One file read once, with how its rows ended; ``counts`` by `RowResult` add up to the rows of the file."""

    mapping = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=dict, help_text="How often each warning or reason occurred.")

    def __str__(self) -> str:
        return f"{self.file_name} {self.started_at:%Y-%m-%d %H:%M}"


class ImportedRow(models.Model):
    """The source's row as it was read, kept beside what was made of it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    source_name = models.CharField(max_length=60)
    source_id = models.CharField(max_length=100, blank=True)
    line = models.PositiveIntegerField(help_text="Line of the file the row begins on.")
    request = models.OneToOneField(
        ServiceRequest, null=True, on_delete=models.CASCADE, related_name="imported_row"
    )
    raw = models.JSONField()
    content_hash = models.CharField(max_length=64)
    result = models.CharField(max_length=10, choices=RowResult.choices)
    problems = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                name="imported_row_source_unique",
                condition=Q(request__isnull=False),
                violation_error_message="This row of the source is here already.",
            ),
            models.CheckConstraint(
                name="imported_row_rejected_without_request",
                condition=Q(result="rejected", request__isnull=True)
                | (~Q(result="rejected") & Q(request__isnull=False)),
                violation_error_message="A rejected row has no request, every other row has one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_name} {self.source_id or self.line}"
