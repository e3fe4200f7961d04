"""The project's settings under the test profile, with a right-to-left language that only tests have."""

import os

os.environ.setdefault("CIVIC311_PROFILE", "test")

from civic311.lib.texts import compile_stale
from civic311.settings import *  # noqa: F403
from civic311.settings import BASE_DIR, LANGUAGES, LOCALE_PATHS, VAR_DIR
from tests.pseudo import LANGUAGE, write_pseudo

compile_stale(LOCALE_PATHS)
write_pseudo(BASE_DIR / "locale" / "es" / "LC_MESSAGES" / "django.po", VAR_DIR / "pseudo")
LANGUAGES = [*LANGUAGES, (LANGUAGE, "العربية")]
# The last folder wins over the first only where the first is silent: no language is in both.
LOCALE_PATHS = [*LOCALE_PATHS, VAR_DIR / "pseudo"]
