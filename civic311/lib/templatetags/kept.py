"""Parts of a page that are the same for everybody, drawn once and kept in memory."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 64
"""How many versions of one part are kept, in each process."""


class KeptNode(Node):
    """Draws its content once for each language and each set of the values it names."""

    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self.kept: dict[Any, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The content, from memory where these values were met before."""
        found = [value.resolve(context, ignore_failures=True) for value in self.values]
        # the type tells trusted text from the same text that must be escaped
        key = (get_language(), *((type(value), str(value)) for value in found))
        drawn = self.kept.get(key)
        if drawn is None:
            if len(self.kept) >= MOST:
                self.kept.clear()
            drawn = self.kept[key] = self.nodelist.render(context)
        return drawn


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands up to ``endkept``: ``{% kept city.phone user.is_authenticated %}…{% endkept %}``.

    Every value the content depends on, besides the language, must be named. Blocks and tokens against forged forms
    cannot be kept: a block differs from page to page, a token from visitor to visitor.
    """
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    if any(nodelist.get_nodes_by_type(unfit) for unfit in (BlockNode, CsrfTokenNode)):
        raise template.TemplateSyntaxError("a block or a token of a form cannot be kept")
    return KeptNode(nodelist, values)


@register.filter
def section(path: str) -> str:
    """Give the first part of an address: what the main navigation goes by."""
    return str(path).partition("?")[0].split("/", 2)[1] if "/" in str(path) else ""
