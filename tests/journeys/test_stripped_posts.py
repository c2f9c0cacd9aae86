"""Brandwatch finds posts of X that it may not show; X shows them, and each is counted once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from crisisapi.accounts.models import Brand
from monitoring.models import CallBudget, Intake, Mention, Source, WantedPost
from monitoring.selectors.recount import find_differences
from monitoring.services.fetching import fetch_source
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.fake_x import NOW, TOKEN, FakeX, gone
from tests.platforms.brandwatch import FakeBrandwatch
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


class Pair:
    """Both platforms, and a source of a brand for each."""

    def __init__(
        self, brand: Brand, found_by: FakeServer, shown_by: FakeServer, clock: Any
    ) -> None:
        self.brand, self.clock = brand, clock
        self.brandwatch, self.x = FakeBrandwatch(), FakeX()
        self.server = shown_by
        found_by.answer, shown_by.answer = self.brandwatch.answer, self.x.answer
        settings = {"project_id": "7", "query_ids": "77", "resolve_x": "yes"}
        self.finder: Source = SourceFactory(
            brand=brand,
            kind="brandwatch",
            platform="other",
            secret="",
            settings={**settings, "api_base": found_by.url},
            credentials={"username": "ella@rimon.example", "password": "s3cret-password"},
        )
        self.shower: Source = SourceFactory(
            brand=brand,
            kind="x",
            secret="",
            settings={"mode": "search", "query": "kettle", "api_base": shown_by.url},
            credentials={"bearer_token": TOKEN, "consumer_secret": "s3cret-consumer"},
        )

    def find(self, *posts: int) -> None:
        """Let Brandwatch find posts of X, of which it tells the ids alone."""
        stripped = {"pageType": "twitter", "title": None, "snippet": None}
        for number, post in enumerate(posts, start=len(self.brandwatch.mentions)):
            added = NOW - timedelta(hours=2)
            self.brandwatch.add(number, added=added, guid=str(post), **stripped)

    def ask(self, source: Source) -> Intake:
        """Ask a source as a worker does."""
        Intake.objects.filter(source=source).update(due_at=NOW - timedelta(days=1))
        assert fetch_source(source.pk)
        return Intake.objects.get(source=source)

    def go_on(self, minutes: int) -> None:
        """Let time pass."""
        self.clock.shift(minutes * MINUTE)
        self.x.now += minutes * MINUTE

    def heard(self) -> list[tuple[int, bool]]:
        """Return the posts that are known, and whether their words are."""
        found = Mention.objects.filter(brand=self.brand).order_by("external_id")
        return [(int(one.external_id), bool(one.text)) for one in found]

    def waiting(self) -> dict[str, str]:
        """Return what is to be looked up, with why it was not the last time."""
        left = WantedPost.objects.filter(due_at__isnull=False)
        return dict(left.values_list("key", "error_code"))

    def given_up(self) -> dict[str, str]:
        """Return what is not looked up any more, with the reason."""
        left = WantedPost.objects.filter(due_at__isnull=True)
        return dict(left.values_list("key", "error_code"))


@pytest.fixture
def pair(brand: Brand, settings: Any) -> Iterator[Pair]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with (
        serving() as found_by,
        serving() as shown_by,
        time_machine.travel(NOW, tick=False) as clock,
    ):
        yield Pair(brand, found_by, shown_by, clock)


def test_posts_that_brandwatch_may_not_show_are_shown_by_x_and_counted_once(pair: Pair) -> None:
    first = pair.x.say(timedelta(days=20), number=1)
    second = pair.x.say(timedelta(days=20), number=2)
    pair.find(first, second)

    found = pair.ask(pair.finder)
    shown = pair.ask(pair.shower)
    # Both find them again; X by its search as well.
    pair.go_on(30)
    third = pair.x.say(5 * MINUTE)
    pair.find(third)
    pair.ask(pair.shower)
    pair.ask(pair.finder)

    assert (found.state, shown.state) == ("active", "active")
    assert pair.heard() == [(first, True), (second, True), (third, True)]
    assert set(Mention.objects.values_list("source", flat=True)) == {pair.shower.pk}
    assert (pair.waiting(), pair.given_up()) == ({}, {})
    assert find_differences(pair.brand.pk) == []


def test_posts_that_are_deleted_or_protected_are_given_up_with_the_reason(pair: Pair) -> None:
    there = pair.x.say(timedelta(days=20), number=1)
    deleted, hidden = there + 100, there + 200
    pair.find(there, deleted, hidden)
    pair.ask(pair.finder)
    users = {"users": [{"id": "222", "username": "tealover", "name": "Tea Lover"}]}
    errors = [gone(str(deleted)), gone(str(hidden), "not-authorized-for-resource")]
    pair.server.then(
        Reply(200, {"data": [pair.x.posts[there]], "includes": users, "errors": errors})
    )

    pair.ask(pair.shower)
    # Brandwatch tells of them again: nobody asks X again.
    pair.go_on(30)
    pair.ask(pair.finder)
    pair.ask(pair.shower)

    assert pair.heard() == [(there, True)]
    assert pair.given_up() == {str(deleted): "post_gone", str(hidden): "post_gone"}
    assert [seen.path for seen in pair.server.seen].count("/2/tweets") == 1


@pytest.mark.parametrize(
    ("refusal", "state", "code"),
    [
        (Reply(429, {"title": "Too Many Requests"}), "degraded", "rate_limited"),
        (Reply(404, {"title": "Not Found"}), "active", ""),
    ],
)
def test_a_refusal_of_x_gives_up_none_and_they_come_later(
    pair: Pair, refusal: Reply, state: str, code: str
) -> None:
    post = pair.x.say(timedelta(days=20))
    pair.find(post)
    pair.ask(pair.finder)
    pair.server.then(refusal)

    refused = pair.ask(pair.shower)
    waited = pair.waiting()
    pair.go_on(60)
    pair.ask(pair.shower)

    assert (refused.state, refused.error_code) == (state, code)
    assert list(waited) == [str(post)]
    assert pair.heard() == [(post, True)]
    assert pair.waiting() == {}


def test_looking_up_is_counted_in_the_budget_of_the_app(pair: Pair) -> None:
    pair.find(pair.x.say(timedelta(days=20)))
    pair.ask(pair.finder)

    pair.ask(pair.shower)

    budget = CallBudget.objects.get(key__startswith="x:")
    assert sum(count for _at, count in budget.spent) == len(pair.server.seen) >= 2


def test_without_calls_left_they_wait_for_the_budget(pair: Pair) -> None:
    post = pair.x.say(timedelta(days=20))
    pair.find(post)
    pair.ask(pair.finder)
    pair.ask(pair.shower)
    pair.find(later := pair.x.say(timedelta(days=19)))
    pair.go_on(1)
    CallBudget.objects.filter(key__startswith="x:").update(spent=[[NOW.isoformat(), 450]])
    pair.ask(pair.finder)
    asked = len(pair.server.seen)

    refused = pair.ask(pair.shower)

    assert refused.error_code == "budget_used_up"
    assert len(pair.server.seen) == asked
    pair.go_on(16)
    pair.ask(pair.shower)
    assert [one for one, _words in pair.heard()] == [post, later]
