"""The city as data: organisation, service catalogue, areas, places, staff and routing rules."""

from departments.models.areas import Area
from departments.models.catalog import Category, CategoryGroup
from departments.models.city import City
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
from departments.models.staff import Membership, StaffUser

__all__ = [
    "Area",
    "Calendar",
    "Category",
    "CategoryGroup",
    "City",
    "Department",
    "Holiday",
    "Intersection",
    "IntersectionStreet",
    "Landmark",
    "LandmarkName",
    "Membership",
    "Partner",
    "PlaceShape",
    "Question",
    "RoutingRule",
    "ServiceNotice",
    "StaffUser",
    "Street",
    "StreetSegment",
]
