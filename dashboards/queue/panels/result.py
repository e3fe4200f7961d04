"""A photo of the result, from the desk: what a crew sent by mail, or what was missing when it was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """The form's address, for those who may show a result; a request that follows another has none of its own."""
    if "add_result_photo" not in at.allowed or at.target.lead_id is not None:
        return None
    return {
        "is_row": True,
        "url": reverse("queue:result", args=[at.target.number]),
        "asked": at.target.category.closing_photo and at.target.is_open,
    }
