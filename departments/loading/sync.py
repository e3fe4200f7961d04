"""Bringing a table in line with a pack: add, change, retire, and count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from departments.packs.problems import Problems

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Wanted(Generic[M]):
    """An unsaved row as the pack wants it, and where in the pack it stands."""

    row: M
    file: str
    line: int


@dataclass(frozen=True)
class Tally:
    """How many rows of a table were added, changed, retired and kept."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    kept: int = 0

    def __str__(self) -> str:
        parts = [(self.added, "added"), (self.changed, "changed"), (self.retired, "retired")]
        return ", ".join(f"{count} {word}" for count, word in parts if count) or "no change"


def sync(
    model: type[M], wanted: Iterable[Wanted[M]], problems: Problems, *, key: Sequence[str] = ("slug",)
) -> tuple[dict[Any, M], Tally]:
    """Write the wanted rows and retire active ones that are not wanted; no row is deleted.

    Returns rows by key (a value, or a tuple for several key fields). Values that do not fit their columns go to
    `problems` with file and line, and nothing is written then.
    """
    wanted = list(wanted)
    fields: list[models.Field[Any, Any]] = [
        field for field in model._meta.concrete_fields if not field.primary_key
    ]
    relations = [field.name for field in fields if field.is_relation]
    for item in wanted:
        try:
            item.row.clean_fields(exclude=relations)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                problems.add(item.file, item.line, f"{name}: {' '.join(messages)}")
    problems.raise_if_any()

    existing = {_key(row, key): row for row in model._default_manager.all()}
    added: list[M] = []
    changed: list[M] = []
    rows: dict[Any, M] = {}
    for item in wanted:
        row = item.row
        rows[_key(row, key)] = row
        old = existing.get(_key(row, key))
        if old is None:
            added.append(row)
            continue
        row.pk = old.pk
        row._state.adding = False
        if any(getattr(row, field.attname) != getattr(old, field.attname) for field in fields):
            changed.append(row)
    model._default_manager.bulk_create(added)
    if changed:
        model._default_manager.bulk_update(changed, [field.name for field in fields])
    retired = 0
    if any(field.name == "is_active" for field in fields):
        kept = [row.pk for row in rows.values()]
        retired = model._default_manager.filter(is_active=True).exclude(pk__in=kept).update(is_active=False)
    return rows, Tally(len(added), len(changed), retired, len(rows) - len(added) - len(changed))


def _key(row: models.Model, key: Sequence[str]) -> Any:
    values = tuple(getattr(row, name) for name in key)
    return values[0] if len(values) == 1 else values
