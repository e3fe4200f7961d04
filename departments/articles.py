"""The knowledge base: finding articles, writing them, hearing whether they helped; and whom to transfer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from civic311.lib.contacts import voter_of_device
from civic311.lib.lexemes import words_of
from departments.calendars import business_calendar
from departments.models import Article, ArticleFeedback, Category, StaffUser, TransferContact
from departments.models.desk import ArticleQuerySet

FIELDS = ("title", "topic", "keywords", "summary", "body")
TRANSLATED = ("title", "summary", "body")
SEARCH_WORDS = 12
COMMENT_MAX = 500


class ArticleChanged(Exception):
    """Somebody else saved the article after the screen was drawn."""

    def __init__(self, article: Article) -> None:
        self.article = article
        super().__init__(article.title)


@dataclass(frozen=True)
class ArticleDraft:
    """An article as it was typed."""

    title: str
    topic: str
    body: str
    keywords: str = ""
    summary: str = ""
    script: str = ""
    referrals: Sequence[Mapping[str, str]] = ()
    category: Category | None = None
    is_public: bool = False
    is_active: bool = True
    valid_until: dt.date | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def find_articles(
    text: str, *, rows: ArticleQuerySet | None = None, languages: Sequence[str] = ("es",)
) -> ArticleQuerySet:
    """Articles whose words fit, best first; all of them by title where nothing was typed.

    English by the index ``article_words``; the city's other languages in their own texts. Any of the words counts.
    """
    rows = Article.objects.all() if rows is None else rows
    words = words_of(text)[:SEARCH_WORDS]
    if not words:
        return rows.order_by("topic", "title") if not text.strip() else rows.none()
    wanted = " | ".join(words)
    english = SearchVector(*FIELDS, config="english")
    query = SearchQuery(wanted, config="english", search_type="raw")
    spanish = SearchVector(
        *(
            Coalesce(
                KeyTextTransform(name, KeyTextTransform("es", "translations")),
                Value(""),
                output_field=TextField(),
            )
            for name in TRANSLATED
        ),
        config="spanish",
    )
    query_es = SearchQuery(wanted, config="spanish", search_type="raw")
    condition = Q(english=query)
    rank: Combinable = SearchRank(english, query)
    if "es" in languages:
        condition |= Q(spanish=query_es)
        rank = rank + SearchRank(spanish, query_es)
    return (
        rows.annotate(english=english, spanish=spanish, rank=rank)
        .filter(condition)
        .order_by("-rank", "title")
    )


@transaction.atomic
def write_article(
    *,
    article_id: int | None,
    slug: str,
    draft: ArticleDraft,
    seen: dt.datetime | None,
    by: StaffUser,
    now: dt.datetime,
) -> Article:
    """Save a new article, or one that nobody changed since it was ``seen``. Raises `ArticleChanged`."""
    article = Article(slug=slug)
    if article_id is not None:
        article = Article.objects.select_for_update().get(pk=article_id)
        if article.updated_at != seen:
            raise ArticleChanged(article)
    for name in ("title", "topic", "body", "keywords", "summary", "script", "category", "is_public"):
        setattr(article, name, getattr(draft, name))
    article.is_active, article.valid_until = draft.is_active, draft.valid_until
    article.referrals = [dict(referral) for referral in draft.referrals]
    article.translations = {code: dict(texts) for code, texts in draft.translations.items()}
    article.updated_by, article.updated_at = by, now
    article.save()
    return article


def say_helped(
    *, article: Article, helped: bool, reader: str, today: dt.date, comment: str = "", from_desk: bool = False
) -> bool:
    """Write down whether an article helped; False when this reader said so today already."""
    try:
        with transaction.atomic():
            ArticleFeedback.objects.create(
                article=article,
                helped=helped,
                comment=comment.strip()[:COMMENT_MAX],
                from_desk=from_desk,
                voter=voter_of_device(f"article:{reader}"),
                given_on=today,
            )
    except IntegrityError:
        return False
    return True


def opinions(articles: Sequence[Article]) -> dict[int, tuple[int, int]]:
    """How many said an article helped, and how many that it did not, by article."""
    counted = (
        ArticleFeedback.objects.filter(article__in=articles)
        .values("article")
        .annotate(yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False)))
    )
    return {row["article"]: (row["yes"], row["no"]) for row in counted}


@dataclass(frozen=True)
class Transfer:
    """Somebody a caller can be transferred to; ``opens`` says when, where nobody answers now."""

    contact: TransferContact
    is_open: bool
    opens: dt.datetime | None


def transfers(now: dt.datetime) -> list[Transfer]:
    """The directory in its order, those who answer now first."""
    rows = (
        TransferContact.objects.filter(is_active=True)
        .select_related("department")
        .order_by("position", "name")
    )
    found = [_transfer(contact, now) for contact in rows]
    return sorted(found, key=lambda entry: not entry.is_open)


def _transfer(contact: TransferContact, now: dt.datetime) -> Transfer:
    if contact.calendar_id is None:
        return Transfer(contact, is_open=True, opens=None)
    calendar = business_calendar(contact.calendar_id)
    local = now.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    for ahead in range(15):
        day = local.date() + dt.timedelta(days=ahead)
        hours = calendar.hours[day.weekday()]
        if hours is None or not calendar.works_on(day):
            continue
        if ahead == 0 and hours[0] <= minute < hours[1]:
            return Transfer(contact, is_open=True, opens=None)
        if ahead or minute < hours[0]:
            opening = dt.datetime.combine(day, dt.time(hours[0] // 60, hours[0] % 60), calendar.zone)
            return Transfer(contact, is_open=False, opens=opening)
    return Transfer(contact, is_open=False, opens=None)


def referral_list(value: Any) -> list[dict[str, str]]:
    """The referrals of an article as they are shown; what is no referral, or no address of the web, is left out."""
    names = ("name", "phone", "url", "note")
    rows = value if isinstance(value, list) else []
    return [
        {name: str(row.get(name, "")) for name in names}
        | ({} if str(row.get("url", "")).startswith("https://") else {"url": ""})
        for row in rows
        if isinstance(row, dict) and row.get("name")
    ]
