"""The project's settings under the test profile."""

import os

os.environ.setdefault("CIVIC311_PROFILE", "test")

from civic311.settings import *  # noqa: F403
