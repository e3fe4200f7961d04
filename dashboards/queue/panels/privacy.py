"""What can be hidden, corrected and split: links to pages of their own, no query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests_app.queries.restricted import may_see_unredacted

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """None where the role may do none of it now."""
    found = {
        "number": at.target.number,
        "text": "redact_text" in at.allowed,
        "place": "correct_place" in at.allowed,
        "split": "split" in at.allowed,
        "unredacted": at.target.is_restricted and may_see_unredacted(at.user),
        "withheld_reason": at.target.withheld_reason,
    }
    shown = ("text", "place", "split", "unredacted", "withheld_reason")
    return found if any(found[name] for name in shown) else None
