"""Hold the facts behind the reports against the history, catch up with it, or make them anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.actions.facts import rebuild_facts, refresh_facts, wrong_facts
from requests_app.models import StaleFact


class Command(BaseCommand):
    help = (
        "Compares the facts behind the reports with the history; --refresh makes those anew that wait for it,"
        " --rebuild makes all of them anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--refresh", action="store_true", help="catch up with what happened")
        parser.add_argument("--rebuild", action="store_true", help="make all facts and sums anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"The facts of {rebuild_facts(self._progress)} requests made anew.")
        elif options["refresh"]:
            self.stdout.write(f"{refresh_facts()} changes read.")
        wrong = wrong_facts()
        waiting = StaleFact.objects.count()
        if wrong and waiting:
            raise CommandError(
                f"{wrong} rows differ from the history, and {waiting} changes wait to be read."
                " Run report_facts --refresh."
            )
        if wrong:
            raise CommandError(f"{wrong} rows differ from the history. Run report_facts --rebuild.")
        self.stdout.write("The facts equal the history.")

    def _progress(self, done: int) -> None:
        self.stdout.write(f"\r  {done} requests read", ending="\r")
        self.stdout.flush()
