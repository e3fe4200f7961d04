"""Lines of public reports, written out in Python: lists of them are the most read pages.

Every value goes through `escape`; markup is only what stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.templatetags.ui import exact, relative_words, stamp
from requests_app.queries.listing import Listed

register = template.Library()


@register.simple_tag
def report_lines(rows: Iterable[Listed]) -> SafeString:
    """Show public reports as a list: picture, kind and number, status and place, age."""
    request_url = reverse("resident:request", kwargs={"number": "0"})
    photo_url = reverse("resident:photo", kwargs={"public_id": "0", "size": "small"})
    now = timezone.now()
    lines = "".join(_line(row, request_url, photo_url, now) for row in rows)
    return SafeString(f'<ul class="reports">{lines}</ul>')


def _line(row: Listed, request_url: str, photo_url: str, now: dt.datetime) -> str:
    picture = ""
    if row.photo_id:
        source = escape(photo_url.replace("/0/", f"/{row.photo_id}/"))
        picture = f'<img src="{source}" alt="" width="72" height="72" loading="lazy">'
    number = escape(row.number)
    link = escape(request_url.replace("/0/", f"/{row.number}/"))
    status = f"{row.status_label}: {row.outcome_label}" if row.outcome else row.status_label
    away = "" if row.distance_m is None else _("%(metres)s m away") % {"metres": row.distance_m} + " · "
    local = timezone.localtime(row.created_at)
    age = f"{stamp(local, now)} · {relative_words((now - row.created_at).total_seconds())}"
    return (
        f'<li class="report-line">{picture}<div><p class="report-line__title"><a href="{link}">{escape(row.category)}'
        f' <span class="report-line__number">{number}</span></a></p>'
        f'<p class="flush"><span class="badge badge--{escape(row.status.value)}">{escape(status)}</span>'
        f" {escape(row.address)}</p>"
        f'<p class="report-line__meta">{escape(away)}<time datetime="{local.isoformat(timespec="seconds")}"'
        f' title="{escape(exact(local))}">{escape(age)}</time>{escape(_support(row.support_count))}</p></div></li>'
    )


def _support(people: int) -> str:
    if not people:
        return ""
    words = ngettext(
        "%(people)s person says it is theirs too", "%(people)s people say it is theirs too", people
    )
    return " · " + words % {"people": people}
