"""Template helpers of the design system: times, badges, navigation, sorting."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import dateformat, timezone
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from civic311.lib.fields import draw_hint_and_error

register = template.Library()

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800


def relative_words(seconds: float) -> str:
    """Say a distance in time in words: positive seconds lie in the past, negative in the future."""
    size = abs(seconds)
    if size < MINUTE:
        return _("just now")
    if size < HOUR:
        count = int(size // MINUTE)
        past, future = (
            ngettext("%(n)d minute ago", "%(n)d minutes ago", count),
            ngettext("in %(n)d minute", "in %(n)d minutes", count),
        )
    elif size < DAY:
        count = int(size // HOUR)
        past, future = (
            ngettext("%(n)d hour ago", "%(n)d hours ago", count),
            ngettext("in %(n)d hour", "in %(n)d hours", count),
        )
    elif size < 9 * WEEK:
        count = int(size // DAY)
        past, future = (
            ngettext("%(n)d day ago", "%(n)d days ago", count),
            ngettext("in %(n)d day", "in %(n)d days", count),
        )
    else:
        count = int(size // (30.44 * DAY))
        past, future = (
            ngettext("%(n)d month ago", "%(n)d months ago", count),
            ngettext("in %(n)d month", "in %(n)d months", count),
        )
    return (past if seconds > 0 else future) % {"n": count}


def short_age(seconds: float) -> str:
    """Say a length of time in one number and one letter, as dense tables need it: "3 h", "12 d"."""
    size = abs(seconds)
    if size < HOUR:
        return pgettext("short minutes", "%d min") % int(size // MINUTE)
    if size < DAY:
        return pgettext("short hours", "%d h") % int(size // HOUR)
    return pgettext("short days", "%d d") % int(size // DAY)


def overdue_words(seconds: float) -> str:
    """Say how late something is: "overdue 3 d"."""
    return pgettext("clock", "overdue %s") % short_age(seconds)


def _month(local: datetime) -> str:
    """ "Mar"; other languages write it as their catalogue does: "mar"."""
    name = str(MONTHS_3[local.month])
    return name.title() if (get_language() or "en").startswith("en") else name


def stamp(local: datetime, now: datetime) -> str:
    """ "Tue 4 Mar, 09:12", with the year where it is not the present one."""
    weekday, month = WEEKDAYS_ABBR[local.weekday()], _month(local)
    year = f" {local.year}" if local.year != timezone.localtime(now).year else ""
    return f"{weekday} {local.day} {month}{year}, {local:%H:%M}"


def exact(local: datetime) -> str:
    """To the second, for a title: numbers only, since tables hold hundreds of them."""
    return f"{local:%Y-%m-%d %H:%M:%S %Z}"


def day_words(local: datetime, *, with_year: bool) -> str:
    """ "Tue 4 Mar", or "4 Mar 2025" where the year must be said; by hand, since tables hold hundreds of them."""
    month = _month(local)
    return (
        f"{local.day} {month} {local.year}"
        if with_year
        else f"{WEEKDAYS_ABBR[local.weekday()]} {local.day} {month}"
    )


@register.filter
def long_date(value: date | None) -> str:
    """Show a day in full, in the city's zone and the reader's order: "Wednesday, March 4", "miércoles 4 de marzo".

    The year appears when it is not the present one. An empty value gives an empty text.
    """
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) else value
    if day.year == timezone.localdate().year:
        return dateformat.format(day, pgettext("date format", "l, F j"))
    return dateformat.format(day, pgettext("date format", "l, F j, Y"))


@register.simple_tag
def local_time(value: datetime | None, now: datetime | None = None, relative: bool = True) -> str:
    """Show an instant as "Tue 4 Mar, 09:12 · 2 days ago" in the current zone, exact time in the title.

    The year appears when it is not the present one. An empty value gives a dash.
    """
    if value is None:
        return "–"
    instant = now or timezone.now()
    local = timezone.localtime(value)
    words = stamp(local, instant)
    if relative:
        words = f"{words} · {relative_words((instant - value).total_seconds())}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), exact(local), words
    )


@register.simple_tag
def age(value: datetime | None, now: datetime | None = None) -> str:
    """Show how long ago an instant was, in one number and one letter, exact time in the title."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    seconds = ((now or timezone.now()) - value).total_seconds()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        exact(local),
        short_age(seconds),
    )


