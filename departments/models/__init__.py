"""The city as data: organisation, service catalogue, areas, places, staff and routing rules."""

from departments.models.areas import Area
from departments.models.catalog import Category, CategoryGroup
from departments.models.city import City
from departments.models.desk import (
    Article,
    ArticleFeedback,
    EscalationRule,
    ReplyTemplate,
    TransferContact,
)
from departments.models.notices import ServiceNotice
from departments.models.organization import Calendar, Department, Holiday
from departments.models.places import (
    Intersection,
    IntersectionStreet,
    Landmark,
    LandmarkName,
    PlaceShape,
    Street,
    StreetSegment,
)
from departments.models.questions import Question
from departments.models.routing import Partner, RoutingRule
from departments.models.staff import InboxMail, Membership, StaffUser
from departments.models.storm import Storm

__all__ = [
    "Area",
    "Article",
    "ArticleFeedback",
    "Calendar",
    "Category",
    "CategoryGroup",
    "City",
    "Department",
    "EscalationRule",
    "Holiday",
    "InboxMail",
    "Intersection",
    "IntersectionStreet",
    "Landmark",
    "LandmarkName",
    "Membership",
    "Partner",
    "PlaceShape",
    "Question",
    "ReplyTemplate",
    "RoutingRule",
    "ServiceNotice",
    "StaffUser",
    "Storm",
    "Street",
    "StreetSegment",
    "TransferContact",
]
