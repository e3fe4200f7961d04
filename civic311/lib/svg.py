"""Markup built in Python where templates are too slow: the one audited place that calls text safe.

Everything that comes in is escaped here, attribute values and text alike; only what this module made itself is
taken as it is.
"""

from collections.abc import Iterable, Mapping
from html import escape

from django.utils.safestring import SafeString


def element(name: str, attributes: Mapping[str, str], *children: str) -> SafeString:
    """``<name attributes>children</name>``. Names are written in code, never data; values and texts are escaped."""
    return SafeString(f"<{name}{_attributes(attributes)}>{_inner(children)}</{name}>")


def empty_element(name: str, attributes: Mapping[str, str]) -> SafeString:
    """``<name attributes/>``, for SVG marks without content."""
    return SafeString(f"<{name}{_attributes(attributes)}/>")


def joined(parts: Iterable[str]) -> SafeString:
    """Pieces one after another; those not made here are escaped."""
    return SafeString(_inner(parts))


def _attributes(values: Mapping[str, str]) -> str:
    return "".join([f' {name}="{escape(value)}"' for name, value in values.items()])


def _inner(children: Iterable[str]) -> str:
    return "".join([child if isinstance(child, SafeString) else escape(child) for child in children])
