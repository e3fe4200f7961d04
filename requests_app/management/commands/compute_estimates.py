"""Compute the expected times anew; the worker does it every night."""

from typing import Any

from django.core.management.base import BaseCommand

from civic311.lib.clock import now
from requests_app.actions.estimates import compute_estimates


class Command(BaseCommand):
    help = "Computes how long requests take from the last twelve weeks, by category, area and department."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{compute_estimates(now=now())} expected times computed.")
