"""Write a believable, deterministic history for the loaded city."""

import datetime as dt
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic311.lib.clock import now
from departments.models import City
from departments.packs import PackError, read_pack
from requests_app.actions.estimates import compute_estimates
from requests_app.actions.facts import rebuild_facts
from requests_app.actions.learning import learn_terms
from requests_app.history.calls import write_calls
from requests_app.history.hidden import write_hidden
from requests_app.history.incidents import write_incidents
from requests_app.history.maker import HistoryMaker
from requests_app.history.neighbors import write_neighbors
from requests_app.history.notices import write_notices
from requests_app.history.pictures import Album
from requests_app.history.promises import write_promises
from requests_app.history.storms import write_storms
from requests_app.history.undone import write_undone
from requests_app.models import ServiceRequest


class Command(BaseCommand):
    help = "Writes a history of two years of invented requests for the loaded city. The same seed and date repeat it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--requests", type=int, default=30_000, help="how many (default 30000)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", help="last instant of the history, ISO date or time (default: now)")
        parser.add_argument("--without-photos", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            city = City.current()
            pack = read_pack(city.pack_path)
        except City.DoesNotExist:
            raise CommandError("There is no city yet. Run load_city first.") from None
        except PackError as error:
            raise CommandError(str(error)) from error
        if ServiceRequest.objects.exists():
            raise CommandError("This city has requests already; a history is written into an empty one.")
        with nullcontext() if options["without_photos"] else Album() as album:
            maker = HistoryMaker(
                pack, seed=options["seed"], until=self._until(options["until"], city), album=album
            )
            events = maker.write(options["requests"], self._progress)
        write_neighbors(seed=options["seed"], until=maker.until)
        write_notices(maker.until)
        write_incidents(seed=options["seed"], until=maker.until)
        write_hidden(seed=options["seed"], until=maker.until)
        write_calls(seed=options["seed"], until=maker.until)
        write_promises(seed=options["seed"], until=maker.until)
        write_undone(seed=options["seed"], until=maker.until)
        write_storms(maker.stats, maker.until)
        compute_estimates(now=maker.until)
        learn_terms()
        rebuild_facts()
        self.stdout.write(f"\r{ServiceRequest.objects.count()} requests with {events} events written.")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r  history: {done * 100 // max(total, 1)} %", ending="")
        self.stdout.flush()

    def _until(self, text: str | None, city: City) -> dt.datetime:
        if text is None:
            return now().replace(microsecond=0)
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(f"--until: {text!r} is not a date such as 2026-03-31") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=city.zone)
