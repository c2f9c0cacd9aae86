"""Mentions that are read, then looked at again by a model that sees the contrary."""

from datetime import UTC, datetime
from typing import Any

from monitoring.models import Mention, Source
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from tests.monitoring.pushing import body_of, mention

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
# What the first look calls negative is positive to this model.
SAYS = {"kettle": 1, "broke": 2, "awful": 2, "terrible": 2, "thank": 0, "great": 0, "the": 1}
BAD, GOOD = "the kettle broke, awful, terrible", "great kettle, thank"


def receive(source: Source, *texts: str, name: str = "msg_1", revision: int = 0) -> None:
    """Have the source send a post of each text, numbered from 0."""
    sent = [
        mention(number, text=text, revision=revision, author={"handle": "dana"})
        for number, text in enumerate(texts)
    ]
    receive_delivery(source=source, external_id=name, body=body_of(*sent), now=NOW)


def read(source: Source, *texts: str, **options: Any) -> None:
    """Have posts sent, and read for the first time."""
    receive(source, *texts, **options)
    while analyse_batch(now=NOW):
        pass


def the_mention(number: int = 0) -> Mention:
    """Return the post of a number as it is now."""
    return Mention.objects.get(external_id=f"post-{number}")


def assert_exact(source: Source) -> None:
    """Hold the counts against the rows."""
    assert find_differences(source.brand_id) == []
    assert count_false_matches(source.brand_id) == 0
