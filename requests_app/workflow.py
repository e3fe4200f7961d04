"""The life of a service request: statuses, outcomes, and the only list of transitions.

Buttons, permissions, the API and the database constraints are derived from `TRANSITIONS`. Nothing here touches a row.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.kinds import Kind
from departments.roles import Role


class Status(TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    ON_HOLD = "on_hold", _("On hold")
    WITH_PARTNER = "with_partner", _("With a partner")
    CLOSED = "closed", _("Closed")


class Outcome(TextChoices):
    FIXED = "fixed", _("Fixed")
    DELIVERED = "delivered", _("Delivered")
    ALREADY_FIXED = "already_fixed", _("Already fixed")
    RESOLVED_BY_OTHERS = "resolved_by_others", _("Resolved by others")
    VIOLATION_FOUND = "violation_found", _("Violation found")
    NO_VIOLATION = "no_violation", _("No violation")
    NOT_FOUND = "not_found", _("Not found")
    NOT_OURS = "not_ours", _("Not ours")
    DECLINED = "declined", _("Declined")
    NO_ACCESS = "no_access", _("No access")
    INFORMATION_GIVEN = "information_given", _("Information given")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Duplicate")
    SPAM = "spam", _("Spam")
    NOT_RECORDED = "not_recorded", _("Not recorded")


class Channel(TextChoices):
    WEB = "web", _("Web")
    APP = "app", _("App")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    WALK_IN = "walk_in", _("Walk-in")
    MAIL = "mail", _("Letter")
    SOCIAL = "social", _("Social media")
    API = "api", _("Open311")
    STAFF = "staff", _("Found by staff")
    COUNCIL = "council", _("Council office")
    OTHER = "other", _("Other")


class Population(TextChoices):
    """Residents' reports and work found by staff are separate populations in every figure."""

    RESIDENT = "resident", _("Reported by residents")
    STAFF_FOUND = "staff_found", _("Found by staff")


class Audience(TextChoices):
    STAFF = "staff", _("Staff only")
    REPORTER = "reporter", _("This reporter")
    EVERYONE = "everyone", _("Everyone")


class ActorKind(TextChoices):
    REPORTER = "reporter", _("Reporter")
    STAFF = "staff", _("Staff")
    SYSTEM = "system", _("System")
    IMPORT = "import", _("Import")
    RESIDENT = "resident", _("Another resident")
    COLLEAGUE = "colleague", _("Colleague by mail")


