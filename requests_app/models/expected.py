"""How long requests like this take: derived from the last twelve weeks, recomputed daily."""

from django.db import models
from django.db.models import Q

from departments.models import Area, Category, Department


class ExpectedTime(models.Model):
    """Quantiles of the time to close for a category in an area, a category, or a department.

    ``median_hours`` and ``p90_hours`` are null where the curve has not reached the quantile ("too early to say").
    """

    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, on_delete=models.CASCADE, related_name="+")
    median_hours = models.FloatField(null=True)
    p90_hours = models.FloatField(null=True)
    closings = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "area"],
                name="expected_time_once_in_area",
                condition=Q(area__isnull=False),
                violation_error_message="This expected time is there already.",
            ),
            models.UniqueConstraint(
                fields=["category"],
                name="expected_time_once_for_category",
                condition=Q(area__isnull=True),
                violation_error_message="This expected time is there already.",
            ),
            models.UniqueConstraint(
                fields=["department"],
                name="expected_time_once_for_department",
                condition=Q(department__isnull=False),
                violation_error_message="This expected time is there already.",
            ),
            models.CheckConstraint(
                name="expected_time_has_scope",
                condition=Q(category__isnull=False, department__isnull=True)
                | Q(category__isnull=True, area__isnull=True, department__isnull=False),
                violation_error_message="An expected time is for a category, in an area or not, or for a department.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id or ''} {self.area_id or ''} {self.department_id or ''}"
