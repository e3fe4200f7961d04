"""Whether the report leads or follows others of the same problem; otherwise the way to look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def follows(at: At) -> dict[str, Any] | None:
    """Above everything: nothing is done here. One question, for the number of the report this one follows."""
    if at.target.lead is None:
        return None
    return {"lead": at.target.lead.number, "count": 0}


def leads(at: At) -> dict[str, Any] | None:
    """How many follow this report, or the way to look for some. No question to the database."""
    target = at.target
    if target.lead_id is not None:
        return None
    if target.merged_count:
        return {"lead": "", "count": target.merged_count}
    if "merge" in at.allowed and target.category.may_be_shared:
        return {"lead": "", "count": 0, "is_row": True}
    return None
