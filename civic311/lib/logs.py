"""What may stand in a log: routes, never the keys in them."""

import logging
import re

_KEY_IN_PATH = re.compile(
    r"/(r|u/[^/\s]{1,40}|my/in/\d{1,20}|[af]/\d{1,20}|report/photos|photos)/[^/\s?'\"]{16,}"
)


def without_keys(text: str) -> str:
    """The text with tracking, sign-in and unsubscribe tokens, form keys and photo ids in paths replaced by a dash."""
    return _KEY_IN_PATH.sub(r"/\1/…", text)


class KeysStayOut(logging.Filter):
    """Rewrites each record before it is written: Django's own messages name the path of a refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_keys(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = without_keys(logging.Formatter().formatException(record.exc_info))
        return True
