"""What a category asks besides the description."""

from django.db import models
from django.db.models import F, Q

from departments.kinds import QuestionKind
from departments.models.catalog import Category
from departments.models.translated import Translated


class Question(Translated):
    """One question on the form of a category.

    ``options`` of a choice: ``[{"value": "yes", "label": "Yes", "labels": {"es": "Sí"}, "stop": "", "stops": {}}]``; an
    option with a ``stop`` text ends the form with that message. A question with ``depends_on`` is asked only when the
    answer to that one is among ``depends_values``. ``translations`` hold ``label`` and ``help_text``.
    ``least`` and ``most`` bound a number, a date (in days from today) or the length of a text (``most`` only).
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    slug = models.SlugField(max_length=60)
    label = models.CharField(max_length=200)
    help_text = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    options = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False, help_text="The answer is not shown online.")
    depends_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="dependents"
    )
    depends_values = models.JSONField(default=list, blank=True)
    least = models.IntegerField(
        null=True,
        blank=True,
        help_text="Smallest number; for a date, days from today (-30: a month back).",
    )
    most = models.IntegerField(
        null=True,
        blank=True,
        help_text="Largest number; for a date, days from today (0: not in the future); for a text, characters.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True, help_text="Retired questions keep their answers.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "slug"],
                name="question_once_per_category",
                violation_error_message="This category has a question with this name already.",
            ),
            models.CheckConstraint(
                name="question_choices_have_options",
                condition=(Q(kind__in=["single", "multiple"]) & ~Q(options=[]))
                | (~Q(kind__in=["single", "multiple"]) & Q(options=[])),
                violation_error_message="A choice has options, other questions have none.",
            ),
            models.CheckConstraint(
                name="question_depends_on_values",
                condition=Q(depends_on__isnull=True, depends_values=[])
                | (Q(depends_on__isnull=False) & ~Q(depends_values=[])),
                violation_error_message="A conditional question names the answers it depends on.",
            ),
            models.CheckConstraint(
                name="question_bounds_in_order",
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(least__lte=F("most")),
                violation_error_message="The smallest value is larger than the largest.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
