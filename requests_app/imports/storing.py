"""Converted rows into the database, a batch at a time, idempotently."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction

from civic311.lib.copying import copy_rows, reserve, reserve_ids
from civic311.lib.masking import mask_personal_data
from civic311.lib.tokens import token_hash, tracking_token
from departments.geo import areas_at
from requests_app.actions.intake import format_number
from requests_app.imports.catalogue import ImportCatalogue
from requests_app.imports.converting import Converted, Converter, RowRejected
from requests_app.imports.events import closing_event, history_of, reopening_event
from requests_app.imports.models import ImportedRow, ImportRun, RowResult
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import EventKind, Population, Status

BATCH = 1_000


@dataclass(frozen=True)
class SourceRow:
    """A row of the file with the line it begins on."""

    line: int
    raw: dict[str, str]


class Importer:
    """Stores rows of one source; counts how each ended and why."""

    def __init__(self, converter: Converter, run: ImportRun) -> None:
        self.converter = converter
        self.run = run
        self.source = run.mapping
        self.catalogue = ImportCatalogue()
        self.counts: Counter[str] = Counter({result.value: 0 for result in RowResult})
        self.problems: Counter[str] = Counter()
        self.seen: set[str] = set()

    def store(self, rows: Iterable[SourceRow]) -> Iterable[int]:
        """Store everything in batches, each a transaction; yields the number of rows done so far."""
        iterator = iter(rows)
        done = 0
        while batch := list(islice(iterator, BATCH)):
            with transaction.atomic():
                self._store_batch(batch)
            done += len(batch)
            yield done

    def _store_batch(self, batch: list[SourceRow]) -> None:
        converted: dict[str, tuple[SourceRow, Converted]] = {}
        for row in batch:
            try:
                result = self.converter.convert(row.raw)
            except RowRejected as reason:
                self._reject(row, str(reason))
                continue
            if result.source_id in self.seen:
                self._reject(row, "the same id twice in the file")
                continue
            self.seen.add(result.source_id)
            converted[result.source_id] = (row, result)
        known = dict(
            ImportedRow.objects.filter(
                source_name=self.source, source_id__in=converted, request__isnull=False
            ).values_list("source_id", "content_hash")
        )
        self._insert([pair for source_id, pair in converted.items() if source_id not in known])
        changed = {
            source_id: pair
            for source_id, pair in converted.items()
            if source_id in known and known[source_id] != pair[1].content_hash
        }
        self.counts[RowResult.UNCHANGED] += len(known) - len(changed)
        for source_id in known:
            self.problems.update(converted[source_id][1].problems)
        self._update_all(changed)

    def _update_all(self, changed: dict[str, tuple[SourceRow, Converted]]) -> None:
        if not changed:
            return
        known = ImportedRow.objects.select_related("request__category", "request__department").filter(
            source_name=self.source, source_id__in=changed, request__isnull=False
        )
        rows = list(known)
        placed = _placed(rows)
        for imported in rows:
            self._update(imported, *changed[imported.source_id], placed)

    def _reject(self, row: SourceRow, reason: str) -> None:
        self.counts[RowResult.REJECTED] += 1
        self.problems[reason] += 1
        facts = {"line": row.line, "raw": row.raw, "problems": [reason], "run": self.run}
        known = ImportedRow.objects.filter(
            source_name=self.source, request__isnull=True, raw=row.raw, problems=[reason]
        )
        if not known.update(run=self.run, line=row.line):
            ImportedRow.objects.create(
                source_name=self.source, content_hash="", result=RowResult.REJECTED, **facts
            )

    def _insert(self, rows: list[tuple[SourceRow, Converted]]) -> None:
        if not rows:
            return
        ids = reserve_ids(ServiceRequest, len(rows))
        numbers = reserve("'requests_app_number_seq'", len(rows))
        requests, events, through, kept = [], [], [], []
        link = ServiceRequest.areas.through
        for (row, facts), request_id, sequence in zip(rows, ids, numbers, strict=True):
            request = self._request(facts, request_id, sequence)
            requests.append(request)
            events += history_of(request, facts)
            through += [link(servicerequest_id=request_id, area_id=area_id) for area_id in _area_ids(facts)]
            kept.append(self._kept(row, facts, request))
        copy_rows(ServiceRequest, requests)
        copy_rows(link, through)
        copy_rows(RequestEvent, events)
        copy_rows(ImportedRow, kept)

    def _request(self, facts: Converted, request_id: int, sequence: int) -> ServiceRequest:
        category = self.catalogue.category(facts)
        return ServiceRequest(
            pk=request_id,
            number=format_number(facts.created_at, sequence),
            token_hash=token_hash(tracking_token(request_id, 1)),
            created_at=facts.created_at,
            acknowledged_at=None,
            routing_reason="As recorded by the source.",
            is_imported=True,
            source_name=self.source,
            source_id=facts.source_id,
            is_public=category.is_public,
            priority=category.priority,
            **self._columns(facts),
        )

    def _columns(self, facts: Converted) -> dict[str, Any]:
        return {
            "category": self.catalogue.category(facts),
            "department": self.catalogue.department(facts),
            "status": facts.status,
            "outcome": facts.outcome,
            "channel": facts.channel,
            "population": Population.STAFF_FOUND if facts.staff_found else Population.RESIDENT,
            "description": facts.description,
            "public_description": mask_personal_data(facts.description),
            "address": facts.address,
            "latitude": facts.latitude,
            "longitude": facts.longitude,
            "place_is_fallback": facts.place_is_fallback,
            "times_are_impossible": facts.times_are_impossible,
            "first_due_at": facts.due_at,
            "due_at": facts.due_at,
            "closed_at": facts.closed_at,
            "updated_at": facts.updated_at,
        }

    def _kept(self, row: SourceRow, facts: Converted, request: ServiceRequest) -> ImportedRow:
        result = RowResult.WARNED if facts.problems else RowResult.IMPORTED
        self.counts[result] += 1
        self.problems.update(facts.problems)
        return ImportedRow(
            run=self.run,
            source_name=self.source,
            source_id=facts.source_id,
            line=row.line,
            request=request,
            raw=row.raw,
            content_hash=facts.content_hash,
            result=result,
            problems=facts.problems,
        )

    def _update(
        self, imported: ImportedRow, row: SourceRow, facts: Converted, placed: dict[int, set[int]]
    ) -> None:
        request = imported.request
        assert request is not None
        columns = self._columns(facts)
        events = _status_events(request, facts, self.run.started_at)
        for name, value in columns.items():
            setattr(request, name, value)
        if facts.closed_at is not None and not events and request.status == Status.CLOSED:
            # History cannot be rewritten: the closing time first recorded stays the one that counts.
            request.closed_at = request.events.filter(to_status=Status.CLOSED).latest("id").occurred_at
        request.version += 1
        request.reopened_count += sum(event.kind == EventKind.REOPENED for event in events)
        request.save()
        area_ids = set(_area_ids(facts))
        if area_ids != placed[request.pk]:
            request.areas.set(area_ids)
        RequestEvent.objects.bulk_create(events)
        imported.run, imported.line, imported.raw = self.run, row.line, row.raw
        imported.content_hash, imported.problems, imported.result = (
            facts.content_hash,
            facts.problems,
            RowResult.UPDATED,
        )
        imported.save()
        self.counts[RowResult.UPDATED] += 1


def _placed(rows: Iterable[ImportedRow]) -> dict[int, set[int]]:
    """The areas each of these requests lies in, by request id; one statement."""
    placed: dict[int, set[int]] = {row.request_id: set() for row in rows if row.request_id}
    links = ServiceRequest.areas.through.objects.filter(servicerequest__in=placed)
    for request_id, area_id in links.values_list("servicerequest_id", "area_id"):
        placed[request_id].add(area_id)
    return placed


def analyze() -> None:
    """Tell the planner of the new rows at once: without it the next file's look-ups read whole tables."""
    with connection.cursor() as cursor:
        for model in (ServiceRequest, ServiceRequest.areas.through, RequestEvent, ImportedRow):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _area_ids(facts: Converted) -> list[int]:
    if facts.latitude is None or facts.longitude is None or facts.place_is_fallback:
        return []
    return [hit.id for hit in areas_at(facts.latitude, facts.longitude)]


def _status_events(request: ServiceRequest, facts: Converted, now: dt.datetime) -> list[RequestEvent]:
    was_closed, is_closed = request.status == Status.CLOSED, facts.status == Status.CLOSED
    if is_closed and not was_closed:
        return [closing_event(request, facts)]
    if was_closed and not is_closed:
        return [reopening_event(request, now)]
    return []
