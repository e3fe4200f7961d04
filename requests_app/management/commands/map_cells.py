"""Hold the public map's counts against the reports, fold them, or make them anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.actions.mapcells import fold_map_cells, rebuild_map_cells, wrong_map_cells


class Command(BaseCommand):
    help = (
        "Compares the public map's counts with the reports; --fold shortens them, --rebuild makes them anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fold", action="store_true", help="make one row of the rows of each cell")
        parser.add_argument("--rebuild", action="store_true", help="count all open reports anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            rebuild_map_cells()
            self.stdout.write("Counted anew.")
        elif options["fold"]:
            self.stdout.write(f"{fold_map_cells()} rows less.")
        wrong = wrong_map_cells()
        if wrong:
            raise CommandError(f"{wrong} cells differ from the reports. Run map_cells --rebuild.")
        self.stdout.write("The map's counts equal the reports.")
