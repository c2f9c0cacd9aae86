"""Whatever comes in which order: counts are exact, and what was forgotten stays so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from crisisapi.common.actors import SYSTEM
from monitoring.models import Delivery, Erasure, Mention
from monitoring.selectors.author_recount import find_false_authors
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.deliveries import receive_delivery, replay_delivery
from monitoring.services.erasing import erase_next
from monitoring.services.erasures import Author, ErasureUnderWay, request_erasure
from monitoring.services.keeping import remove_old_deliveries
from monitoring.services.removing import remove_mentions
from monitoring.services.retention import forget_old_mentions
from monitoring.services.rollups import fold_buckets
from tests.factories.monitoring import SourceFactory
from tests.machines import DatabaseMachine, walk
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.searching import places_of

SAID = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
POSTS = st.integers(0, 8)
COUNTS = st.integers(0, 50)


def _author(post: int) -> str:
    return f"wrote{post % 3}"


def _item(post: int, revision: int, likes: int) -> dict[str, Any]:
    return mention(
        post,
        text=f"terrible secret{post}, said by {_author(post)}",
        url=f"https://example.org/{_author(post)}/{post}",
        author={"id": f"account{post % 3}", "handle": _author(post), "name": _author(post).upper()},
        published_at=(SAID + timedelta(minutes=3 * post, seconds=17)).isoformat(),
        revision=revision,
        likes=likes,
    )


class Forgetting(DatabaseMachine):
    """One source that hears nine posts of three people, again and again."""

    @initialize()
    def begin(self) -> None:
        self.source = SourceFactory(brand__mentions_kept_days=30)
        self.now = datetime.now(UTC)
        self.numbers = iter(range(1_000_000))
        self.heard: set[int] = set()
        self.asked: set[int] = set()
        self.forgotten: set[int] = set()

    @rule(posts=st.lists(POSTS, min_size=2, max_size=6), revision=st.integers(0, 3), likes=COUNTS)
    def arrive(self, posts: list[int], revision: int, likes: int) -> None:
        items = [_item(post, revision, likes) for post in posts]
        name = f"delivery-{next(self.numbers)}"
        body = body_of(*items)
        receive_delivery(source=self.source, external_id=name, body=body, now=self.now)
        self.heard |= set(posts)

    @rule(place=st.integers(0, 5))
    def replay(self, place: int) -> None:
        for delivery in Delivery.objects.order_by("pk")[place : place + 1]:
            replay_delivery(delivery=delivery, actor=SYSTEM, now=self.now)

    @rule(post=POSTS)
    def delete_at_the_platform(self, post: int) -> None:
        remove_mentions([f"post-{post}"], source=self.source, now=self.now)

    @rule()
    def analyse(self) -> None:
        analyse_batch(now=self.now)

    @rule()
    def fold(self) -> None:
        fold_buckets()
        fold_authors(now=self.now)

    @rule(person=st.integers(0, 2), suppress=st.booleans())
    def ask_to_forget(self, person: int, suppress: bool) -> None:  # noqa: FBT001
        asked: dict[str, Any] = {"reason": "Request 17", "suppress": suppress, "actor": SYSTEM}
        author = Author("x", handle=f"wrote{person}")
        try:
            request_erasure(brand=self.source.brand, author=author, now=self.now, **asked)
        except ErasureUnderWay:
            return
        self.asked |= {post for post in self.heard if post % 3 == person}

    @rule()
    def forget_a_step(self) -> None:
        erase_next(now=self.now)

    @rule()
    def forget_in_full(self) -> None:
        while erase_next(now=self.now):
            pass
        self.forgotten |= self.asked
        self.asked.clear()

    @rule(person=st.integers(0, 2), suppress=st.booleans())
    def forget_at_once(self, person: int, suppress: bool) -> None:  # noqa: FBT001
        self.ask_to_forget(person, suppress)
        self.forget_in_full()

    @rule()
    def a_month_goes_by(self) -> None:
        self.now += timedelta(days=31)
        brand = self.source.brand
        forget_old_mentions(brand=brand, now=self.now, seconds=60)
        remove_old_deliveries(brand_id=brand.pk, now=self.now, seconds=60)

    @invariant()
    def a_recount_agrees(self) -> None:
        if hasattr(self, "source"):
            assert not find_differences(self.source.brand_id)
            assert not find_false_authors(self.source.brand_id)

    @invariant()
    def everything_heard_is_counted_once(self) -> None:
        if hasattr(self, "source"):
            assert Mention.objects.filter(source=self.source).count() == len(self.heard)

    @invariant()
    def what_was_forgotten_is_nowhere(self) -> None:
        if hasattr(self, "source") and self.forgotten:
            words = {f"secret{post}" for post in self.forgotten}
            held = " ".join(Mention.objects.values_list("text", flat=True))
            held += " ".join(bytes(one.body).decode() for one in Delivery.objects.all())
            assert not [word for word in words if word in held]

    def teardown(self) -> None:
        """Tell everything again, and search everything: once at the end, it takes a while."""
        try:
            if getattr(self, "forgotten", None):
                self.arrive(sorted(self.heard), 9, 99)
                for place in range(6):
                    self.replay(place)
                self.a_recount_agrees()
                assert not places_of(*(f"secret{post}" for post in self.forgotten))
        finally:
            super().teardown()


@pytest.mark.django_db
def test_counts_stay_exact_and_the_forgotten_are_nowhere() -> None:
    walk(Forgetting)


@pytest.mark.django_db
def test_words_and_names_of_the_erased_stand_in_no_column_of_the_database() -> None:
    source = SourceFactory()
    planted = ("secret4", "wrote1", "account1", "post-4")
    body = body_of(_item(4, 0, 3), _item(5, 0, 3))
    for name in ("one", "two"):
        receive_delivery(source=source, external_id=name, body=body + b" ", now=SAID)
    assert places_of(*planted) >= {"monitoring_mention.text", "monitoring_delivery.body"}

    author = Author("x", external_id="account1")
    asked: dict[str, Any] = {"author": author, "reason": "Request 17", "actor": SYSTEM, "now": SAID}
    request_erasure(brand=source.brand, **asked)
    while erase_next(now=SAID):
        pass

    assert not places_of(*planted)
    assert places_of("secret5") == {"monitoring_mention.text", "monitoring_delivery.body"}
    assert not Erasure.objects.filter(finished_at=None).exists()
