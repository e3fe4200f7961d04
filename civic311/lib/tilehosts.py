"""Hosts of a map's provider: from the template of its tiles to what a page may load. Imported by the settings."""

import re
from urllib.parse import urlsplit

FIELDS = ("{z}", "{x}", "{y}")


def template_problem(url: str) -> str:
    """Why a template of tiles can't be used, or ""."""
    missing = [field for field in FIELDS if field not in url]
    if missing:
        return f"it has no {', '.join(missing)}"
    parts = urlsplit(_filled(url))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "it is no http or https address"
    if re.search(r"[{}\s;,'\"]", _filled(url)):
        return "only {z}, {x} and {y} may stand in it"
    return ""


def tile_hosts(basemap: str, url: str) -> list[str]:
    """Origins from which pages may load tiles: none when the city draws its own, or the template is no good."""
    if basemap != "url" or template_problem(url):
        return []
    parts = urlsplit(_filled(url))
    return [f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"]


def _filled(url: str) -> str:
    for field in FIELDS:
        url = url.replace(field, "0")
    return url
