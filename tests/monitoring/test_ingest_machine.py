"""Whatever arrives, in whatever order and how often: counted once, and the latest word stands."""

import hashlib
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from crisisapi.common.actors import SYSTEM
from monitoring.models import Delivery, Mention
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery, replay_delivery
from monitoring.services.ingest import COPY_FROM_ROWS
from monitoring.services.previewing import Letter, preview_delivery
from monitoring.services.rollups import fold_buckets
from tests.factories.monitoring import SourceFactory
from tests.machines import DatabaseMachine, walk
from tests.monitoring.foretold import check_foretold
from tests.monitoring.x_pages import NOW, Ledger, Said, page, stored

NUMBERS = st.integers(0, 8)
COUNTS = st.tuples(*[st.integers(0, 3)] * 4)
TEXTS = st.sampled_from(["It smokes, terrible", "Wonderful, I love it", "A kettle", "קומקום נורא"])
SAID = st.builds(Said, NUMBERS, st.integers(0, 3), TEXTS, COUNTS)
# Beside those that are told apart, so many that they are copied.
CROWD = range(10, 10 + COPY_FROM_ROWS)


class Arriving(DatabaseMachine):
    """Pages of posts arrive, and everything else that happens to posts happens in between."""

    def __init__(self) -> None:
        super().__init__()
        self.source = SourceFactory(kind="x", platform="x", secret="")
        self.ledger = Ledger()
        self.pages: list[tuple[Delivery, tuple[Any, ...]]] = []

    @rule(
        said=st.lists(SAID, max_size=6),
        removed=st.lists(NUMBERS, max_size=2, unique=True),
        crowd=st.none() | COUNTS,
    )
    def arrives(self, said: list[Said], removed: list[int], crowd: Any) -> None:
        around = [] if crowd is None else [Said(number, counts=crowd) for number in CROWD]
        posts, body = around + said, page(around + said, removed)
        told = preview_delivery(source=self.source, letter=Letter(body), now=NOW)
        before = stored(self.source)

        name = f"{len(self.pages)} {hashlib.sha256(body).hexdigest()}"
        delivery, _again = receive_delivery(
            source=self.source, external_id=name, body=body, now=NOW
        )

        new, changed = self.ledger.hear(posts, removed)
        self.pages.append((delivery, (posts, removed)))
        assert (delivery.accepted, delivery.updated) == (new, changed)
        check_foretold(told, delivery, before, stored(self.source))

    @precondition(lambda self: self.pages)
    @rule(pick=st.integers(0, 100))
    def an_old_page_is_replayed(self, pick: int) -> None:
        delivery, (posts, removed) = self.pages[pick % len(self.pages)]

        again = replay_delivery(delivery=delivery, actor=SYSTEM, now=NOW)

        assert (again.accepted, again.updated) == self.ledger.hear(posts, removed)

    @rule(limit=st.sampled_from([1, 3, 500]))
    def some_are_analysed(self, limit: int) -> None:
        analyse_batch(now=NOW, limit=limit)

    @rule()
    def deltas_are_folded(self) -> None:
        fold_buckets()

    @invariant()
    def the_rollups_are_what_a_recount_says(self) -> None:
        assert find_differences(self.source.brand_id) == []

    @invariant()
    def the_latest_word_and_the_most_of_each_counter_stand(self) -> None:
        assert stored(self.source) == self.ledger.posts

    @invariant()
    def nothing_is_kept_of_what_is_gone(self) -> None:
        gone = Mention.objects.filter(source=self.source, removed_at__isnull=False)
        kept = gone.exclude(text="", author_handle="", author_external_id="", url="")
        assert not kept.exists()


@pytest.mark.django_db
def test_arrivals_in_any_order_are_counted_once_and_the_latest_word_stands() -> None:
    walk(Arriving)