class EventKind(TextChoices):
    SUBMITTED = "request.submitted", _("Received")
    ROUTED = "request.routed", _("Routed")
    ACKNOWLEDGED = "request.acknowledged", _("Acknowledged")
    ASSIGNED = "request.assigned", _("Assigned")
    RECATEGORIZED = "request.recategorized", _("Category changed")
    REROUTED = "request.rerouted", _("Sent to another department")
    STARTED = "request.started", _("Work started")
    HELD = "request.held", _("Put on hold")
    RESUMED = "request.resumed", _("Taken up again")
    HANDED_OVER = "request.handed_over", _("Handed to a partner")
    NOTED = "request.noted", _("Note")
    PHOTO_PUBLISHED = "request.photo_published", _("Photo shown")
    PHOTO_HIDDEN = "request.photo_hidden", _("Photo hidden")
    PUBLISHED = "request.published", _("Shown online")
    UNPUBLISHED = "request.unpublished", _("Taken offline")
    CLOSED = "request.closed", _("Closed")
    WITHDRAWN = "request.withdrawn", _("Withdrawn")
    REOPENED = "request.reopened", _("Reopened")
    CONFIRMED = "request.confirmed", _("Reporter says it is solved")
    DISPUTED = "request.disputed", _("Somebody says it is not solved")
    REVIEW_ASKED = "request.review_asked", _("Reporter asks for a review")
    EDITED = "request.edited", _("Reporter changed the report")
    PHOTO_ADDED = "request.photo_added", _("Reporter added a photo")
    ERASED = "request.erased", _("Personal data erased")
    UNDONE = "request.undone", _("Undone")
    MIRRORED = "request.mirrored", _("Follows the first report")
    MERGED = "request.merged", _("Joined with another report")
    JOINED = "request.joined", _("Another report joined")
    PARTED = "request.parted", _("Parted from another report")
    PRIORITIZED = "request.prioritized", _("Priority changed")
    RENEWED = "request.renewed", _("New date promised")
    AT_RISK = "request.at_risk", _("Date at risk")
    ESCALATED = "request.escalated", _("Escalated")
    ASKED = "request.asked", _("Question to the reporter")
    ANSWERED = "request.answered", _("Reporter answered")
    REMINDED = "request.reminded", _("Reporter reminded")
    TASK_GIVEN = "request.task_given", _("Task given")
    TASK_DONE = "request.task_done", _("Task done")
    TASK_CANCELLED = "request.task_cancelled", _("Task cancelled")
    CLOSING_PLANNED = "request.closing_planned", _("Closes when all tasks are done")
    PLACE_CORRECTED = "request.place_corrected", _("Place corrected")
    SPLIT = "request.split", _("Split in two")
    RETURNED = "request.returned", _("Sent back to dispatch")
    BUMPED = "request.bumped", _("Somebody called again")
    RESULT_PHOTO = "request.result_photo", _("Photo of the result")
    PHOTO_REDACTED = "request.photo_redacted", _("Photo redacted")
    TEXT_REDACTED = "request.text_redacted", _("Words hidden")
    DISPOSED = "request.disposed", _("Unredacted version destroyed")
    APPEALED = "request.appealed", _("Reporter objects to the hiding")


OPEN_STATUSES: frozenset[Status] = frozenset(Status) - {Status.CLOSED}
_DISPATCH = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR})
_FIELD = _DISPATCH | {Role.CREW}
_NOTES = _FIELD | {Role.OPERATOR, Role.MANAGER, Role.RECORDS_OFFICER}
_TASKS = _FIELD | {Role.OPERATOR}
_REDACTS = _DISPATCH | {Role.RECORDS_OFFICER}
_DISPOSES = frozenset({Role.ADMINISTRATOR, Role.RECORDS_OFFICER})


@dataclass(frozen=True)
class Transition:
    """One legal move.

    ``target`` None leaves the status as it is, but any action of staff on a new request acknowledges it (new → open).
    ``roles`` are the staff roles that may do it; ``by_reporter`` allows the holder of the tracking link,
    ``by_resident`` anybody else of the public, ``by_colleague`` somebody with a signed link; nobody of them: the system.
    ``targets`` are the possible statuses after a move that follows something else: what it undoes, the first report.
    ``undoable`` moves of staff wait for `settings.UNDO_WINDOW_SECONDS` before anybody outside hears of them.
    ``acknowledges`` is False for what is no work on the request: a second call about it.
    """

    name: str
    label: Promise
    event: EventKind
    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    by_reporter: bool = False
    by_resident: bool = False
    by_colleague: bool = False
    targets: frozenset[Status] = frozenset()
    undoable: bool = False
    acknowledges: bool = True

    def result(self, source: Status, *, by_staff: bool) -> Status:
        """The status after the move from ``source``, for moves that know it themselves."""
        if self.target is not None:
            return self.target
        return Status.OPEN if source == Status.NEW and by_staff and self.acknowledges else source

    def results(self, source: Status) -> frozenset[Status]:
        """Every status the move can lead to from ``source``."""
        if self.targets:
            return self.targets
        staff = {self.result(source, by_staff=True)} if self.roles or not self.by_reporter else set()
        others = {self.result(source, by_staff=False)} if not self.roles or self.by_reporter else set()
        return frozenset(staff | others)


