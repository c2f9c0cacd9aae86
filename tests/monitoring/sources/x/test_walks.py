"""Random walks over X: nothing is missed wherever a run is broken off."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
from tests.monitoring.sources.fake_x import TOKEN, Direct, FakeX


class Walker:
    """A source whose runs are killed anywhere; keeps what was stored, and the cursor with it."""

    def __init__(self, fake: FakeX) -> None:
        self.fake = fake
        self.cursor: dict[str, Any] = {}
        self.stored: set[int] = set()
        settings = {"mode": "search", "query": "kettle"}
        self.account = Account(settings=settings, credentials={"bearer_token": TOKEN})

    def run(self, pages: int | None, *, stores_last: bool = True) -> None:
        """Store that many pages at most; the last is perhaps lost, as when a worker dies."""
        provider = PROVIDERS["x"]
        now = self.fake.now
        for number, page in enumerate(
            provider.fetch(self.account, self.cursor, Direct(self.fake), now=now), start=1
        ):
            if number == pages and not stores_last:
                return
            batch = provider.parse(self.account, page.body, now=now)
            assert not batch.rejections
            self.stored |= {int(mention.id) for mention in batch.mentions}
            self.cursor = dict(page.cursor)
            if number == pages:
                return


_STEPS = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 9), st.integers(0, 100)),
    st.tuples(st.just("wait"), st.integers(1, 400), st.just(0)),
    st.tuples(st.just("run"), st.integers(1, 4), st.booleans()),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(_STEPS, max_size=30), page_size=st.integers(1, 4))
def test_whatever_is_broken_off_wherever_nothing_is_missed(
    steps: list[tuple[str, int, int]], page_size: int
) -> None:
    fake = FakeX(datetime.fromisoformat("2026-03-04T09:30:00+00:00"))
    fake.page_size = page_size
    walker = Walker(fake)
    number = 0
    for kind, size, more in steps:
        if kind == "say":
            for _ in range(size):
                number += 1
                fake.say(timedelta(0), number=number, late=timedelta(seconds=more % 60))
        elif kind == "wait":
            fake.now += timedelta(seconds=size)
        else:
            walker.run(size, stores_last=bool(more))

    for _ in range(3):
        fake.now += timedelta(minutes=3)
        walker.run(None)

    assert walker.stored == set(fake.posts)
