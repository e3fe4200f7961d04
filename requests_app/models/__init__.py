"""The service request and what belongs to it."""

from requests_app.models.answer import Answer
from requests_app.models.attention import Escalation, StaffNotice, Watcher
from requests_app.models.ban import Ban
from requests_app.models.call import Call
from requests_app.models.comment import AbuseReport, Comment
from requests_app.models.event import RequestEvent
from requests_app.models.expected import ExpectedTime
from requests_app.models.fact import ClosingFact, MonthAge, MonthSum, RequestFact, StaleFact, WeekVolume
from requests_app.models.hidden import HiddenWords, UnredactedLook
from requests_app.models.incident import NotSame
from requests_app.models.mapcell import MapCell
from requests_app.models.photo import Photo
from requests_app.models.reporter import Reporter
from requests_app.models.request import ServiceRequest
from requests_app.models.resident import Resident
from requests_app.models.submission import SubmissionKey
from requests_app.models.subscription import Subscription
from requests_app.models.support import Follower, Support
from requests_app.models.task import ClosingPlan, ReporterQuestion, Task
from requests_app.models.undo import BulkChange, UndoWindow
from requests_app.models.word import LearnedTerm

__all__ = [
    "AbuseReport",
    "Answer",
    "Ban",
    "BulkChange",
    "Call",
    "ClosingFact",
    "ClosingPlan",
    "Comment",
    "Escalation",
    "ExpectedTime",
    "Follower",
    "HiddenWords",
    "LearnedTerm",
    "MapCell",
    "MonthAge",
    "MonthSum",
    "NotSame",
    "Photo",
    "Reporter",
    "ReporterQuestion",
    "RequestEvent",
    "RequestFact",
    "Resident",
    "ServiceRequest",
    "StaffNotice",
    "StaleFact",
    "SubmissionKey",
    "Subscription",
    "Support",
    "Task",
    "UndoWindow",
    "UnredactedLook",
    "Watcher",
    "WeekVolume",
]
