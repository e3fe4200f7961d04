"""``manage.py texts compile|collect|check``: the translations, without GNU gettext."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from civic311.lib.texts import compile_stale, po_files
from civic311.management.collecting import collect, faults, merged


class Command(BaseCommand):
    """Compile, renew or check the translations in ``locale/``."""

    help = "Compile the translations, collect new texts from the source, or check that all are translated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do."""
        parser.add_argument("action", choices=("compile", "collect", "check"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError when the check finds a fault."""
        folders = [Path(folder) for folder in settings.LOCALE_PATHS]
        if options["action"] == "compile":
            for path in compile_stale(folders):
                self._say(f"compiled {_short(path)}")
            return
        texts = collect(Path(settings.BASE_DIR))
        if options["action"] == "collect":
            for path in po_files(folders):
                self._collect(path, merged(polib.pofile(str(path)), texts))
            return
        found = [
            f"{_short(path)}: {fault}"
            for path in po_files(folders)
            for fault in faults(polib.pofile(str(path)), texts)
        ]
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults in translations.")
        self._say("Translations are complete.")

    def _collect(self, path: Path, catalogue: polib.POFile) -> None:
        before = path.read_text(encoding="utf-8")
        after = f"{catalogue}\n".replace("\n\n\n", "\n\n")
        if before != after:
            path.write_text(after, encoding="utf-8")
        missing = sum(not entry.translated() for entry in catalogue)
        self._say(f"{_short(path)}: {len(catalogue)} texts, {missing} without translation")

    def _say(self, words: str) -> None:
        self.stdout.write(words)


def _short(path: Path) -> str:
    base = Path(settings.BASE_DIR)
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()
