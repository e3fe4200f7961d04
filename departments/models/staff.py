"""Accounts of the people who work for the city."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from departments.models.areas import Area
from departments.models.organization import Department
from departments.roles import MODERATORS, Role


class StaffUserManager(BaseUserManager["StaffUser"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "StaffUser":
        """A staff account; without a password nobody can sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "StaffUser":
        fields.setdefault("role", Role.ADMINISTRATOR)
        fields.setdefault("name", email.split("@")[0])
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, sees_all_departments=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> "StaffUser":
        return self.get(email__iexact=username)


class InboxMail(models.TextChoices):
    """Which lines of the inbox also come by mail."""

    ALL = "all", "Everything in my inbox"
    DIRECT = "direct", "What is meant for me, not what I watch"
    NONE = "none", "Nothing: I look into the inbox"


class StaffUser(AbstractBaseUser, PermissionsMixin):
    """A person with a role, a member of departments. The e-mail address is the name to sign in with.

    ``unread_notices`` is the number at the bell; it comes with the signed-in person (`dashboards.accounts`).
    """

    unread_notices: int = 0

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role.choices)
    departments = models.ManyToManyField(Department, through="Membership", related_name="staff", blank=True)
    sees_all_departments = models.BooleanField(default=False)
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text="The district a council aide is limited to.",
    )
    is_staff = models.BooleanField(default=False, help_text="May open the administration pages.")
    is_active = models.BooleanField(default=True)
    inbox_mail = models.CharField(
        max_length=10,
        choices=InboxMail.choices,
        default=InboxMail.ALL,
        help_text="Which lines of the inbox also come by mail.",
    )
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[StaffUserManager] = StaffUserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_user_email_lower_case",
                condition=models.Q(email=Lower("email")),
                violation_error_message="Write the e-mail address in small letters.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def may_moderate(self) -> bool:
        """Whether the role includes looking at what residents wrote."""
        return self.role in MODERATORS

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class Membership(models.Model):
    """A person's place in a department."""

    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department"],
                name="membership_once",
                violation_error_message="This person is a member already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.department}"
