"""The sentence a resident will read, before it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from departments.kinds import Kind
from requests_app.models import ServiceRequest
from requests_app.resident.presenters import outcome_sentence
from requests_app.workflow import Outcome


def closing_preview(target: ServiceRequest, data: dict[str, Any], now: dt.datetime) -> str:
    """What the page and the e-mail will say about a closing that is not sent yet."""
    if data["outcome"] == Outcome.SPAM:
        return _("Residents read nothing: spam is not shown online and nobody is told.")
    department = target.department.name if target.department else ""
    sentence = outcome_sentence(data["outcome"], Kind(target.category.kind), now, department)
    return f"{sentence} {data['public_answer'].strip()}"