TRANSITIONS: tuple[Transition, ...] = (
    Transition("assign", _("Assign"), EventKind.ASSIGNED, OPEN_STATUSES, None, _DISPATCH, undoable=True),
    Transition(
        "acknowledge", _("Acknowledge"), EventKind.ACKNOWLEDGED, frozenset({Status.NEW}), Status.OPEN, _FIELD
    ),
    Transition(
        "start",
        _("Start work"),
        EventKind.STARTED,
        frozenset({Status.NEW, Status.OPEN, Status.ON_HOLD, Status.WITH_PARTNER}),
        Status.IN_PROGRESS,
        _FIELD,
    ),
    Transition(
        "hold",
        _("Put on hold"),
        EventKind.HELD,
        frozenset({Status.NEW, Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD}),
        Status.ON_HOLD,
        _FIELD,
    ),
    Transition(
        "resume",
        _("Take up again"),
        EventKind.RESUMED,
        frozenset({Status.ON_HOLD, Status.WITH_PARTNER}),
        Status.OPEN,
        _FIELD,
    ),
    Transition(
        "hand_over",
        _("Hand to a partner"),
        EventKind.HANDED_OVER,
        frozenset({Status.NEW, Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD}),
        Status.WITH_PARTNER,
        _DISPATCH,
    ),
    Transition("close", _("Close"), EventKind.CLOSED, OPEN_STATUSES, Status.CLOSED, _FIELD, undoable=True),
    Transition(
        "withdraw",
        _("Withdraw"),
        EventKind.WITHDRAWN,
        OPEN_STATUSES,
        Status.CLOSED,
        frozenset(),
        by_reporter=True,
    ),
    Transition(
        "reopen",
        _("Reopen"),
        EventKind.REOPENED,
        frozenset({Status.CLOSED}),
        Status.OPEN,
        _DISPATCH | {Role.OPERATOR},
        by_reporter=True,
    ),
    Transition("recategorize", _("Change category"), EventKind.RECATEGORIZED, OPEN_STATUSES, None, _DISPATCH),
    Transition(
        "reroute",
        _("Send to another department"),
        EventKind.REROUTED,
        OPEN_STATUSES,
        None,
        _DISPATCH,
        undoable=True,
    ),
    Transition("note", _("Add a note"), EventKind.NOTED, frozenset(Status), None, _NOTES),
    Transition(
        "publish_photo", _("Show photo"), EventKind.PHOTO_PUBLISHED, frozenset(Status), None, _DISPATCH
    ),
    Transition("hide_photo", _("Hide photo"), EventKind.PHOTO_HIDDEN, frozenset(Status), None, _DISPATCH),
    Transition("publish", _("Show online"), EventKind.PUBLISHED, frozenset(Status), None, _DISPATCH),
    Transition("unpublish", _("Take offline"), EventKind.UNPUBLISHED, frozenset(Status), None, _DISPATCH),
    Transition(
        "confirm", _("It is solved"), EventKind.CONFIRMED, frozenset({Status.CLOSED}), None, frozenset(), True
    ),
    Transition(
        "dispute",
        _("It is not solved"),
        EventKind.DISPUTED,
        frozenset({Status.CLOSED}),
        None,
        frozenset(),
        by_reporter=True,
        by_resident=True,
    ),
    Transition(
        "resolve_own",
        _("It is taken care of"),
        EventKind.CLOSED,
        OPEN_STATUSES,
        Status.CLOSED,
        frozenset(),
        True,
    ),
    Transition(
        "ask_review", _("Ask for a review"), EventKind.REVIEW_ASKED, OPEN_STATUSES, None, frozenset(), True
    ),
    Transition("edit", _("Change"), EventKind.EDITED, frozenset({Status.NEW}), None, frozenset(), True),
    Transition(
        "add_photo", _("Add a photo"), EventKind.PHOTO_ADDED, frozenset(Status), None, frozenset(), True
    ),
    Transition(
        "erase", _("Erase personal data"), EventKind.ERASED, frozenset(Status), None, frozenset(), True
    ),
    Transition(
        "undo",
        _("Undo"),
        EventKind.UNDONE,
        frozenset(Status),
        None,
        _FIELD,
        targets=frozenset(Status),
        acknowledges=False,
    ),
    Transition(
        "mirror",
        _("Follow the first report"),
        EventKind.MIRRORED,
        frozenset(Status),
        None,
        frozenset(),
        targets=frozenset(Status) - {Status.NEW},
        acknowledges=False,
    ),
    Transition(
        "merge",
        _("Join with another report"),
        EventKind.MERGED,
        OPEN_STATUSES,
        None,
        _DISPATCH,
        targets=OPEN_STATUSES - {Status.NEW},
        undoable=True,
    ),
    Transition(
        "join",
        _("Take another report in"),
        EventKind.JOINED,
        OPEN_STATUSES,
        None,
        _DISPATCH,
        undoable=True,
    ),
    Transition(
        "part",
        _("Part from the first report"),
        EventKind.PARTED,
        frozenset(Status),
        None,
        _DISPATCH,
        targets=OPEN_STATUSES - {Status.NEW},
    ),
    Transition("prioritize", _("Change priority"), EventKind.PRIORITIZED, OPEN_STATUSES, None, _DISPATCH),
    Transition("renew", _("Promise a new date"), EventKind.RENEWED, OPEN_STATUSES, None, _DISPATCH),
    Transition(
        "warn", _("Warn that the date is at risk"), EventKind.AT_RISK, OPEN_STATUSES, None, frozenset()
    ),
    Transition("escalate", _("Escalate"), EventKind.ESCALATED, OPEN_STATUSES, None, frozenset()),
    Transition(
        "ask",
        _("Ask the reporter"),
        EventKind.ASKED,
        OPEN_STATUSES - {Status.WITH_PARTNER},
        Status.ON_HOLD,
        _TASKS,
    ),
    Transition(
        "answer",
        _("Answer the question"),
        EventKind.ANSWERED,
        OPEN_STATUSES,
        None,
        _DISPATCH | {Role.OPERATOR},
        by_reporter=True,
        targets=OPEN_STATUSES - {Status.NEW},
        acknowledges=False,
    ),
    Transition("remind", _("Remind the reporter"), EventKind.REMINDED, OPEN_STATUSES, None, frozenset()),
    Transition("give_task", _("Give a task"), EventKind.TASK_GIVEN, OPEN_STATUSES, None, _TASKS),
    Transition(
        "finish_task",
        _("Finish a task"),
        EventKind.TASK_DONE,
        frozenset(Status),
        None,
        _TASKS,
        by_colleague=True,
    ),
    Transition("cancel_task", _("Cancel a task"), EventKind.TASK_CANCELLED, frozenset(Status), None, _TASKS),
    Transition(
        "plan_closing",
        _("Close when all tasks are done"),
        EventKind.CLOSING_PLANNED,
        OPEN_STATUSES,
        None,
        _DISPATCH,
    ),
    Transition(
        "correct_place",
        _("Correct the place"),
        EventKind.PLACE_CORRECTED,
        OPEN_STATUSES,
        None,
        _TASKS,
    ),
    Transition("split", _("Split in two"), EventKind.SPLIT, OPEN_STATUSES, None, _DISPATCH),
    Transition(
        "send_back", _("Send back to dispatch"), EventKind.RETURNED, OPEN_STATUSES, Status.OPEN, _FIELD
    ),
    Transition(
        "bump",
        _("Note another call"),
        EventKind.BUMPED,
        OPEN_STATUSES,
        None,
        _DISPATCH | {Role.OPERATOR},
        acknowledges=False,
    ),
    Transition("add_result_photo", _("Add a photo"), EventKind.RESULT_PHOTO, frozenset(Status), None, _FIELD),
    Transition(
        "redact_photo", _("Redact photo"), EventKind.PHOTO_REDACTED, frozenset(Status), None, _REDACTS
    ),
    Transition("redact_text", _("Hide words"), EventKind.TEXT_REDACTED, frozenset(Status), None, _REDACTS),
    Transition(
        "dispose", _("Destroy the unredacted version"), EventKind.DISPOSED, frozenset(Status), None, _DISPOSES
    ),
    Transition(
        "appeal",
        _("Object to the hiding"),
        EventKind.APPEALED,
        frozenset(Status),
        None,
        frozenset(),
        by_reporter=True,
    ),
)
BY_NAME: dict[str, Transition] = {transition.name: transition for transition in TRANSITIONS}


