"""Which entries of the staff menu a role has: those it can open."""

from __future__ import annotations

from django import template

from dashboards.constituents.access import FILERS
from dashboards.reports.scope import READERS

register = template.Library()


@register.filter
def reads_reports(role: str) -> bool:
    """Whether the figures are for this role."""
    return role in READERS


@register.filter
def files_for_constituents(role: str) -> bool:
    """Whether this role files requests for constituents."""
    return role in FILERS
