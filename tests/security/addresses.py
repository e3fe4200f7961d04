"""Every address of the project, and what can be put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_PLACEHOLDER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Address:
    """One route of the URLconf, its full name and its view."""

    route: str
    name: str
    view: Any

    @property
    def is_ours(self) -> bool:
        """Not the administration's and not the account library's."""
        return not self.route.startswith(("admin/", "accounts/"))

    @property
    def is_regex(self) -> bool:
        return "(?P" in self.route

    @property
    def is_public(self) -> bool:
        return not getattr(self.view, "login_required", True)

    @property
    def placeholders(self) -> list[str]:
        return [found["name"] for found in _PLACEHOLDER.finditer(self.route)]

    def path(self, words: dict[str, str]) -> str:
        """The address with its placeholders filled in; KeyError for one nobody thought of."""
        return "/" + _PLACEHOLDER.sub(lambda found: words[found["name"]], self.route)


def _walk(resolver: URLResolver, before: str, names: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, route, names + (f"{each.namespace}:" if each.namespace else ""))
        else:
            assert isinstance(each, URLPattern)
            yield Address(route, names + (each.name or ""), each.callback)


def addresses() -> list[Address]:
    """All of them, those of the libraries included."""
    return sorted(_walk(get_resolver(), "", ""), key=lambda address: address.route)


def ours() -> list[Address]:
    """Those whose views we wrote."""
    return [address for address in addresses() if address.is_ours]


def by_section() -> dict[str, list[Address]]:
    """`ours` by the first word of the path: what one test tries on one small world."""
    sections: dict[str, list[Address]] = {}
    for address in ours():
        sections.setdefault(address.route.partition("/")[0] or "front", []).append(address)
    return sections
