"""``/help/``: how reporting works, and what the city knows about many questions; without scripts, without a name."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from civic311.lib import clock
from civic311.lib.client import client_address
from civic311.lib.ratelimit import limited
from departments.articles import find_articles, referral_list, say_helped
from departments.models import Article
from departments.models.desk import ArticleQuerySet

TEXT_MAX = 200
FOUND_MOST = 20
SAID = {"yes": True, "no": False}


def _public() -> ArticleQuerySet:
    """What residents may read: meant for them, in use, and not past its day. The operators' script is never fetched."""
    return Article.objects.current(timezone.localdate(clock.now())).filter(is_public=True).defer("script")


@login_not_required
@limited("help-search", 120, 3600, ("GET",))
def help_page(request: HttpRequest) -> HttpResponse:
    """Without ``?q=`` how reporting works, and the articles by topic; with it those that fit the words."""
    text = request.GET.get("q", "")[:TEXT_MAX].strip()
    if text:
        found = list(find_articles(text, rows=_public())[:FOUND_MOST])
        return render(
            request, "resident/help_found.html", {"text": text, "found": [_line(row) for row in found]}
        )
    articles = [_line(row) for row in _public().order_by("topic", "title")]
    return render(request, "resident/help.html", {"articles": articles})


@login_not_required
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; 404 for one that is not public, retired or expired, with the same words."""
    row = get_object_or_404(_public().select_related("category"), slug=slug)
    code = (get_language() or "en").split("-")[0]
    category = row.category if row.category and row.category.is_active and row.category.is_online else None
    context = {
        "title": row.in_language("title"),
        "summary": row.in_language("summary"),
        "body": row.in_language("body"),
        "is_translated": code == "en" or bool(row.translations.get(code, {}).get("body")),
        "referrals": referral_list(row.referrals),
        "category": category,
        "slug": slug,
        "thanks": request.GET.get("thanks") == "1",
        "valid_until": row.valid_until,
    }
    return render(request, "resident/help_article.html", context)


@login_not_required
@limited("help-feedback", 30, 3600)
@transaction.non_atomic_requests
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Did this help?": one press, once a day from one place. A GET leads back."""
    row = get_object_or_404(_public(), slug=slug)
    back = reverse("resident:help_article", kwargs={"slug": slug})
    if request.method != "POST":
        return HttpResponseRedirect(back)
    helped = SAID.get(request.POST.get("helped", ""))
    if helped is None:
        return HttpResponseRedirect(back + "#helped", status=303)
    say_helped(
        article=row,
        helped=helped,
        reader=f"visitor:{client_address(request)}",
        today=timezone.localdate(clock.now()),
    )
    return HttpResponseRedirect(back + "?thanks=1#helped", status=303)


def _line(row: Article) -> dict[str, str]:
    return {
        "url": reverse("resident:help_article", kwargs={"slug": row.slug}),
        "title": row.in_language("title"),
        "summary": row.in_language("summary"),
    }
