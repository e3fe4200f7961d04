"""Where a visitor may be sent next."""

import re

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\]")


def is_own_path(target: str) -> bool:
    """Whether an address is a path of this site and nothing a browser could read as another host's."""
    if not target.startswith("/") or target.startswith("//") or _CONTROL.search(target):
        return False
    return url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def safe_next(request: HttpRequest, default: str) -> str:
    """The ``next`` parameter when it is a path of this site, else ``default``."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if is_own_path(target) else default
