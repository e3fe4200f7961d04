"""A form sent twice does its work once: keys given out with forms, spent in the transaction of the work."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, transaction

from requests_app.actions.errors import AlreadySubmitted, SubmissionInProgress
from requests_app.models import SubmissionKey

KEY_WAIT = "5s"


def take_key(*, scope: str, key: str, content: str, now: dt.datetime) -> SubmissionKey | None:
    """Spend a key: None when it was new, otherwise the row of who spent it. Must run inside a transaction.

    Raises `SubmissionInProgress` when another connection still holds the key after five seconds.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [KEY_WAIT])
            cursor.execute(
                "INSERT INTO requests_app_submissionkey (scope, key, content_hash, created_at) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (scope, key) DO NOTHING RETURNING id",
                [scope, key, content, now],
            )
            if cursor.fetchone() is not None:
                return None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "55P03":
            raise SubmissionInProgress from error
        raise
    return SubmissionKey.objects.select_related("request").get(scope=scope, key=key)


def belongs_to(*, scope: str, key: str, request_id: int) -> None:
    """Write down which request the work under a key was done for. Must run in the transaction that took the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE requests_app_submissionkey SET request_id = %s WHERE scope = %s AND key = %s",
            [request_id, scope, key],
        )


def hashed(parts: Any) -> str:
    """SHA-256 over JSON values, to tell a retry from something else under the same key."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@transaction.atomic
def once(
    do: Callable[[], object], *, scope: str, key: str, content: str, request_id: int, now: dt.datetime
) -> bool:
    """Do it unless this key did it before; whether it was done now. A refusal leaves the key unspent.

    Raises what ``do`` raises, `SubmissionInProgress`, and `AlreadySubmitted` for a key that did something else.
    """
    spent = take_key(scope=scope, key=key, content=content, now=now)
    if spent is not None:
        if spent.content_hash != content:
            assert spent.request is not None
            raise AlreadySubmitted(spent.request)
        return False
    do()
    belongs_to(scope=scope, key=key, request_id=request_id)
    return True


def was_spent(*, scope: str, key: str) -> bool:
    """Whether the work under this key was done before."""
    return SubmissionKey.objects.filter(scope=scope, key=key, request__isnull=False).exists()
