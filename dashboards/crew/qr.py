"""QR codes as the outline of one SVG path: sharp in print, and no markup to trust."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""


@dataclass(frozen=True)
class Code:
    """A code as a template draws it: the side of the square in modules, and the path of its dark ones."""

    side: int
    path: str


def qr(text: str) -> Code:
    """The code of an address, with the level of correction (M) that survives a folded sheet."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    strokes = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                strokes.append(f"M{x + QUIET_ZONE} {y}h{run - x}v1h-{run - x}z")
            x = max(run, x + 1)
    return Code(len(rows) + 2 * QUIET_ZONE, "".join(strokes))
