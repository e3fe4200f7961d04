"""System checks of the map's setting: a provider's tiles need a usable address, its name on the map, and its leave."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from civic311.lib.tilehosts import template_problem

BASEMAPS = ("features", "url")
# Volunteers pay for these servers; their policy refuses heavy or commercial use.
REFUSED_HOSTS = ("openstreetmap.org", "osm.org")
_HINT = "BASEMAP=features draws the map from the city pack and needs nobody."


@register(Tags.urls)
def check_basemap(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E010 an unknown back-end or unusable template, E011 no attribution, E012 plain http, E013 refused servers."""
    if settings.BASEMAP not in BASEMAPS:
        return [
            Error(f"BASEMAP must be one of {', '.join(BASEMAPS)}.", hint=_HINT, id="civic311.E010"),
        ]
    if settings.BASEMAP == "features":
        return []
    found: list[CheckMessage] = []
    problem = template_problem(settings.BASEMAP_URL)
    if problem:
        hint = "Example: https://tiles.example.org/{z}/{x}/{y}.png"
        return [Error(f"BASEMAP_URL can't be used: {problem}.", hint=hint, id="civic311.E010")]
    if not settings.BASEMAP_ATTRIBUTION.strip():
        found.append(
            Error(
                "BASEMAP_ATTRIBUTION is empty: the map must name its provider.",
                hint="Write what the provider's terms ask for, as plain text.",
                id="civic311.E011",
            )
        )
    parts = urlsplit(settings.BASEMAP_URL)
    if settings.PROFILE == "production" and parts.scheme != "https":
        found.append(
            Error(
                "BASEMAP_URL is not https: browsers block its pictures, or others could change them.",
                hint="Use the provider's https address.",
                id="civic311.E012",
            )
        )
    host = (parts.hostname or "").rstrip(".").lower()
    if any(host == refused or host.endswith(f".{refused}") for refused in REFUSED_HOSTS):
        found.append(
            Error(
                "BASEMAP_URL points to the public OpenStreetMap servers: their policy forbids it.",
                hint=f"Take a provider you have an agreement with. {_HINT}",
                id="civic311.E013",
            )
        )
    return found
