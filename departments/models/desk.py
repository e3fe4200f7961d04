"""What staff say and do by rule: reply templates, escalation, articles with scripts, whom to transfer to."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from departments.models.catalog import Category
from departments.models.organization import Calendar, Department
from departments.models.staff import StaffUser
from departments.models.translated import Translated
from departments.roles import Role


class ReplyTemplate(models.Model):
    """A text to begin an answer with, in one language. No category: any; no department: every one; no outcome: notes.

    ``text`` holds placeholders such as ``{number}``; `requests_app.actions` knows which there are.
    """

    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="reply_templates"
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.CASCADE, related_name="reply_templates"
    )
    outcome = models.CharField(max_length=30, blank=True, default="")
    text = models.TextField(max_length=4_000)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "language"],
                name="reply_template_once_a_language",
                violation_error_message="This template exists in this language already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EscalationRule(models.Model):
    """Tells a person or a role about open requests, so many hours before (negative) or after their due date."""

    name = models.CharField(max_length=120, unique=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.CASCADE, related_name="escalation_rules"
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="escalation_rules"
    )
    priority_at_least = models.PositiveSmallIntegerField(default=0)
    hours = models.SmallIntegerField(help_text="After the due date; negative for before.")
    to_user = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.CASCADE, related_name="escalation_rules"
    )
    to_role = models.CharField(max_length=20, choices=Role.choices, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="escalation_to_person_or_role",
                condition=Q(to_user__isnull=False, to_role="") | (Q(to_user__isnull=True) & ~Q(to_role="")),
                violation_error_message="An escalation goes to a person or to a role.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def current(self, today: dt.date) -> ArticleQuerySet:
        """In force, and not past the day they are valid until."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today), is_active=True)


class Article(Translated):
    """What the city knows about a topic: what everybody may read, and what operators say.

    ``translations`` hold ``title``, ``summary``, ``body``, ``script``. ``referrals``: ``[{"name", "phone", "url", "note"}]``,
    community and social services that help.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=150)
    topic = models.CharField(max_length=80)
    keywords = models.CharField(max_length=300, blank=True, default="")
    summary = models.CharField(max_length=300, blank=True, default="", help_text="The answer in a sentence.")
    body = models.TextField(max_length=8_000, help_text="Plain text; an empty line begins a paragraph.")
    script = models.TextField(max_length=4_000, blank=True, default="", help_text="What the operator says.")
    referrals = models.JSONField(default=list, blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="articles"
    )
    is_public = models.BooleanField(default=False, help_text="Shown on the help page, without the script.")
    valid_until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        indexes = [
            # the search of the desk and the help page
            GinIndex(
                SearchVector("title", "topic", "keywords", "summary", "body", config="english"),
                name="article_words",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleFeedback(models.Model):
    """Did this help? Once per reader and day, from the desk or the help page; ``voter`` is a keyed hash."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    helped = models.BooleanField()
    comment = models.CharField(max_length=500, blank=True, default="")
    from_desk = models.BooleanField(default=False)
    voter = models.CharField(max_length=64)
    given_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "voter", "given_on"],
                name="article_feedback_once_a_day",
                violation_error_message="You told us already. Thank you.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.helped}"


class TransferContact(Translated):
    """Where a caller can be transferred to, and when somebody answers there."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.CASCADE, related_name="transfer_contacts"
    )
    calendar = models.ForeignKey(
        Calendar, null=True, blank=True, on_delete=models.PROTECT, help_text="Empty: day and night."
    )
    languages = models.CharField(max_length=100, blank=True, default="")
    keywords = models.CharField(max_length=300, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
