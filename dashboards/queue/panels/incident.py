"""Whether the report leads or follows others of the same problem; otherwise the way to look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests_app.models import ServiceRequest

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """No question to the database, but one for the number of the report this one follows."""
    target = at.target
    if target.lead_id is not None:
        number = ServiceRequest.objects.values_list("number", flat=True).get(pk=target.lead_id)
        return {"lead": number, "count": 0}
    if target.merged_count:
        return {"lead": "", "count": target.merged_count}
    if "merge" in at.allowed and target.category.may_be_shared:
        return {"lead": "", "count": 0}
    return None
