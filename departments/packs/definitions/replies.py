"""Texts staff begin an answer with."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReplyDef:
    """A [[template]] of reply_templates.toml; ``text`` by language. Empty: any category, every department, for notes."""

    slug: str
    name: str
    category: str
    department: str
    outcome: str
    text: Mapping[str, str]
    order: int
    line: int
