"""Bring in a city's history from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic311.lib.clock import now
from departments.models import City
from departments.packs import PackError, read_pack
from departments.packs.definitions import ImportMapping
from requests_app.actions.facts import refresh_facts
from requests_app.imports.converting import Converter
from requests_app.imports.models import ImportRun, RowResult
from requests_app.imports.reading import UnreadableFile, read_rows
from requests_app.imports.storing import Importer, SourceRow, analyze

ALL = 2**62
"""The figures know the whole import when the command ends."""


class Command(BaseCommand):
    help = "Imports service requests from a CSV file (.gz and .zip are read directly) by a mapping of the city pack. Repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=Path, help="files, or folders whose CSV files are read by name"
        )
        parser.add_argument("--mapping", help="name of the mapping in the pack (default: its only one)")

    def handle(self, *args: Any, **options: Any) -> None:
        mapping, bounds = self._mapping(options["mapping"])
        files = [file for path in options["paths"] for file in _files(path)]
        if not files:
            raise CommandError("No .csv, .csv.gz or .zip file was found there.")
        for file in files:
            self._import(file, mapping, Converter(mapping, bounds))
        refresh_facts(most=ALL)

    def _mapping(self, name: str | None) -> tuple[ImportMapping, tuple[float, float, float, float]]:
        try:
            city = City.current()
            mappings = read_pack(city.pack_path, with_places=False).mappings
        except City.DoesNotExist:
            raise CommandError("There is no city yet. Run load_city first.") from None
        except PackError as error:
            raise CommandError(str(error)) from error
        if name is None and len(mappings) == 1:
            name = next(iter(mappings))
        if name is None or name not in mappings:
            raise CommandError(
                f"Name a mapping of this pack with --mapping: {', '.join(sorted(mappings)) or 'it has none'}."
            )
        return mappings[name], city.bounds

    def _import(self, file: Path, mapping: ImportMapping, converter: Converter) -> None:
        try:
            rows = [SourceRow(line, raw) for line, raw in read_rows(file, mapping)]
        except (UnreadableFile, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        run = ImportRun.objects.create(mapping=mapping.name, file_name=file.name, started_at=now())
        importer = Importer(converter, run)
        for done in importer.store(rows):
            self._bar(file.name, done, len(rows))
        analyze()
        run.finished_at, run.counts, run.problems = now(), dict(importer.counts), dict(importer.problems)
        run.save()
        self._report(file, importer, len(rows))

    def _bar(self, name: str, done: int, total: int) -> None:
        filled = 30 * done // max(total, 1)
        self.stdout.write(f"\r  {name} [{'#' * filled}{'.' * (30 - filled)}] {done:,}/{total:,}", ending="")
        self.stdout.flush()

    def _report(self, file: Path, importer: Importer, total: int) -> None:
        self.stdout.write(f"\n{file.name}: {total:,} rows")
        for result in RowResult:
            self.stdout.write(f"  {importer.counts[result]:>8,}  {result.label.lower()}")
        if importer.problems:
            self.stdout.write("Why rows were repaired, flagged or rejected:")
            for problem, count in importer.problems.most_common():
                self.stdout.write(f"  {count:>8,}  {problem.replace('_', ' ')}")
        if importer.catalogue.made:
            self.stdout.write(
                f"Made as retired: {len(importer.catalogue.made)} ({'; '.join(importer.catalogue.made)})"
            )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.name.endswith((".csv", ".csv.gz", ".zip")))
    return [path]
