"""Every write that touches more than one row: keyword-only, typed, with who (``by``) and when (``now``) passed in.

Each action is one transaction, writes its events, and defers its job in the same transaction.
"""

from requests_app.actions.actors import Actor
from requests_app.actions.asking import answer, ask, close_for_silence, remind
from requests_app.actions.closing import close, reopen, withdraw
from requests_app.actions.erasure import erase
from requests_app.actions.errors import (
    ActionRefused,
    AlreadySubmitted,
    MoveNotPossible,
    NotAllowed,
    StaleRequest,
    SubmissionInProgress,
)
from requests_app.actions.escalation import escalate
from requests_app.actions.field import Found, begin, report_found, send_back
from requests_app.actions.incidents import RolledUp, lead_with, merge, not_same, part, roll_up, take_in
from requests_app.actions.intake import Contact, Submission, Submitted, submit
from requests_app.actions.notes import add_note
from requests_app.actions.pictures import hide_photo, publish_photo
from requests_app.actions.place import NewPlace, correct_place
from requests_app.actions.progress import acknowledge, hand_over, hold, resume, start
from requests_app.actions.promises import renew, warn
from requests_app.actions.redaction import dispose, redact_photo, redact_text
from requests_app.actions.reporter import add_photo, ask_review, confirm, dispute, edit, resolve_own
from requests_app.actions.results import add_result_photo
from requests_app.actions.splitting import Goes, split
from requests_app.actions.triage import assign, recategorize, reroute
from requests_app.actions.undoing import CannotUndo, send_now, settle, undo, undo_bulk
from requests_app.actions.visibility import appeal, publish, unpublish, uphold

__all__ = [
    "ActionRefused",
    "Actor",
    "AlreadySubmitted",
    "CannotUndo",
    "Contact",
    "Found",
    "Goes",
    "MoveNotPossible",
    "NewPlace",
    "NotAllowed",
    "RolledUp",
    "StaleRequest",
    "Submission",
    "SubmissionInProgress",
    "Submitted",
    "acknowledge",
    "add_note",
    "add_photo",
    "add_result_photo",
    "answer",
    "appeal",
    "ask",
    "ask_review",
    "assign",
    "begin",
    "close",
    "close_for_silence",
    "confirm",
    "correct_place",
    "dispose",
    "dispute",
    "edit",
    "erase",
    "escalate",
    "hand_over",
    "hide_photo",
    "hold",
    "lead_with",
    "merge",
    "not_same",
    "part",
    "publish",
    "publish_photo",
    "recategorize",
    "redact_photo",
    "redact_text",
    "remind",
    "renew",
    "reopen",
    "report_found",
    "reroute",
    "resolve_own",
    "resume",
    "roll_up",
    "send_back",
    "send_now",
    "settle",
    "split",
    "start",
    "submit",
    "take_in",
    "undo",
    "undo_bulk",
    "unpublish",
    "uphold",
    "warn",
    "withdraw",
]
