"""A right-to-left language made for tests: every text of the catalogue in Arabic letters, placeholders kept.

What is still in Latin letters on a page did not go through gettext, or is data.
"""

from __future__ import annotations

import re
from pathlib import Path

import polib

LANGUAGE = "ar"
PLURAL_FORMS = "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
FORMATS = "date format"
"""Texts with this context are patterns of dates, not words."""
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|&\w+;|<[^>]*>)")
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنه")


def pseudo(text: str) -> str:
    """The text in Arabic letters: "Track %(n)d" becomes letters, a space and "%(n)d"."""
    return "".join(
        part if _KEPT.fullmatch(part) else part.lower().translate(_LETTERS) for part in _KEPT.split(text)
    )


def write_pseudo(source: Path, folder: Path) -> None:
    """Make the catalogue of the pseudo-language in ``folder`` from the texts of ``source``."""
    from civic311.lib.texts import write_mo

    target = folder / LANGUAGE / "LC_MESSAGES" / "django.mo"
    if target.exists() and target.stat().st_mtime_ns >= max(
        source.stat().st_mtime_ns, Path(__file__).stat().st_mtime_ns
    ):
        return
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": LANGUAGE,
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": PLURAL_FORMS,
    }
    for entry in polib.pofile(str(source)):
        word = entry.msgid if entry.msgctxt == FORMATS else pseudo(entry.msgid_plural or entry.msgid)
        catalogue.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr="" if entry.msgid_plural else word,
                msgstr_plural=dict.fromkeys(range(6), word) if entry.msgid_plural else {},
            )
        )
    write_mo(catalogue, target)
