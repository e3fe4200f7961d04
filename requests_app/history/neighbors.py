"""Other residents in the invented history: who has the same problem, what they write, what waits for a look."""

import datetime as dt
import random

from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import AbuseReport, Comment, Photo, ServiceRequest, Support
from requests_app.models.comment import AbuseReason, CommentState
from requests_app.models.photo import PhotoState

NEWEST = 3_000
MOST_SUPPORTERS = 14
COMMENTED = 24
WAITING_COMMENTS = 4

_WORDS = (
    "It is still there this morning.",
    "It got bigger since the weekend.",
    "Half of it is gone, the part behind the wall is not.",
    "Thank you to the crew that came by. They were quick and careful.",
    "Our block club would help on a Saturday if somebody brings bags.",
    "It was cleaned last spring and came back within a month.",
    "You can see it best from the corner.",
    "Two of us swept the path today. The rest needs a truck.",
)
_NAMES = ("", "", "A neighbor", "Dana", "Block club", "R. from the corner")


def write_neighbors(*, seed: int, until: dt.datetime) -> None:
    """Add support, comments and abuse reports to the newest shown requests, and let photos of anonymous ones wait."""
    rng = random.Random(f"neighbors {seed}")  # noqa: S311 (a history, not a secret)
    newest = list(
        ServiceRequest.objects.public().select_related("category").order_by("-created_at", "-id")[:NEWEST]
    )
    _support([row for row in newest if row.category.may_be_shared], rng, until)
    _comment([row for row in newest if row.category.comments_allowed], rng, until)
    waiting = Photo.objects.filter(request__is_anonymous=True, request__status="new")
    waiting.update(state=PhotoState.WAITING)


def _support(shared: list[ServiceRequest], rng: random.Random, until: dt.datetime) -> None:
    voices = []
    for request in shared:
        if rng.random() > 0.25:
            continue
        request.support_count = min(1 + int(rng.expovariate(0.5)), MOST_SUPPORTERS)
        last = request.closed_at or until
        voices += [
            Support(
                request=request,
                voter=f"{rng.getrandbits(256):064x}",
                created_at=request.created_at + (last - request.created_at) * rng.random(),
            )
            for _voice in range(request.support_count)
        ]
    Support.objects.bulk_create(voices, batch_size=5_000)
    ServiceRequest.objects.bulk_update(
        [request for request in shared if request.support_count], ["support_count"], batch_size=1_000
    )


def _comment(allowed: list[ServiceRequest], rng: random.Random, until: dt.datetime) -> None:
    moderator = StaffUser.objects.filter(role=Role.DISPATCHER).order_by("pk").first()
    if moderator is None:
        return
    comments = []
    for at, request in enumerate(allowed[:COMMENTED]):
        text = rng.choice(_WORDS)
        written = request.created_at + (until - request.created_at) * rng.random()
        comment = Comment(
            request=request, name=rng.choice(_NAMES), text=text, public_text=text, created_at=written
        )
        if at >= WAITING_COMMENTS:
            comment.state, comment.decided_by = CommentState.PUBLISHED, moderator
            comment.decided_at = min(written + dt.timedelta(hours=3), until)
            if at % 10 == WAITING_COMMENTS:
                comment.state, comment.removal_reason = CommentState.REMOVED, "It names a private person."
        comments.append(comment)
    made = Comment.objects.bulk_create(comments)
    shown = [comment for comment in made if comment.state == CommentState.PUBLISHED]
    reports = [
        AbuseReport(
            request=comment.request,
            comment=comment,
            reason=AbuseReason.FALSE,
            text="This was about another place.",
            created_at=comment.created_at + dt.timedelta(minutes=40),
        )
        for comment in shown[:1]
    ]
    reports += [
        AbuseReport(request=request, reason=AbuseReason.PERSONAL_DATA, text="", created_at=until)
        for request in allowed[-1:]
    ]
    AbuseReport.objects.bulk_create(reports)
