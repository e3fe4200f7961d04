"""The service request and what belongs to it."""

from requests_app.models.answer import Answer
from requests_app.models.comment import AbuseReport, Comment
from requests_app.models.event import RequestEvent
from requests_app.models.expected import ExpectedTime
from requests_app.models.mapcell import MapCell
from requests_app.models.photo import Photo
from requests_app.models.reporter import Reporter
from requests_app.models.request import ServiceRequest
from requests_app.models.resident import Resident
from requests_app.models.submission import SubmissionKey
from requests_app.models.subscription import Subscription
from requests_app.models.support import Follower, Support
from requests_app.models.word import LearnedTerm

__all__ = [
    "AbuseReport",
    "Answer",
    "Comment",
    "ExpectedTime",
    "Follower",
    "LearnedTerm",
    "MapCell",
    "Photo",
    "Reporter",
    "RequestEvent",
    "Resident",
    "ServiceRequest",
    "SubmissionKey",
    "Subscription",
    "Support",
]
