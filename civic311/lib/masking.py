"""Personal data typed into free text is masked on the public copy.

Patterns are linear (no nested quantifiers) and the text is cut before matching. They catch the usual spellings of
e-mail addresses, North American telephone numbers and social security numbers, not everything a person can write.
"""

import re

MAX_LENGTH = 20_000
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_PHONE = re.compile(r"(?<![\d-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}(?![\d-])")


def mask_personal_data(text: str) -> str:
    """The text with e-mail addresses, telephone and social security numbers replaced by a dash of dots."""
    text = text[:MAX_LENGTH]
    for pattern in (_EMAIL, _SSN, _PHONE):
        text = pattern.sub("•••", text)
    return text
