"""City packs are checked against words the workflow owns; the two lists must be one."""

from departments.packs import checks
from requests_app.workflow import Channel, Outcome, Status


def test_packs_know_the_workflow_words() -> None:
    assert list(checks.CHANNELS) == Channel.values
    assert set(checks.OUTCOMES) == set(Outcome.values)
    assert set(checks.STATUSES) == set(Status.values)
