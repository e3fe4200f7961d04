"""Tables of the shared parts."""

from django.db import models


class RateLimit(models.Model):
    """A token bucket. Written by one statement in `civic311.lib.ratelimit`; swept after a day."""

    key = models.CharField(max_length=200, primary_key=True)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()

    class Meta:
        db_table = "rate_limit"

    def __str__(self) -> str:
        return self.key
