"""Who does something to a request."""

from dataclasses import dataclass

from departments.models import StaffUser
from requests_app.workflow import ActorKind


@dataclass(frozen=True)
class Actor:
    """A person of the staff, the reporter, another resident, a colleague by mail, a rule of the system, or an import."""

    kind: ActorKind
    user: StaffUser | None = None
    label: str = ""

    @classmethod
    def staff(cls, user: StaffUser) -> "Actor":
        return cls(ActorKind.STAFF, user, user.name)

    @classmethod
    def reporter(cls) -> "Actor":
        return cls(ActorKind.REPORTER)

    @classmethod
    def resident(cls) -> "Actor":
        return cls(ActorKind.RESIDENT)

    @classmethod
    def colleague(cls, label: str) -> "Actor":
        """Somebody of ours without an account, who answers by a signed link; ``label`` is the mail address."""
        return cls(ActorKind.COLLEAGUE, label=label)

    @classmethod
    def system(cls, label: str = "") -> "Actor":
        return cls(ActorKind.SYSTEM, label=label)

    @classmethod
    def importer(cls) -> "Actor":
        return cls(ActorKind.IMPORT, label="import")
