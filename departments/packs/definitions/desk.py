"""What operators say and know: scripts of categories, articles, whom to transfer to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ScriptDef:
    """desk.toml, [[script]]: by language, what to ask, to say, when to send to 911, and who else helps."""

    categories: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]]
    line: int


@dataclass(frozen=True, slots=True)
class ReferralDef:
    """Somebody outside the city's departments who helps."""

    name: str
    phone: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class ArticleDef:
    """articles.toml, [[article]]. `texts` by language: title, summary, body, script."""

    slug: str
    topic: str
    category: str
    keywords: str
    public: bool
    valid_until: date | None
    referrals: tuple[ReferralDef, ...]
    texts: Mapping[str, Mapping[str, str]]
    line: int


@dataclass(frozen=True, slots=True)
class TransferDef:
    """desk.toml, [[transfer]]. No calendar: day and night."""

    slug: str
    name: str
    phone: str
    department: str
    calendar: str
    languages: str
    keywords: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class DeskDef:
    """All of it; empty where the pack has neither file."""

    scripts: tuple[ScriptDef, ...] = ()
    articles: tuple[ArticleDef, ...] = ()
    transfers: tuple[TransferDef, ...] = ()
