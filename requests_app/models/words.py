"""What of a report the public may search, as an expression of the database."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func


class StreetWords(Func):
    """An address without numbers and mail addresses: what of it the public may search also where the house is secret."""

    template = r"regexp_replace(%(expressions)s, '\S+@\S+|[0-9()+.-]*[0-9][0-9()+.-]*(?![0-9]*(st|nd|rd|th)\M)', ' ', 'gi')"

    def __init__(self, expression: F) -> None:
        super().__init__(expression, output_field=models.TextField())


class PublicWords(Func):
    """The words of a report anybody may search: its masked text and its street."""

    template = "to_tsvector('english'::regconfig, %(expressions)s)"
    arg_joiner = " || ' ' || "

    def __init__(self) -> None:
        super().__init__(F("public_description"), StreetWords(F("address")), output_field=SearchVectorField())
