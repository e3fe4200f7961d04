"""What waits for a look by staff. Every query starts at `visible_to`: what lies outside does not exist for the reader."""

from dataclasses import dataclass

from django.db.models import QuerySet

from departments.models import StaffUser
from requests_app.models import AbuseReport, Comment, Photo, ServiceRequest
from requests_app.models.comment import CommentState
from requests_app.models.photo import PhotoState

PAGE = 30
"""How many of each kind stand on the page, the oldest first; the next ones follow when these are decided."""


@dataclass(frozen=True)
class Waiting:
    """The first of what waits, and how much there is of each; counts stop at `COUNT_CAP`."""

    comments: list[Comment]
    abuse: list[AbuseReport]
    photos: list[Photo]
    appeals: list[ServiceRequest]
    comment_count: int
    abuse_count: int
    photo_count: int
    appeal_count: int


COUNT_CAP = 500


def waiting(user: StaffUser) -> Waiting:
    """Everything this person may decide about, in seven statements, eight with many objections."""
    objected = waiting_appeals(user)
    appeals = list(objected[:PAGE])
    comments, abuse, photos = waiting_comments(user), waiting_abuse(user), waiting_photos(user)
    return Waiting(
        comments=list(comments[:PAGE]),
        abuse=list(abuse[:PAGE]),
        photos=list(photos[:PAGE]),
        appeals=appeals,
        comment_count=comments[:COUNT_CAP].count(),
        abuse_count=abuse[:COUNT_CAP].count(),
        photo_count=photos[:COUNT_CAP].count(),
        appeal_count=len(appeals) if len(appeals) < PAGE else objected[:COUNT_CAP].count(),
    )


def comments(user: StaffUser) -> QuerySet[Comment]:
    """Comments on requests this person may see."""
    return Comment.objects.filter(request__in=_visible(user))


def abuse_reports(user: StaffUser) -> QuerySet[AbuseReport]:
    """Abuse reports on requests this person may see."""
    return AbuseReport.objects.filter(request__in=_visible(user))


def photos(user: StaffUser) -> QuerySet[Photo]:
    """Photos of requests this person may see."""
    return Photo.objects.filter(request__in=_visible(user)).exclude(state=PhotoState.RESTRICTED)


def waiting_comments(user: StaffUser) -> QuerySet[Comment]:
    """Comments nobody has looked at, the oldest first."""
    rows = comments(user).filter(state=CommentState.WAITING)
    return rows.select_related("request__category").order_by("created_at", "pk")


def waiting_abuse(user: StaffUser) -> QuerySet[AbuseReport]:
    """Abuse reports nobody has answered, the oldest first."""
    rows = abuse_reports(user).filter(decided_at__isnull=True)
    return rows.select_related("request__category", "comment", "photo").order_by("created_at", "pk")


def waiting_photos(user: StaffUser) -> QuerySet[Photo]:
    """Photos nobody has looked at, the oldest first."""
    rows = photos(user).filter(state=PhotoState.WAITING)
    return rows.select_related("request__category").order_by("created_at", "pk")


def waiting_appeals(user: StaffUser) -> QuerySet[ServiceRequest]:
    """Hidden reports whose reporters object, the oldest objection first."""
    rows = ServiceRequest.objects.visible_to(user).filter(appealed_at__isnull=False)
    return rows.select_related("category").order_by("appealed_at", "pk")


def _visible(user: StaffUser) -> QuerySet[ServiceRequest]:
    return ServiceRequest.objects.visible_to(user).order_by().values("pk")  # type: ignore[return-value]


def comments_for_staff(request_id: int) -> list[Comment]:
    """Every comment of one request with who decided about it, the oldest first, a hundred at most. One statement."""
    rows = Comment.objects.filter(request=request_id).select_related("decided_by").order_by("-id")[:100]
    return list(reversed(rows))
