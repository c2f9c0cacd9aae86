"""Gaps between two connections to the stream of X."""

from datetime import timedelta
from typing import Any

import pytest

from monitoring.sources import PROVIDERS
from monitoring.sources.http import Answer
from monitoring.sources.x_calls import Session
from monitoring.sources.x_gaps import LONGEST_JOINED, MOST, SHOWN_AFTER, Gaps
from tests.monitoring.sources.fake_x import NOW, Direct, FakeX
from tests.monitoring.sources.x.asking import stream_account as account


class Refusing(Direct):
    """Calls that are refused at first."""

    refuses = True
    asked = 0

    def get(self, url: str, *, params: Any = None, headers: Any = None, limit: int = 0) -> Answer:
        if self.refuses:
            self.asked += 1
            return Answer(429, {"retry-after": "900"}, b"{}", url)
        return super().get(url, params=params, headers=headers, limit=limit)


class TestGap:
    """A gap is searched once X can be expected to show what is in it."""

    @pytest.fixture
    def x(self) -> FakeX:
        return FakeX(NOW)

    def gap(self, x: FakeX, states: Any = None, **fields: str) -> Gaps:
        return Gaps(Session(account(None, **fields), Direct(x), now=NOW), states)

    def found(self, gap: Gaps, x: FakeX, *, steps: int = 20) -> set[str]:
        found: set[str] = set()
        for _ in range(steps):
            x.now += timedelta(seconds=3)
            if body := gap.search(x.now):
                batch = PROVIDERS["x"].parse(account(), body, now=x.now)
                found |= {mention.id for mention in batch.mentions}
        return found

    def test_everything_between_is_found_and_nothing_is_asked_before_its_time(
        self, x: FakeX
    ) -> None:
        x.page_size = 2
        said = {str(x.say(timedelta(minutes=5), number=number)) for number in range(5)}
        outside = x.say(timedelta(minutes=20))
        gap = self.gap(x)
        gap.add(NOW - timedelta(minutes=10), NOW)

        early = self.found(gap, x, steps=int(SHOWN_AFTER.total_seconds() // 3) - 1)
        late = self.found(gap, x)

        assert early == set()
        assert late == said
        assert str(outside) not in late
        assert not gap.states

    def test_one_that_was_searched_in_part_goes_on_there(self, x: FakeX) -> None:
        x.page_size = 2
        said = {str(x.say(timedelta(minutes=5), number=number)) for number in range(5)}
        gap = self.gap(x)
        gap.add(NOW - timedelta(minutes=10), NOW)
        x.now += SHOWN_AFTER
        first = self.found(gap, x, steps=1)

        rest = self.found(self.gap(x, list(gap.states)), x)

        assert len(first) == 2
        assert first | rest == said
        assert not first & rest

    def test_two_that_meet_become_one(self, x: FakeX) -> None:
        gap = self.gap(x)
        gap.add(NOW - timedelta(minutes=10), NOW - timedelta(minutes=8))

        gap.add(NOW - timedelta(minutes=9), NOW)

        (state,) = gap.states
        assert state["start"] == (NOW - timedelta(minutes=10)).isoformat()
        assert state["end"] == NOW.isoformat()

    def test_a_stream_that_breaks_all_the_time_puts_no_gap_off_for_ever(self, x: FakeX) -> None:
        said = str(x.say(timedelta(minutes=1)))
        gap, found = self.gap(x), set[str]()
        gap.add(NOW - timedelta(minutes=2), NOW)

        for _ in range(60):
            gap = self.gap(x, gap.states)
            gap.add(x.now - timedelta(seconds=30), x.now + timedelta(seconds=30))
            found |= self.found(gap, x, steps=10)

        assert x.now - NOW > LONGEST_JOINED
        assert said in found

    def test_gaps_far_apart_are_searched_apart_but_are_never_many(self, x: FakeX) -> None:
        gap = self.gap(x)

        for hours in range(30, 0, -1):
            start = NOW - timedelta(hours=hours)
            gap.add(start, start + timedelta(minutes=1))

        assert len(gap.states) == MOST
        assert gap.states[0]["end"] == (NOW - timedelta(hours=30, minutes=-1)).isoformat()
        assert gap.states[-1]["end"] == (NOW - timedelta(minutes=59)).isoformat()

    def test_one_longer_than_x_remembers_is_searched_as_far_as_it_goes(self, x: FakeX) -> None:
        said = str(x.say(timedelta(days=6)))
        gap = self.gap(x)
        gap.add(NOW - timedelta(days=30), NOW)
        x.now += SHOWN_AFTER

        assert self.found(gap, x) == {said}

    def test_a_refusal_puts_it_off_and_disturbs_nobody(self, x: FakeX) -> None:
        said = str(x.say(timedelta(minutes=5)))
        gap = self.gap(x)
        gap.add(NOW - timedelta(minutes=10), NOW)
        x.now += SHOWN_AFTER
        calls = Refusing(x)
        gap = Gaps(Session(account(), calls, now=NOW), gap.states)

        at_once = self.found(gap, x)
        x.now += timedelta(seconds=900)

        assert (at_once, calls.asked) == (set(), 1)
        calls.refuses = False
        assert self.found(gap, x) == {said}

    def test_without_a_query_the_rules_of_the_app_are_searched_for(self, x: FakeX) -> None:
        x.rules = [{"id": "1", "value": "kettle", "tag": ""}]
        said = str(x.say(timedelta(minutes=5)))
        gap = self.gap(x, query="")
        gap.add(NOW - timedelta(minutes=10), NOW)
        x.now += SHOWN_AFTER

        assert self.found(gap, x) == {said}
