"""Learn which words people use for a category, from the city pack's examples and the newest requests."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from civic311.lib.lexemes import terms_of, words_of
from departments.models import Category, City
from requests_app.models import LearnedTerm

NEWEST = 300
"""Requests read of each category: the work of a night does not grow with the history."""
LEAST_REQUESTS = 5
"""A term of earlier requests counts when that many people used it: no name, no address of a single one."""
LEAST_SHARE = 0.02
_EXAMPLES = Path("texts") / "descriptions.csv"
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
# Masked texts only; one index scan for each category.
_NEWEST = """
SELECT public_description FROM requests_app_servicerequest
 WHERE category_id = %s AND public_description <> '' AND outcome <> 'spam' ORDER BY id DESC LIMIT %s
"""


@transaction.atomic
def learn_terms() -> int:
    """Count anew the share of each category's texts that hold a term; returns how many terms there are.

    Examples of the pack weigh as much as ten requests each, so that a new city has something to go by.
    """
    examples = _examples()
    rows: list[LearnedTerm] = []
    for category in Category.objects.filter(is_active=True).order_by("pk"):
        rows += _learned(category, examples.get(category.slug, []))
    LearnedTerm.objects.all().delete()
    LearnedTerm.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def _learned(category: Category, examples: list[str]) -> Iterator[LearnedTerm]:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [category.pk, NEWEST])
        requests = [text for (text,) in cursor.fetchall()]
    given, filed = _counted(examples), _counted(requests)
    whole = 10 * len(examples) + len(requests)
    for term in sorted(given.keys() | filed.keys()):
        often = filed[term] if filed[term] >= LEAST_REQUESTS else 0
        share = (10 * given[term] + often) / whole
        if share >= LEAST_SHARE and len(term) <= 90:
            yield LearnedTerm(category=category, term=term, share=share)


def _counted(texts: list[str]) -> Counter[str]:
    """In how many texts a term stands."""
    total: Counter[str] = Counter()
    for terms in terms_of([words_of(text) for text in texts]) if texts else []:
        total.update(terms.keys())
    return total


def _examples() -> dict[str, list[str]]:
    """The pack's own descriptions by category, without their placeholders; none where the folder is elsewhere."""
    city = City.objects.filter(pk=1).first()
    path = Path(city.pack_path) / _EXAMPLES if city and city.pack_path else None
    found: dict[str, list[str]] = {}
    if path and path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                what, _, slug = row["scope"].partition(":")
                if what == "category":
                    found.setdefault(slug, []).append(_PLACEHOLDER.sub(" ", row["text"]))
    return found
