"""Collecting the texts of the source: Python and Django templates, without GNU gettext. Needs Babel (development)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

SOURCES = ("civic311", "dashboards", "departments", "requests_app")
TEMPLATES = ("templates",)
SKIPPED = ("migrations", "history", "city_packs", "management")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Screens for staff may stay in English; everything else must be translated.
STAFF_ONLY = (
    "dashboards/",
    "templates/account/",
    "templates/allauth/",
    "templates/base_staff.html",
    "templates/components/account_header.html",
    "templates/components/user_menu.html",
    "templates/dashboards/",
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd%]|\{\w*\}")

Key = tuple[str | None, str]


@dataclass
class Text:
    """One text of the source: where it stands, and its plural where it has one."""

    context: str | None
    text: str
    plural: str = ""
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What tells it from others in a catalogue."""
        return (self.context, self.text)

    @property
    def is_public(self) -> bool:
        """Whether residents may read it."""
        return any(not file.startswith(STAFF_ONLY) for file in self.files)


def collect(base: Path) -> dict[Key, Text]:
    """Every text of the project below `base`, in the order of files and lines.

    Raises ModuleNotFoundError without Babel, SyntaxError and TemplateSyntaxError for files that cannot be read.
    """
    found: dict[Key, Text] = {}
    for path in _files(base):
        name = path.relative_to(base).as_posix()
        for text in _texts(path, name):
            known = found.setdefault(text.key, text)
            known.plural = known.plural or text.plural
            if name not in known.files:
                known.files.append(name)
    return found


def _files(base: Path) -> Iterator[Path]:
    for folder in (*TEMPLATES, *SOURCES):
        for path in sorted((base / folder).rglob("*")):
            inside = path.relative_to(base).parts
            if path.suffix not in {".py", ".html", ".txt", ".xml"} or set(SKIPPED) & set(inside):
                continue
            if path.suffix == ".py" or inside[0] == "templates" or "templates" in inside:
                yield path


def _texts(path: Path, name: str) -> Iterator[Text]:
    from babel.messages.extract import extract

    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Blanked words and calls; inside brackets Python's tokenizer does not mind how lines are indented.
        source = f"({templatize(source, origin=name)})"
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        if isinstance(message, str):
            yield Text(context, message, files=[name])
        elif message and message[0]:
            yield Text(context, message[0], message[1] or "", files=[name])


def placeholders(text: str) -> set[str]:
    """The places of a text that are filled in: "%(n)d", "{name}"."""
    return {match[0] for match in PLACEHOLDER.finditer(text) if match[0] != "%%"}


def merged(catalogue: polib.POFile, texts: dict[Key, Text]) -> polib.POFile:
    """The catalogue with exactly these texts: translations stay, references are renewed, what is gone is dropped."""
    old: dict[Key, polib.POEntry] = {
        (entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete
    }
    result = polib.POFile(wrapwidth=110)
    result.metadata = dict(catalogue.metadata)
    forms = plural_forms(catalogue)
    for text in texts.values():
        known = old.get(text.key)
        entry = polib.POEntry(
            msgctxt=text.context,
            msgid=text.text,
            msgid_plural=text.plural,
            occurrences=[(file, "") for file in sorted(text.files)],
            flags=["python-format"] if placeholders(text.text) - {"{", "}"} and "%" in text.text else [],
        )
        if text.plural:
            same = known is not None and known.msgid_plural == text.plural
            entry.msgstr_plural = {
                form: known.msgstr_plural.get(form, "") if known is not None and same else ""
                for form in range(forms)
            }
        elif known is not None:
            entry.msgstr = known.msgstr
        if known is not None:
            entry.tcomment = known.tcomment
            entry.flags += [flag for flag in known.flags if flag == "fuzzy"]
        result.append(entry)
    return result


def plural_forms(catalogue: polib.POFile) -> int:
    """How many plural forms the catalogue's language has. Raises ValueError when its header does not say."""
    match = re.search(r"nplurals\s*=\s*(\d+)", catalogue.metadata.get("Plural-Forms", ""))
    if match is None:
        raise ValueError("the catalogue's header has no Plural-Forms")
    return int(match[1])


def faults(catalogue: polib.POFile, texts: dict[Key, Text]) -> Iterator[str]:
    """What is wrong with a catalogue: texts not collected, gone, untranslated, or with other placeholders."""
    entries: dict[Key, polib.POEntry] = {
        (entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete
    }
    forms = plural_forms(catalogue)
    for key in entries.keys() - texts.keys():
        yield f"{key[1]!r} is not in the source any more: run manage.py texts collect"
    for key, text in texts.items():
        entry = entries.get(key)
        place = text.files[0]
        if entry is None or (text.plural and entry.msgid_plural != text.plural):
            yield f"{place}: {text.text!r} was not collected: run manage.py texts collect"
        elif text.is_public:
            yield from (f"{place}: {text.text!r}: {fault}" for fault in _entry_faults(entry, forms))


def _entry_faults(entry: polib.POEntry, forms: int) -> Iterator[str]:
    if entry.fuzzy:
        yield "the translation is marked as fuzzy"
    words = (
        [entry.msgstr_plural.get(form, "") for form in range(forms)] if entry.msgid_plural else [entry.msgstr]
    )
    if not all(word.strip() for word in words):
        yield "a plural form is missing" if entry.msgid_plural and any(words) else "there is no translation"
        return
    # A singular may say "one" in words, in English as in the translation; more than the plural's is a mistake.
    allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
    for form, word in enumerate(words):
        wanted = placeholders(entry.msgid if not entry.msgid_plural or form == 0 else entry.msgid_plural)
        if not placeholders(word) <= allowed or not wanted <= placeholders(word) | (
            {"%(n)d", "%(count)d", "%(counter)s"} if form == 0 and entry.msgid_plural else set()
        ):
            yield f"the placeholders differ: {sorted(wanted)} and {sorted(placeholders(word))}"
