"""The service request and what belongs to it."""

from requests_app.models.event import RequestEvent
from requests_app.models.photo import Photo
from requests_app.models.reporter import Reporter
from requests_app.models.request import ServiceRequest
from requests_app.models.submission import SubmissionKey

__all__ = ["Photo", "Reporter", "RequestEvent", "ServiceRequest", "SubmissionKey"]
