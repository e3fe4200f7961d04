"""The demonstration's settings with two empty views added, the floors every page is compared with."""

from civic311.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
