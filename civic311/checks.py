"""System checks: a production site that is set up wrongly does not start.

`civic311/gunicorn.py` runs them, deployment checks included, before the first worker; an error stops it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from civic311.lib.texts import stale

DEMO_EMAIL_DOMAIN = "@demo.example"
MIN_KEY_LENGTH = 50
MIN_DIFFERENT_CHARACTERS = 10
KNOWN_KEY_PREFIXES = ("insecure-", "django-insecure-", "change-me", "changeme", "dummy")
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1", "[::1]", "testserver"}
DURABILITY = {"fsync": ("on",), "full_page_writes": ("on",), "data_checksums": ("on",)}
# "local" is durable on this server, remote_* on more than one; only "off" loses acknowledged reports.
DURABLE_COMMITS = ("on", "local", "remote_write", "remote_apply")


def _is_production() -> bool:
    return str(settings.PROFILE) == "production"


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # what Django says to an empty one
        return ""


def is_weak_key(key: str) -> bool:
    """Whether a secret is too short, too monotonous, or one that was published with the source."""
    return (
        len(key) < MIN_KEY_LENGTH
        or len(set(key)) < MIN_DIFFERENT_CHARACTERS
        or key.lower().startswith(KNOWN_KEY_PREFIXES)
    )


@register(Tags.security)
def check_secrets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E001 DEBUG, E002 SECRET_KEY, E003 TRACKING_KEY."""
    if not _is_production():
        return []
    found: list[CheckMessage] = []
    hint = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(64))"'
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production.", hint="Unset DEBUG.", id="civic311.E001"))
    secret_key = _secret_key()
    if is_weak_key(secret_key):
        found.append(Error("SECRET_KEY is missing, short or publicly known.", hint=hint, id="civic311.E002"))
    if is_weak_key(settings.TRACKING_KEY) or secret_key == settings.TRACKING_KEY:
        found.append(
            Error(
                "TRACKING_KEY is missing, short, publicly known or the same as SECRET_KEY.",
                hint=f"{hint}. Tracking links stop working when it changes; keep it with the backups.",
                id="civic311.E003",
            )
        )
    return found


@register(Tags.urls)
def check_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E004 SITE_URL, E005 ALLOWED_HOSTS, E006 a demonstration that others could reach."""
    found: list[CheckMessage] = []
    if settings.PROFILE == "demo":
        if not set(settings.ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
            found.append(
                Error(
                    "The demo profile answers to this machine only.",
                    hint="Remove ALLOWED_HOSTS, or set CIVIC311_PROFILE=production.",
                    id="civic311.E006",
                )
            )
        return found
    if not _is_production():
        return found
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or not site.hostname or site.path or site.query:
        found.append(
            Error(
                "SITE_URL must be the public address, such as https://311.example.org.",
                hint="Links in messages are made from it, never from a request's Host.",
                id="civic311.E004",
            )
        )
    if not settings.ALLOWED_HOSTS or any(host in {"*", "."} for host in settings.ALLOWED_HOSTS):
        found.append(
            Error(
                "ALLOWED_HOSTS must name the site's hosts.",
                hint="Example: 311.example.org",
                id="civic311.E005",
            )
        )
    return found


@register(Tags.translation)
def check_translations(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E009 translations that were not compiled: residents would read English."""
    if not _is_production():
        return []
    return [
        Error(
            f"The translation {path.parent.parent.name} is not compiled, or older than its texts.",
            hint="Run: python manage.py texts compile",
            id="civic311.E009",
        )
        for path in stale(settings.LOCALE_PATHS)
    ]


@register(Tags.security, deploy=True)
def check_delivery(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """W001 mail that stays on this machine."""
    if _is_production() and not str(settings.EMAIL_BACKEND).endswith(
        ("smtp.EmailBackend", "ses.EmailBackend")
    ):
        return [
            Warning(
                "Messages are not sent: they are written to a file or the console.",
                hint="Set EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587",
                id="civic311.W001",
            )
        ]
    return []


@register(Tags.database)
def check_durability(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E007 a server that may lose what it acknowledged, W002 a server that could not be asked.

    Killing processes can't show a missing fsync, so the settings are read instead.
    """
    if not _is_production() or not databases or "default" not in databases:
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                [[*DURABILITY, "synchronous_commit"]],
            )
            values = dict(cursor.fetchall())
    except DatabaseError as error:
        text = str(error).split("\n", 1)[0]
        return [Warning(f"The database could not be asked for its durability: {text}", id="civic311.W002")]
    wanted = {**DURABILITY, "synchronous_commit": DURABLE_COMMITS}
    return [
        Error(
            f"The PostgreSQL server runs with {name} = {values.get(name, 'unknown')}.",
            hint="An acknowledged report could be lost. Turn it on, or use another server.",
            id="civic311.E007",
        )
        for name, good in wanted.items()
        if values.get(name) not in good
    ]


@register(Tags.database)
def check_demo_accounts(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E008 accounts of the demonstration, whose passwords were shown on a screen, in production."""
    if not _is_production() or not databases or "default" not in databases:
        return []
    users = get_user_model()._default_manager.filter(is_active=True, email__iendswith=DEMO_EMAIL_DOMAIN)
    try:
        found = users.count()
    except DatabaseError:  # away, or not migrated yet: then there are no accounts to sign in with
        return []
    if not found:
        return []
    return [
        Error(
            f"{found} accounts of the demonstration can sign in.",
            hint=f"Deactivate or delete the accounts ending in {DEMO_EMAIL_DOMAIN}.",
            id="civic311.E008",
        )
    ]
