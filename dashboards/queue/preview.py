"""The sentence a resident will read, before it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from dashboards.queue.forms import whole_answer
from departments.kinds import Kind
from departments.models import Partner
from requests_app.models import ServiceRequest
from requests_app.queries.endings import Ending, outcome_sentence
from requests_app.workflow import Outcome


def closing_preview(target: ServiceRequest, data: dict[str, Any], now: dt.datetime) -> str:
    """What the page and the e-mail will say about a closing that is not sent yet."""
    if data["outcome"] == Outcome.SPAM:
        return _("Residents read nothing: spam is not shown online and nobody is told.")
    department = target.department.name if target.department else ""
    partner = Partner.objects.filter(pk=data["partner"]).first() if data.get("partner") else target.partner
    sentence = outcome_sentence(
        Ending(
            outcome=data["outcome"],
            kind=Kind(target.category.kind),
            closed_at=now,
            department=department,
            for_holder=True,
            case_number=data.get("case_number") or "",
            comply_by=data.get("comply_by"),
            try_again_on=data.get("try_again_on"),
            lead=data.get("lead", ""),
            partner=partner.name if partner else "",
            partner_phone=partner.phone if partner else "",
            reference=data.get("partner_reference", ""),
        )
    )
    return f"{sentence} {whole_answer(data)}"
