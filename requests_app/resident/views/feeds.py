"""Public reports for programs: an RSS feed with places, and what search engines should know of."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.http import http_date, quote_etag
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civic311.lib import clock
from departments.models import City
from requests_app.queries.listing import BadFilter, Listed, Wanted, newest_numbers, public_list
from requests_app.queries.overview import public_areas, public_categories
from requests_app.resident.exploring import chosen_words, ways

ITEMS = 50
WORDS = 300
LISTED_FOR_SEARCH = 1000
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
GEORSS = "http://www.georss.org/georss"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class GeoFeed(Rss201rev2Feed):
    """RSS 2.0 with the place of each item as a GeoRSS point."""

    def latest_post_date(self) -> dt.datetime:
        """The newest item; for none the present day, so that an empty feed stays the same for a while."""
        today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return super().latest_post_date() if self.items else today

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:georss": GEORSS}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["point"]:
            handler.addQuickElement("georss:point", item["point"])


@login_not_required
@transaction.non_atomic_requests
def requests_rss(request: HttpRequest) -> HttpResponseBase:
    """The newest public reports that fit the filters of the list; 400 where a filter fits nothing we know."""
    try:
        wanted = Wanted.from_query(request.GET.dict())
    except BadFilter as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain; charset=utf-8")
    rows = public_list(wanted, limit=ITEMS).rows
    body = _feed(wanted, rows)
    etag = quote_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    changed = max((row.updated_at for row in rows), default=None)
    response = HttpResponse(body, content_type="application/rss+xml; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    # By the mark alone: a report taken offline changes the feed and leaves the newest time as it was.
    return get_conditional_response(request, etag=etag, response=response) or response


@login_not_required
@transaction.non_atomic_requests
def robots(request: HttpRequest) -> HttpResponse:
    """What programs need not read: forms, look-ups and pages behind secret links."""
    closed = ("/r/", "/u/", "/f/", "/my/", "/report/", "/track/", "/accounts/", "/admin/", "/queue/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('resident:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@transaction.non_atomic_requests
def sitemap(request: HttpRequest) -> HttpResponse:
    """The standing pages, every area and category, and the newest public reports."""
    names = ("home", "list", "map", "areas", "categories", "help", "privacy", "accessibility")
    paths = [reverse(f"resident:{name}") for name in names]
    paths += [
        reverse("resident:area", kwargs={"kind": area.kind, "slug": area.slug})
        for _kind, areas in public_areas()
        for area in areas
    ]
    paths += [reverse("resident:category", kwargs={"slug": row.slug}) for row in public_categories()]
    paths += [
        reverse("resident:request", kwargs={"number": number}) for number in newest_numbers(LISTED_FOR_SEARCH)
    ]
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = XMLGenerator(response, "utf-8", short_empty_elements=True)
    none: AttributesImpl[str] = AttributesImpl({})
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": SITEMAP}))
    for path in paths:
        xml.startElement("url", none)
        xml.startElement("loc", none)
        xml.characters(settings.SITE_URL + path)
        xml.endElement("loc")
        xml.endElement("url")
    xml.endElement("urlset")
    return response


def _feed(wanted: Wanted, rows: tuple[Listed, ...]) -> str:
    city = City.current()
    links = ways(wanted)
    title = f"{chosen_words(wanted)} · {city.shown_name} 311"
    feed = GeoFeed(
        title=_legal(title),
        link=settings.SITE_URL + links.list,
        description=_legal(
            _("Reports residents made to %(city)s, newest first.") % {"city": city.shown_full_name}
        ),
        language=get_language(),
        feed_url=settings.SITE_URL + links.feed,
    )
    for row in rows:
        url = settings.SITE_URL + reverse("resident:request", kwargs={"number": row.number})
        state = f"{row.status_label}: {row.outcome_label}" if row.outcome else row.status_label
        text = Truncator(" ".join(row.description.split())).chars(WORDS)
        feed.add_item(
            title=_legal(f"{row.category}: {row.address}" if row.address else row.category),
            link=url,
            description=_legal(f"{state}. {text}"),
            unique_id=url,
            unique_id_is_permalink=True,
            pubdate=row.created_at,
            categories=[_legal(row.category)],
            point=f"{row.latitude:.6f} {row.longitude:.6f}" if row.latitude is not None else "",
        )
    return str(feed.writeString("utf-8"))


def _legal(text: str) -> str:
    """The text without the characters XML cannot hold."""
    return _NOT_IN_XML.sub("", text)
