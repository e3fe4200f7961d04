"""Where a visitor may be sent next."""

import re

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


def safe_next(request: HttpRequest, default: str) -> str:
    """The ``next`` parameter when it is a path of this site, else ``default``."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not target.startswith("/") or target.startswith("//") or _CONTROL.search(target):
        return default
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return default
    return target
