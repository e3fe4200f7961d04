"""The history's sentences about what was hidden, corrected, split, objected to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import RequestEvent


def photo_redacted(event: RequestEvent) -> str:
    count = int(event.data.get("boxes") or 1)
    return ngettext("A photo was redacted: %(n)s box", "A photo was redacted: %(n)s boxes", count) % {
        "n": count
    }


def text_redacted(event: RequestEvent) -> str:
    count = int(event.data.get("texts") or 1)
    return ngettext("Words were hidden in %(n)s text", "Words were hidden in %(n)s texts", count) % {
        "n": count
    }


def disposed(event: RequestEvent) -> str:
    words = _("The unredacted version was destroyed: photos %(photos)s, texts %(texts)s")
    return words % {"photos": event.data.get("photos", 0), "texts": event.data.get("texts", 0)}


def place_corrected(event: RequestEvent) -> str:
    parts = [_("The place was corrected")]
    if event.data.get("meters"):
        parts.append(_("%(meters)s m away") % {"meters": f"{event.data['meters']:,}"})
    before, after = event.data.get("areas_from") or [], event.data.get("areas_to") or []
    if sorted(before) != sorted(after) and after:
        parts.append(_("now in %(areas)s") % {"areas": ", ".join(map(str, after))})
    if event.data.get("department_to"):
        parts.append(_("now with %(department)s") % {"department": event.data["department_to"]})
    return " · ".join(parts)


def split(event: RequestEvent) -> str:
    return _("Split in two: the other part is %(number)s") % {"number": event.data.get("into", "")}


def born_of(event: RequestEvent) -> str:
    """How a report began that was a part of another; empty for nearly all."""
    number = str(event.data.get("split_from") or "")
    return _("Split from %(number)s") % {"number": number} if number else ""


def published(event: RequestEvent) -> str:
    return _("Shown online after the objection") if event.data.get("objection") else _("Shown online")


def unpublished(event: RequestEvent) -> str:
    return _("Stays hidden after the objection") if event.data.get("objection") else _("Taken offline")


def appealed(event: RequestEvent) -> str:
    return _("The reporter objects to the hiding")
