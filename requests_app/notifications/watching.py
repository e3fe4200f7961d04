"""An alert in words: "Pothole within 500 m of Main Street"."""

from django.utils.translation import gettext as _

from requests_app.models import Subscription


def watched_words(subscription: Subscription) -> str:
    """What an alert watches, in the active language."""
    kind = subscription.category.shown_name if subscription.category else _("Every kind of report")
    area = subscription.area.name if subscription.area else ""
    if subscription.radius_m is None:
        return _("%(kind)s in %(area)s") % {"kind": kind, "area": area} if area else kind
    place = subscription.place_label or f"{subscription.latitude:.5f}, {subscription.longitude:.5f}"
    words = {"kind": kind, "radius": radius_words(subscription.radius_m), "place": place, "area": area}
    if area:
        return _("%(kind)s in %(area)s, within %(radius)s of %(place)s") % words
    return _("%(kind)s within %(radius)s of %(place)s") % words


def radius_words(metres: int) -> str:
    """A radius as people say it, in feet and miles."""
    names = {150: _("500 feet"), 400: _("a quarter mile"), 800: _("half a mile"), 1600: _("a mile")}
    return names.get(metres) or _("%(metres)s metres") % {"metres": metres}
