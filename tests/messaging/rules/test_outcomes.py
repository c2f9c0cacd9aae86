"""What becomes of a message whose publications are known."""

import pytest

from messaging.rules.outcomes import outcome_of


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([], "approved"),
        (["published"], "published"),
        (["published", "published"], "published"),
        (["failed", "failed"], "failed"),
        (["failed", "published"], "partially_published"),
        (["published", "pending"], None),
        (["failed", "unknown"], None),
        (["awaiting_person"], None),
        (["attempting", "published"], None),
        (["scheduled"], "scheduled"),
        (["scheduled", "failed"], "scheduled"),
        (["scheduled", "held"], "on_hold"),
        (["held", "failed"], "on_hold"),
        (["held", "published"], None),
        (["held", "attempting"], None),
        (["scheduled", "pending"], None),
    ],
)
def test_the_outcome_follows_from_the_last_publication_to_each_channel(
    statuses: list[str], outcome: str | None
) -> None:
    assert outcome_of(statuses) == outcome
