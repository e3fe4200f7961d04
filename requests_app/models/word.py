"""What people write about a category: derived from earlier requests and the city pack, counted anew every night."""

from django.db import models

from departments.models import Category


class LearnedTerm(models.Model):
    """A term (see `civic311.lib.lexemes`) and the share of a category's texts that hold it."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    term = models.CharField(max_length=90)
    share = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "term"],
                name="learned_term_once",
                violation_error_message="This term is counted already.",
            ),
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1),
                name="learned_term_share",
                violation_error_message="A share lies between 0 and 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.term