@register.simple_tag
def due_time(value: datetime | None, now: datetime | None = None, running: bool = True) -> str:
    """Show a due date in a dense table: date, and when it has passed the words "overdue 3 d" in red.

    ``running`` is false for a request whose clock no longer runs (closed): then only the date is shown.
    """
    if value is None:
        return "–"
    instant = now or timezone.now()
    local = timezone.localtime(value)
    date = day_words(local, with_year=local.year != timezone.localtime(instant).year)
    late = (instant - value).total_seconds()
    stamp = format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), exact(local), date
    )
    if not running or late <= 0:
        return stamp
    words = overdue_words(late)
    return format_html('{} <span class="badge badge--overdue">{}</span>', stamp, words)


@register.simple_tag
def status_badge(status: str, label: str, outcome_label: str = "") -> SafeString:
    """Show a status in its colour and its words; a closed one adds its outcome ("Closed: fixed")."""
    words = f"{label}: {outcome_label}" if outcome_label else label
    return format_html('<span class="badge badge--{}">{}</span>', status, words)


@register.simple_tag
@lru_cache(maxsize=64)
def page_url(url_name: str) -> str:
    """Give the address of a page without arguments, looked up once per process; empty if there is no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, url_name: str, label: str, prefix: str = "") -> str:
    """Show one item of the navigation, marked as current below its address; nothing if the page does not exist.

    ``prefix`` replaces the address in the comparison, where a section holds more than its first page.
    """
    url = page_url(url_name)
    if not url:
        return ""
    request = context.get("request")
    path = request.path if isinstance(request, HttpRequest) else ""
    start = prefix or url
    current = path == url if start == "/" else path.startswith(start)
    if current:
        return format_html('<li><a href="{}" aria-current="page">{}</a></li>', url, label)
    return format_html('<li><a href="{}">{}</a></li>', url, label)


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context, key: str, label: str, current: str = "", css: str = "", short: str = ""
) -> SafeString:
    """Show a table header that sorts by ``key``: a link that keeps the filters and turns the order.

    ``current`` is the sort in force (``"due"`` or ``"-due"``); the page number is dropped. A ``key`` with a minus falls
    first. ``short`` stands in the place of a long label, which is then read out.
    """
    request = context.get("request")
    query: QueryDict = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    query.pop("page", None)
    falls_first, key = key.startswith("-"), key.removeprefix("-")
    descending = current == f"-{key}"
    active = descending or current == key
    turned = current == key or (falls_first and not active)
    query["sort"] = f"-{key}" if turned else key
    state = ""
    if active:
        state = "descending" if descending else "ascending"
    if short:
        words = '<span aria-hidden="true" title="{}">{}</span><span class="sr-only">{}</span>'
        label = format_html(words, label, short, label)
    return format_html(
        '<th scope="col"{}{}><a class="sort" id="sort-{}" href="?{}">{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', state) if state else "",
        key,
        query.urlencode(),
        label,
    )


@register.simple_tag
def hint_and_error(field: BoundField) -> SafeString:
    """Show the hint and the error of a field, for components that draw the rest themselves."""
    return draw_hint_and_error(field)


@register.filter
def one_line(text: str) -> str:
    """Give the text with every run of white space, line ends too, as one space."""
    return " ".join(text.split())


@register.simple_tag
def bar_width(value: float | None, maximum: float | None) -> str:
    """Give the width of a bar as a percentage of its ground, for an SVG attribute: "42.5%"."""
    if not value or not maximum:
        return "0%"
    return f"{max(0.0, min(100.0, 100.0 * value / maximum)):.1f}%"
