"""What is known about pairs of reports: that they are not the same problem."""

from django.db import models
from django.db.models import F, Q

from departments.models import StaffUser
from requests_app.models.request import ServiceRequest


class NotSame(models.Model):
    """Somebody looked: these two are different problems, and are no longer proposed to be joined. Lower id first."""

    first = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="not_same_once",
                violation_error_message="Somebody said so already.",
            ),
            models.CheckConstraint(
                name="not_same_ordered",
                condition=Q(first__lt=F("second")),
                violation_error_message="The earlier report comes first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
