"""``load_city PATH``: put a city pack into the database."""

import time
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from departments.basemap.tiles import forget_old
from departments.loading import load_pack
from departments.models import City
from departments.packs import PackError

LEARN = "requests_app.notifications.learn"


class Command(BaseCommand):
    help = "Load a city pack: departments, catalogue, areas, routing and places. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="The pack's folder.")
        parser.add_argument("--force", action="store_true", help="Load even when the pack has not changed.")

    def handle(self, *args: Any, path: Path, force: bool, **options: Any) -> None:
        started = time.monotonic()
        try:
            report = load_pack(path, city_slug=settings.CITY_SLUG, force=force)
        except PackError as error:
            raise CommandError(f"The pack {path} can't be loaded:\n{error}") from None
        if report.unchanged:
            self.stdout.write(f"{report.name}: unchanged (version {report.version})")
            return
        forget_old(City.current())
        _learn_words()
        for note in report.notes:
            self.stdout.write(self.style.WARNING(f"note: {note}"))
        for table, tally in report.tables.items():
            self.stdout.write(f"  {table}: {tally}")
        for sort, count in report.places.items():
            self.stdout.write(f"  {sort}: {count:,}")
        seconds = time.monotonic() - started
        self.stdout.write(
            self.style.SUCCESS(f"{report.name}: loaded as version {report.version} in {seconds:.1f} s")
        )


def _learn_words() -> None:
    """Let the worker count anew which words belong to which category; a job that waits already is enough."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(name=LEARN, queue="housekeeping", queueing_lock="learn").defer()
