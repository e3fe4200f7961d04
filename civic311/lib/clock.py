"""The one clock of the product: aware, UTC."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """The present instant. Actions get it passed in; only views, tasks and commands ask."""
    return timezone.now()
