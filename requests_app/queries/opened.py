"""One request with its history, for the page staff open most. `staff.request_details` says what belongs to it.

The statements are the ORM's own, compiled once for each reach of a reader.
"""

from __future__ import annotations

import json
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS

from civic311.lib.compiled import SOME_TEXT, SOMEBODY, Compiled
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.models.request import SEES_EVERYTHING
from requests_app.queries.staff import request_details

_REQUEST = [field.attname for field in ServiceRequest._meta.concrete_fields]
_PERSON = [field.attname for field in StaffUser._meta.concrete_fields]
_EVENT = [field.attname for field in RequestEvent._meta.concrete_fields]
_DATA = _EVENT.index("data")
_MORE = ("has_reporter", "is_watched")


def opened_request(user: StaffUser, number: str) -> ServiceRequest | None:
    """The request of this number as `request_details` reads it; None when it does not exist for this person."""
    if user.role == Role.COUNCIL_AIDE:
        return request_details(user).filter(number=number).first()
    statement = _request(user.sees_all_departments or user.role in SEES_EVERYTHING)
    found = statement.fetch({SOMEBODY: user.pk, SOME_TEXT: number})
    if not found:
        return None
    row, more, person = found[0][: len(_REQUEST)], found[0][len(_REQUEST) :][:2], found[0][-len(_PERSON) :]
    target = ServiceRequest.from_db(DEFAULT_DB_ALIAS, _REQUEST, row)
    target.has_reporter, target.is_watched = more  # type: ignore[attr-defined]
    target.assignee = StaffUser.from_db(DEFAULT_DB_ALIAS, _PERSON, person) if target.assignee_id else None
    return target


@lru_cache(maxsize=2)
def _request(sees_everything: bool) -> Compiled:
    reader = StaffUser(pk=SOMEBODY, role=Role.DISPATCHER, sees_all_departments=sees_everything)
    rows = request_details(reader).filter(number=SOME_TEXT)
    return Compiled(rows.values_list(*_REQUEST, *_MORE, *(f"assignee__{name}" for name in _PERSON)))


def request_history(request: ServiceRequest) -> list[RequestEvent]:
    """Every event, newest first; actors are named in the events themselves."""
    events = []
    for row in _history().fetch({SOMEBODY: request.pk}):
        values = list(row)
        values[_DATA] = json.loads(values[_DATA])
        event = RequestEvent.from_db(DEFAULT_DB_ALIAS, _EVENT, values)
        event.request = request
        events.append(event)
    return events


@lru_cache(maxsize=1)
def _history() -> Compiled:
    return Compiled(RequestEvent.objects.filter(request=SOMEBODY).order_by("-id").values_list(*_EVENT))
