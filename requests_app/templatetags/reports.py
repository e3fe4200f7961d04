"""Lines of public reports, written out in Python: lists of them are the most read pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.templatetags.ui import local_time
from requests_app.queries.listing import Listed

register = template.Library()


@register.simple_tag
def report_lines(rows: Iterable[Listed]) -> SafeString:
    """Show public reports as a list: picture, kind and number, status and place, age."""
    request_url = reverse("resident:request", kwargs={"number": "0"})
    photo_url = reverse("resident:photo", kwargs={"public_id": "0", "size": "small"})
    lines = format_html_join("", "{}", ((_line(row, request_url, photo_url),) for row in rows))
    return format_html('<ul class="reports">{}</ul>', lines)


def _line(row: Listed, request_url: str, photo_url: str) -> SafeString:
    picture = ""
    if row.photo_id:
        picture = format_html(
            '<img src="{}" alt="" width="72" height="72" loading="lazy">',
            photo_url.replace("/0/", f"/{row.photo_id}/"),
        )
    status = f"{row.status_label}: {row.outcome_label}" if row.outcome else row.status_label
    return format_html(
        '<li class="report-line">{}<div><p class="report-line__title"><a href="{}">{}'
        ' <span class="report-line__number">{}</span></a></p>'
        '<p class="flush"><span class="badge badge--{}">{}</span> {}</p>'
        '<p class="report-line__meta">{}{}{}</p></div></li>',
        picture,
        request_url.replace("/0/", f"/{row.number}/"),
        row.category,
        row.number,
        row.status.value,
        status,
        row.address,
        "" if row.distance_m is None else _("%(metres)s m away") % {"metres": row.distance_m} + " · ",
        local_time(row.created_at),
        _support(row.support_count),
    )


def _support(people: int) -> str:
    if not people:
        return ""
    words = ngettext(
        "%(people)s person says it is theirs too", "%(people)s people say it is theirs too", people
    )
    return " · " + words % {"people": people}
