"""Going through a list: the way back from a request to its place in it, and the next and the previous one.

The page of the list somebody looked at last is remembered in a cookie of their own, as it was drawn: its address and
its numbers. So "next" needs no question to the database, and is what stood below, whatever was closed meanwhile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from dashboards.queue.list.state import lasting, query_of

COOKIE = "queue_list"
LONGEST_QUERY = 1_500
_NUMBER = re.compile(r"[0-9]{2}-[0-9]{1,12}")
_PART = "|"


@dataclass(frozen=True)
class Walk:
    """Where a request stands in the list somebody came from; ``place`` is 0 when it is not on that page."""

    back: str
    place: int = 0
    of: int = 0
    previous: str = ""
    next: str = ""
    further: str = ""
    """The list's next page, below its last line."""


def remember(
    response: HttpResponse, request: HttpRequest, numbers: list[str], *, page: int, pages: int
) -> None:
    """Keep this page of the list for the way back."""
    query = lasting(request.GET)  # a name or a number of a person is not for cookies
    if len(query) > LONGEST_QUERY:
        query = ""
    following = page + 1 if page < pages else 0
    value = _PART.join((str(page), str(following), query, ".".join(numbers)))
    response.set_cookie(
        COOKIE,
        value,
        path=reverse("queue:list"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def walk(request: HttpRequest, number: str) -> Walk:
    """The way from this request back and on. What the cookie says is only ever an address of the list itself."""
    parts = request.COOKIES.get(COOKIE, "").split(_PART)
    if len(parts) != 4:
        return Walk(reverse("queue:list"))
    page, following, query, joined = parts
    numbers = [each for each in joined.split(".") if _NUMBER.fullmatch(each)]
    clean = query_of(QueryDict(query[:LONGEST_QUERY]))
    here = _address(clean, page)
    if number not in numbers:
        return Walk(here)
    at = numbers.index(number)
    is_last = at == len(numbers) - 1
    return Walk(
        back=f"{here}#r-{number}",
        place=at + 1,
        of=len(numbers),
        previous=numbers[at - 1] if at else "",
        next="" if is_last else numbers[at + 1],
        further=_address(clean, following) if is_last and following not in {"", "0"} else "",
    )


def _address(query: str, page: str) -> str:
    words = [query] if query else []
    if page.isascii() and page.isdigit() and page != "1":
        words.append(f"page={page[:6]}")
    return reverse("queue:list") + ("?" + "&".join(words) if words else "")
