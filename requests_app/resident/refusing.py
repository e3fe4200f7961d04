"""What a sender reads who is refused for a time: why, until when, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext as _

from civic311.lib.templatetags.ui import long_date
from departments.models import City
from requests_app.models import Ban


def banned_words(ban: Ban) -> str:
    """One paragraph over the form; the emergency line and what was typed stay where they are."""
    words = _(
        "You cannot send reports online until %(date)s. The reason: %(reason)s. Nothing was sent. You can call us at %(phone)s; in danger, call 911. The links of your earlier reports still work."
    )
    return words % {
        "date": long_date(ban.expires_at),
        "reason": ban.reason.rstrip(". "),
        "phone": City.current().phone,
    }