def available(status: Status, role: Role) -> list[Transition]:
    """The moves a person of this role may make now, in the order of the list."""
    return [move for move in TRANSITIONS if status in move.sources and role in move.roles]


def legal_pairs() -> list[tuple[str, str]]:
    """Every (from, to) an event of any kind may record, sorted; an empty "from" is the birth of a request.

    Moves that follow something else (`Transition.targets`) have pairs of their own: see `legal_pairs_of`.
    """
    pairs = {("", Status.NEW.value), (Status.NEW.value, Status.NEW.value)}
    for move in TRANSITIONS:
        if not move.targets:
            pairs |= _pairs(move)
    return sorted(pairs)


def legal_pairs_of(kind: EventKind) -> list[tuple[str, str]]:
    """The further (from, to) only events of this kind may record, sorted; empty for most."""
    common = set(legal_pairs())
    pairs = {pair for move in TRANSITIONS if move.event == kind and move.targets for pair in _pairs(move)}
    return sorted(pairs - common)


def _pairs(move: Transition) -> set[tuple[str, str]]:
    return {(source.value, target.value) for source in move.sources for target in move.results(source)}


_ALWAYS = (Outcome.NOT_OURS, Outcome.DECLINED, Outcome.DUPLICATE, Outcome.SPAM)
_OUTCOMES: dict[Kind, tuple[Outcome, ...]] = {
    Kind.REPAIR: (
        Outcome.FIXED,
        Outcome.ALREADY_FIXED,
        Outcome.RESOLVED_BY_OTHERS,
        Outcome.NOT_FOUND,
        Outcome.NO_ACCESS,
        *_ALWAYS,
    ),
    Kind.DELIVER: (Outcome.DELIVERED, Outcome.NO_ACCESS, *_ALWAYS),
    Kind.COLLECT: (Outcome.DELIVERED, Outcome.ALREADY_FIXED, Outcome.NOT_FOUND, Outcome.NO_ACCESS, *_ALWAYS),
    Kind.INSPECT: (
        Outcome.VIOLATION_FOUND,
        Outcome.NO_VIOLATION,
        Outcome.NOT_FOUND,
        Outcome.NO_ACCESS,
        Outcome.RESOLVED_BY_OTHERS,
        *_ALWAYS,
    ),
    Kind.ANSWER: (Outcome.INFORMATION_GIVEN, *_ALWAYS),
    Kind.FEEDBACK: (Outcome.INFORMATION_GIVEN, *_ALWAYS),
}
_SUCCESSES: dict[Kind, frozenset[Outcome]] = {
    Kind.REPAIR: frozenset({Outcome.FIXED, Outcome.ALREADY_FIXED, Outcome.RESOLVED_BY_OTHERS}),
    Kind.DELIVER: frozenset({Outcome.DELIVERED}),
    Kind.COLLECT: frozenset({Outcome.DELIVERED}),
    Kind.INSPECT: frozenset({Outcome.VIOLATION_FOUND, Outcome.NO_VIOLATION}),
    Kind.ANSWER: frozenset({Outcome.INFORMATION_GIVEN}),
    Kind.FEEDBACK: frozenset({Outcome.INFORMATION_GIVEN}),
}


def outcomes_for(kind: Kind) -> tuple[Outcome, ...]:
    """The outcomes staff may close this kind with, likeliest first. Reporters close as withdrawn, imports as recorded."""
    return _OUTCOMES[kind]


def successes_for(kind: Kind) -> frozenset[Outcome]:
    """The outcomes that count as solved for this kind."""
    return _SUCCESSES[kind]
