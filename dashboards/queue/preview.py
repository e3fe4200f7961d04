"""The sentence a resident will read, before it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome


def closing_preview(target: ServiceRequest, data: dict[str, Any], now: dt.datetime) -> str:
    """What the page and the e-mail will say about a closing that is not sent yet."""
    if data["outcome"] == Outcome.SPAM:
        return _("Residents read nothing: spam is not shown online and nobody is told.")
    day = dateformat.format(timezone.localtime(now), "l, F j")
    outcome = str(Outcome(data["outcome"]).label)
    return _("%(outcome)s on %(day)s. %(answer)s") % {
        "outcome": outcome,
        "day": day,
        "answer": data["public_answer"].strip(),
    }
