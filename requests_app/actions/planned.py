"""What a move would write, before anything is written: single actions and bulk changes share it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Plan:
    """The words and columns of one move of one request. Making one refuses what cannot be, and writes nothing."""

    move: str
    changes: dict[str, Any] = field(default_factory=dict)
    public_note: str = ""
    reporter_note: str = ""
    internal_note: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def words(self) -> dict[str, Any]:
        """As `requests_app.actions.transition.transition` takes them."""
        return dict(vars(self))
