"""Writing service notices: published, changed, withdrawn; never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import ServiceNotice, StaffUser
from departments.notices import forget


class NoticeChanged(Exception):
    """Somebody else changed the notice since the screen was drawn; ``notice`` is as it is now."""

    def __init__(self, notice: ServiceNotice) -> None:
        super().__init__(_("Somebody else changed this notice in the meantime."))
        self.notice = notice


@dataclass(frozen=True)
class NoticeDraft:
    """What a notice says, where and when. ``translations``: ``{"es": {"title": "", "text": ""}}``; no ids: everywhere, all."""

    title: str
    text: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    area_ids: Iterable[int] = ()
    category_ids: Iterable[int] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@transaction.atomic
def publish_notice(*, draft: NoticeDraft, by: StaffUser, now: dt.datetime) -> ServiceNotice:
    """Make a notice; it is shown from ``starts_at`` on."""
    notice = ServiceNotice(created_by=by, created_at=now)
    return _write(notice, draft, by, now)


@transaction.atomic
def change_notice(
    *, notice_id: int, seen: dt.datetime | None, draft: NoticeDraft, by: StaffUser, now: dt.datetime
) -> ServiceNotice:
    """Write the notice anew. Raises `NoticeChanged` unless it was last changed at ``seen``, and DoesNotExist."""
    return _write(_locked(notice_id, seen), draft, by, now)


@transaction.atomic
def withdraw_notice(
    *, notice_id: int, seen: dt.datetime | None, by: StaffUser, now: dt.datetime
) -> ServiceNotice:
    """Show it no longer; it stays in the list. Raises `NoticeChanged` and DoesNotExist."""
    notice = _locked(notice_id, seen)
    notice.withdrawn_at = notice.updated_at = now
    notice.changed_by = by
    notice.save(update_fields=["withdrawn_at", "updated_at", "changed_by"])
    transaction.on_commit(forget)
    return notice


def _locked(notice_id: int, seen: dt.datetime | None) -> ServiceNotice:
    notice = ServiceNotice.objects.select_for_update().get(pk=notice_id)
    if notice.updated_at != seen or notice.withdrawn_at is not None:
        raise NoticeChanged(notice)
    return notice


def _write(notice: ServiceNotice, draft: NoticeDraft, by: StaffUser, now: dt.datetime) -> ServiceNotice:
    notice.title, notice.text = draft.title, draft.text
    notice.starts_at, notice.ends_at = draft.starts_at, draft.ends_at
    notice.translations = {
        code: dict(texts) for code, texts in draft.translations.items() if any(texts.values())
    }
    notice.changed_by, notice.updated_at = by, now
    notice.save()
    notice.areas.set(draft.area_ids)
    notice.categories.set(draft.category_ids)
    transaction.on_commit(forget)
    return notice
