"""The way back from a request to the list it was opened from."""

from typing import Any

from django import template

from dashboards.queue.list.walking import walk

register = template.Library()


@register.inclusion_tag("dashboards/queue/list/_walk.html", takes_context=True)
def list_walk(context: template.Context, number: str) -> dict[str, Any]:
    """Links back to the list, and to the requests above and below in it."""
    return {"walk": walk(context["request"], number)}
