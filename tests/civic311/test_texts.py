"""The translations are fresh and complete, and the tools that keep them so do what they say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import ngettext

from civic311.checks import check_translations
from civic311.lib.texts import compile_stale, stale
from civic311.management.collecting import Text, collect, faults, merged, placeholders, plural_forms

SPANISH = Path(settings.BASE_DIR) / "locale" / "es" / "LC_MESSAGES" / "django.po"
HEADER = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=3; plural=n == 1 ? 0 : n != 0 && n %% 1000000 == 0 ? 1 : 2;\\n"\n'


def test_every_public_text_is_translated_with_all_its_plural_forms() -> None:
    """Also that ``manage.py texts collect`` would find nothing new, and nothing that is gone."""
    assert list(faults(polib.pofile(str(SPANISH)), collect(Path(settings.BASE_DIR)))) == []


def test_spanish_has_three_plural_forms_and_all_are_used() -> None:
    catalogue = polib.pofile(str(SPANISH))
    assert plural_forms(catalogue) == 3
    with translation.override("es"):
        said = [
            ngettext("%(n)d day ago", "%(n)d days ago", count) % {"n": count} for count in (1, 2, 1_000_000)
        ]
    assert said == ["hace 1 día", "hace 2 días", "hace 1000000 días"]


def test_spanish_speaks_plainly() -> None:
    """The rules for English texts hold in Spanish: no exclamation marks; "usted", never "tú"."""
    familiar = (" tu ", " tus ", " tú ", " puedes ", " tienes ", " quieres ")
    wrong = []
    for entry in polib.pofile(str(SPANISH)):
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            if "!" in text or "¡" in text or any(word in f" {text.lower()} " for word in familiar):
                wrong.append(text)
            if "?" in text and "¿" not in text:
                wrong.append(text)
    assert wrong == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "requests_app").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}<p>{% translate "Track" %}</p>\n  <div>\n{% blocktranslate count n=n %}{{ n }} report{% plural %}'
        '{{ n }} reports{% endblocktranslate %}</div>{% translate "May" context "month" %}'
    )
    (tmp_path / "requests_app" / "views.py").write_text(
        'from django.utils.translation import gettext as _\ntitle = _("Track")\nother = _("Hello " "%(name)s")\n'
    )
    return tmp_path


def test_collecting(project: Path) -> None:
    texts = collect(project)
    assert texts[(None, "Track")].files == ["templates/page.html", "requests_app/views.py"]
    assert texts[(None, "%(n)s report")].plural == "%(n)s reports"
    assert ("month", "May") in texts
    assert (None, "Hello %(name)s") in texts
    assert len(texts) == 4


def test_merging_keeps_renews_and_drops(project: Path) -> None:
    (project / "es.po").write_text(
        HEADER.replace("%%", "%")
        + '\n#. by hand\nmsgid "Track"\nmsgstr "Seguir"\n\nmsgid "Gone"\nmsgstr "Ido"\n'
    )
    result = merged(polib.pofile(str(project / "es.po")), collect(project))
    by_id = {entry.msgid: entry for entry in result}
    assert by_id["Track"].msgstr == "Seguir"
    assert [file for file, _line in by_id["Track"].occurrences] == [
        "requests_app/views.py",
        "templates/page.html",
    ]
    assert "Gone" not in by_id
    assert by_id["%(n)s report"].msgstr_plural == {0: "", 1: "", 2: ""}
    assert by_id["Hello %(name)s"].flags == ["python-format"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('msgid "Hi %(name)s"\nmsgstr ""', "there is no translation"),
        ('msgid "Hi %(name)s"\nmsgstr "Hola %(nombre)s"', "the placeholders differ"),
        ('msgid "Hi %(name)s"\nmsgstr "Hola"', "the placeholders differ"),
        ('#, fuzzy\nmsgid "Hi %(name)s"\nmsgstr "Hola %(name)s"', "fuzzy"),
        ('msgid "Bye"\nmsgstr "Adiós"', "is not in the source"),
    ],
)
def test_faults_are_named(tmp_path: Path, lines: str, fault: str) -> None:
    (tmp_path / "es.po").write_text(HEADER.replace("%%", "%") + "\n" + lines + "\n")
    texts = {(None, "Hi %(name)s"): Text(None, "Hi %(name)s", files=["templates/resident/home.html"])}
    found = " ".join(faults(polib.pofile(str(tmp_path / "es.po")), texts))
    assert fault in found
    staff = {(None, "Hi %(name)s"): Text(None, "Hi %(name)s", files=["dashboards/queue/views.py"])}
    if "source" not in fault:
        assert list(faults(polib.pofile(str(tmp_path / "es.po")), staff)) == []


def test_a_missing_plural_form_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "es.po").write_text(
        HEADER.replace("%%", "%")
        + '\nmsgid "%(n)d day"\nmsgid_plural "%(n)d days"\nmsgstr[0] "%(n)d día"\nmsgstr[1] ""\nmsgstr[2] "%(n)d días"\n'
    )
    texts = {(None, "%(n)d day"): Text(None, "%(n)d day", "%(n)d days", ["templates/resident/home.html"])}
    assert "a plural form is missing" in " ".join(faults(polib.pofile(str(tmp_path / "es.po")), texts))


def test_placeholders() -> None:
    assert placeholders("%(n)d of {name}, 50 %% of %s") == {"%(n)d", "{name}", "%s"}


def test_compiling_only_what_is_older(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "django.po"
    po.write_text(HEADER.replace("%%", "%") + '\nmsgid "Track"\nmsgstr "Seguir"\n')
    assert stale([tmp_path]) == [po]
    settings.LOCALE_PATHS, settings.PROFILE = [tmp_path], "production"
    assert [error.id for error in check_translations(None)] == ["civic311.E009"]
    call_command("texts", "compile")
    assert polib.mofile(str(po.with_suffix(".mo")))[0].msgstr == "Seguir"
    assert check_translations(None) == []
    assert compile_stale([tmp_path]) == []
    os.utime(po, ns=(po.stat().st_mtime_ns + 10**10,) * 2)
    assert compile_stale([tmp_path]) == [po]
