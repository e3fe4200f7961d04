"""Vocabularies and small checks shared by the readers of a pack's files."""

import re
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CHANNELS = (
    "web",
    "app",
    "phone",
    "email",
    "sms",
    "walk_in",
    "mail",
    "social",
    "api",
    "staff",
    "council",
    "other",
)
STATUSES = ("new", "open", "in_progress", "on_hold", "with_partner", "closed")
OUTCOMES = (
    "fixed",
    "delivered",
    "already_fixed",
    "resolved_by_others",
    "violation_found",
    "no_violation",
    "not_found",
    "not_ours",
    "declined",
    "no_access",
    "information_given",
    "withdrawn",
    "duplicate",
    "spam",
    "not_recorded",
)
PLACEHOLDERS = ("number", "category", "address", "department", "date", "case_number", "city", "phone")
HAND_OVERS = ("mail", "open311", "phone", "none")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")

# Words residents must not meet (a city's own codes, desk language, blame); matched as whole words, without case.
BANNED_WORDS = (
    "actioned",
    "has been closed out",
    "citizen",
    "constituent",
    "dispatched",
    "escalation",
    "expedite",
    "facilitate",
    "herein",
    "inconvenience",
    "kindly",
    "leverage",
    "not our job",
    "pursuant",
    "remediate",
    "service level agreement",
    "service request number",
    "sla",
    "sr type",
    "the undersigned",
    "ticket",
    "utilize",
    "valued customer",
    "your patience",
)
_BANNED = re.compile(r"\b(" + "|".join(re.escape(word) for word in BANNED_WORDS) + r")\b", re.IGNORECASE)


def slug_problem(value: str) -> str:
    """Why a text is no slug, or ""."""
    return (
        ""
        if _SLUG.fullmatch(value)
        else f"{value!r} is not a slug: use lower-case letters, digits and single hyphens"
    )


def email_problem(value: str) -> str:
    """Why a text is no e-mail address, or "" (also for an empty text)."""
    return "" if not value or _EMAIL.fullmatch(value) else f"{value!r} is not an e-mail address"


def zone_problem(value: str) -> str:
    """Why a text is no IANA time zone, or ""."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{value!r} is not a time zone such as 'America/New_York'"
    return ""


def words_problem(text: str) -> str:
    """Why a text is not fit for residents (ux: plain words, no exclamation marks), or ""."""
    found = _BANNED.search(text)
    if found:
        return f"{found.group(0)!r} is not a plain word: say it as you would to a neighbor"
    if "!" in text or "¡" in text:
        return "no exclamation marks in texts for residents"
    return ""


def length_problem(text: str, most: int) -> str:
    """Why a text does not fit its place, or ""."""
    return "" if len(text) <= most else f"the text has {len(text)} characters, at most {most} fit"


def parse_time(value: object) -> time | None:
    """A "HH:MM" text or a TOML time; None when it is neither."""
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        return None


def parse_date(value: object) -> date | None:
    """A "YYYY-MM-DD" text or a TOML date; None when it is neither."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
