"""A page for paper: tables of numbers unfolded, because what is folded away does not print in every browser."""

from __future__ import annotations

from django.utils.safestring import SafeString

_FOLDED = '<details class="chart-numbers">'
_UNFOLDED = '<details class="chart-numbers" open>'


def unfolded(markup: SafeString) -> SafeString:
    """A figure with its table of numbers open; nothing but a fixed attribute is added to markup that is safe already."""
    return SafeString(markup.replace(_FOLDED, _UNFOLDED))
