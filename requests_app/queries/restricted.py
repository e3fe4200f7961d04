"""Unredacted versions: who may look at them, and what there is."""

from __future__ import annotations

from dataclasses import dataclass

from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import Answer, HiddenWords, Photo
from requests_app.models.hidden import HiddenIn
from requests_app.models.photo import PhotoState

MAY_SEE = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.RECORDS_OFFICER})


def may_see_unredacted(user: StaffUser) -> bool:
    """Whether the role has reason to open what was hidden."""
    return user.role in MAY_SEE


@dataclass(frozen=True)
class Original:
    """A text as it was before words of it were hidden."""

    where: str
    words: str


@dataclass(frozen=True)
class Unredacted:
    """Everything kept of one request that others must not see."""

    texts: tuple[Original, ...]
    photos: tuple[Photo, ...]

    def __bool__(self) -> bool:
        return bool(self.texts or self.photos)


def unredacted(request_id: int) -> Unredacted:
    """For a reader who may see it. Three statements."""
    rows = list(HiddenWords.objects.filter(request=request_id).order_by("pk"))
    labels = dict(Answer.objects.filter(request=request_id).values_list("pk", "label"))
    photos = Photo.objects.filter(request=request_id, state=PhotoState.RESTRICTED)
    return Unredacted(
        tuple(Original(_where(row, labels), row.text) for row in rows),
        tuple(photos.order_by("position", "pk")),
    )


def _where(row: HiddenWords, labels: dict[int, str]) -> str:
    if row.place == HiddenIn.ANSWER:
        return labels.get(row.row, str(HiddenIn.ANSWER.label))
    return str(HiddenIn(row.place).label)
