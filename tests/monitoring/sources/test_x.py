"""Asking X: each post exactly once, wherever a run ends, and each refusal in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.models import Delivery, Intake, Mention, Source, WantedPost
from monitoring.rules.x_posts import id_at
from monitoring.services.fetching import fetch_source
from monitoring.services.trying import try_source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
from monitoring.sources.x_search import SETTLED, joined
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.fake_x import NOW, TOKEN, Direct, FakeX, gone, post
from tests.servers import FakeServer, Reply, serving

MINUTE = timedelta(minutes=1)


@pytest.fixture
def fake() -> FakeX:
    return FakeX()


@pytest.fixture
def server(fake: FakeX, settings: Any) -> Iterator[FakeServer]:
    settings.CHANNELS_ALLOW_PRIVATE_HOSTS = True
    with serving(fake.answer) as server, time_machine.travel(NOW, tick=False):
        yield server


@pytest.fixture
def source(server: FakeServer, db: None) -> Source:
    return a_source(server, mode="search", query="kettle")


def a_source(server: FakeServer, **fields: str) -> Source:
    made = SourceFactory(
        kind="x",
        secret="",
        settings={"api_base": server.url, **fields},
        credentials={"bearer_token": TOKEN, "consumer_secret": "s3cret-consumer"},
    )
    Intake.objects.filter(source=made).update(due_at=NOW)
    return made


def intake_of(source: Source) -> Intake:
    return Intake.objects.get(source=source)


def ask(source: Source, *, seconds: float = 40.0) -> Intake:
    Intake.objects.filter(source=source).update(due_at=NOW)
    assert fetch_source(source.pk, seconds=seconds)
    return intake_of(source)


def heard() -> list[int]:
    return sorted(int(one) for one in Mention.objects.values_list("external_id", flat=True))


def test_all_pages_are_walked_and_the_next_run_asks_for_what_is_newer(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    fake.page_size = 3
    said = [fake.say(10 * MINUTE, number=number) for number in range(7)]

    intake = ask(source)

    assert heard() == said
    assert len(server.seen) == 3
    assert intake.cursor == {"since": str(said[-1])}
    assert intake.state == "active"
    asked = server.seen[0].query
    assert (asked["start_time"], asked["max_results"]) == ("2026-03-03T09:30:00Z", "100")


def test_a_mention_holds_what_x_tells(fake: FakeX, source: Source) -> None:
    said = fake.say(10 * MINUTE)

    ask(source)

    found = Mention.objects.get()
    assert (found.platform, found.author_handle, found.author_name) == (
        "x",
        "tealover",
        "Tea Lover",
    )
    assert (found.author_followers, found.author_verified) == (5200, True)
    assert (found.likes, found.comments, found.shares, found.reach) == (9, 1, 5, 410)
    assert found.url == f"https://x.com/tealover/status/{said}"
    assert found.published_at == NOW - 10 * MINUTE


def test_asking_in_vain_leaves_no_trace(fake: FakeX, server: FakeServer, source: Source) -> None:
    fake.say(10 * MINUTE)
    before = ask(source).cursor

    after = ask(source).cursor

    assert after == before
    assert server.seen[1].query["since_id"] == before["since"]
    assert Delivery.objects.count() == 1


def test_a_run_that_is_broken_off_goes_on_where_it_stood_while_more_is_said(
    fake: FakeX, source: Source
) -> None:
    fake.page_size = 2
    said = [fake.say(10 * MINUTE, number=number) for number in range(5)]

    ask(source, seconds=-1)
    half_way = intake_of(source)
    said += [fake.say(5 * MINUTE, number=number) for number in range(3)]
    for _ in range(5):
        ask(source, seconds=-1)

    assert half_way.cursor["next"]
    assert half_way.due_at == NOW
    assert heard() == sorted(said)
    assert Mention.objects.count() == len(said)


def test_what_x_shows_late_is_found(fake: FakeX, source: Source) -> None:
    late = fake.say(timedelta(seconds=100), late=timedelta(seconds=90))
    early = fake.say(1 * MINUTE)
    ask(source)
    at_first = heard()

    fake.now += MINUTE
    ask(source)

    assert at_first == [early]
    assert heard() == sorted([late, early])
    assert int(intake_of(source).cursor["since"]) <= id_at(NOW + MINUTE - SETTLED)


def test_what_was_known_too_long_ago_for_x_is_asked_for_by_time(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    since = str(id_at(NOW - timedelta(days=9)))
    Intake.objects.filter(source=source).update(cursor={"since": since})
    said = fake.say(timedelta(days=6))

    intake = ask(source)

    assert server.seen[0].query["start_time"] == "2026-02-25T09:32:00Z"
    assert heard() == [said]
    assert intake.state == "active"


def test_a_token_that_x_refuses_begins_the_walk_anew(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    fake.page_size = 2
    said = [fake.say(10 * MINUTE, number=number) for number in range(3)]
    ask(source, seconds=-1)
    server.then(Reply(400, {"title": "Invalid Request", "detail": "next_token"}))

    intake = ask(source)

    assert heard() == said
    assert intake.cursor == {"since": str(said[-1])}


def test_an_empty_page_with_a_token_is_followed(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    said = fake.say(10 * MINUTE)
    server.then(Reply(200, {"meta": {"result_count": 0, "next_token": "further"}}))
    server.then(Reply(200, {"data": [post(said)], "meta": {"result_count": 1}}))

    ask(source)

    assert server.seen[1].query["next_token"] == "further"
    assert heard() == [said]


def test_a_token_that_leads_nowhere_is_not_followed_for_ever(
    server: FakeServer, source: Source
) -> None:
    again = Reply(200, {"meta": {"result_count": 0, "next_token": "again"}})
    server.then(again, again, again)

    assert ask(source).error_code == "not_understood"
    assert len(server.seen) == 2


PROBLEMS = "https://api.x.com/2/problems"


@pytest.mark.parametrize(
    ("reply", "code", "state", "words", "seconds"),
    [
        (
            Reply(
                429,
                {"title": "Too Many Requests"},
                {
                    "x-rate-limit-remaining": "0",
                    "x-rate-limit-reset": str(int(NOW.timestamp()) + 500),
                },
            ),
            "rate_limited",
            "degraded",
            "wait",
            500,
        ),
        (
            Reply(
                429,
                {"title": "Too Many Requests"},
                {
                    "x-rate-limit-remaining": "7",
                    "x-rate-limit-reset": str(int(NOW.timestamp()) + 9),
                    "x-app-limit-24hour-remaining": "0",
                    "x-app-limit-24hour-reset": str(int(NOW.timestamp()) + 7200),
                },
            ),
            "rate_limited",
            "degraded",
            "wait",
            7200,
        ),
        (Reply(429, headers={"Retry-After": "77"}), "rate_limited", "degraded", "wait", 77),
        (
            Reply(429, {"title": "UsageCapExceeded", "type": f"{PROBLEMS}/usage-capped"}),
            "quota_used_up",
            "failing",
            "used up",
            None,
        ),
        (Reply(402, {"title": "CreditsDepleted"}), "quota_used_up", "failing", "credit", None),
        (Reply(402), "quota_used_up", "failing", "used up", None),
        (Reply(401, {"title": "Unauthorized"}), "credentials_refused", "failing", "token", None),
        (
            Reply(403, {"detail": "Your app is not enrolled", "type": f"{PROBLEMS}/x"}),
            "not_allowed",
            "failing",
            "not enrolled",
            None,
        ),
        (
            Reply(400, {"errors": [{"message": "unknown operator"}], "title": "Invalid Request"}),
            "query_refused",
            "failing",
            "unknown operator",
            None,
        ),
        (Reply(503, "over capacity"), "server_error", "degraded", "503", None),
        (Reply(200, "<html>Sign in</html>"), "not_understood", "degraded", "else", None),
        (Reply(200, {"data": {"id": "1"}}), "not_understood", "degraded", "else", None),
        (Reply(200, []), "not_understood", "degraded", "else", None),
        (Reply(200, {"data": []}, cut="in_answer"), "cut", "degraded", "broke off", None),
        (Reply(cut="after_reading"), "cut", "degraded", "broke off", None),
    ],
)
def test_what_x_refuses_is_said_in_words_and_waited_for(
    server: FakeServer,
    source: Source,
    reply: Reply,
    code: str,
    state: str,
    words: str,
    seconds: int | None,
) -> None:
    server.then(reply)

    intake = ask(source)

    assert (intake.error_code, intake.state) == (code, state)
    assert words in intake.error_detail
    assert intake.cursor == {}
    assert seconds is None or intake.due_at == NOW + timedelta(seconds=seconds)
    assert TOKEN not in intake.error_detail


def test_a_refusal_in_the_middle_leaves_the_walk_where_it_stood(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    fake.page_size = 2
    said = [fake.say(10 * MINUTE, number=number) for number in range(4)]
    ask(source, seconds=-1)
    server.then(Reply(503))

    failed = ask(source)
    ask(source)

    assert (failed.error_code, bool(failed.cursor["next"])) == ("server_error", True)
    assert heard() == said


@pytest.mark.parametrize("kind", ["resource-not-found", "not-authorized-for-resource"])
def test_a_post_that_is_gone_or_protected_loses_its_words(
    fake: FakeX, source: Source, kind: str
) -> None:
    said = fake.say(10 * MINUTE)
    ask(source)
    fake.say(5 * MINUTE)
    fake.errors = [gone(str(said), kind)]

    ask(source)

    found = Mention.objects.get(external_id=str(said))
    assert (found.text, found.author_handle) == ("", "")
    assert found.removed_at is not None


def test_the_mentions_of_an_account_are_asked_for_by_its_id_which_is_kept(
    fake: FakeX, server: FakeServer, db: None
) -> None:
    source = a_source(server, mode="mentions", username="@northwind")
    fake.page_size = 2
    said = [fake.say(timedelta(hours=3), number=number) for number in range(3)]

    ask(source)
    ask(source)

    assert heard() == said
    assert len(server.of("GET", "/2/users/by/username/northwind")) == 1
    assert "pagination_token" in server.of("GET", "/2/users/111/mentions")[1].query


def test_a_pushed_source_asks_for_nothing_unless_it_is_told_to_catch_up(
    fake: FakeX, server: FakeServer, db: None
) -> None:
    pushed = a_source(server, mode="push", username="northwind")
    caught_up = a_source(server, mode="push", username="northwind", catch_up="yes")
    said = fake.say(10 * MINUTE)

    assert not fetch_source(pushed.pk)
    assert intake_of(pushed).state == "active"
    assert not server.seen
    assert ask(caught_up).state == "active"
    assert heard() == [said]


def want(source: Source, *posts: str) -> None:
    for one in posts:
        WantedPost.objects.create(source=source, kind="x", key=one, reference={"id": one})


def test_posts_of_which_only_the_ids_came_are_looked_up_a_hundred_at_once(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    said = [fake.say(timedelta(days=30), number=number) for number in range(110)]
    want(source, *map(str, said))

    ask(source)

    assert heard() == said
    assert len(server.of("GET", "/2/tweets")) == 3
    assert not WantedPost.objects.exists()


def test_posts_that_are_gone_or_never_were_are_given_up_and_the_others_brought(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    said, missing = fake.say(timedelta(days=30)), "2080000000000000001"
    want(source, str(said), missing, "no id at all")

    ask(source)

    assert heard() == [said]
    left = WantedPost.objects.order_by("key")
    assert [(one.key, one.error_code, one.due_at) for one in left] == [
        (missing, "post_gone", None),
        ("no id at all", "post_gone", None),
    ]


def test_a_refusal_of_many_gives_up_none_and_the_search_goes_on(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    want(source, "2080000000000000001", "2080000000000000002")
    server.then(Reply(403, {"detail": "not in your plan"}))
    said = fake.say(10 * MINUTE)

    intake = ask(source)

    assert (heard(), intake.state) == ([said], "active")
    waiting = WantedPost.objects.values_list("error_code", "due_at").distinct()
    assert list(waiting) == [("not_allowed", NOW + MINUTE)]


def test_a_source_without_a_token_leaves_the_looking_up_to_others(
    server: FakeServer, source: Source
) -> None:
    source.credentials = {"consumer_secret": "s3cret-consumer"}
    source.settings = {"mode": "push"}
    source.save(update_fields=["credentials", "settings"])
    want(source, "2080000000000000001")

    assert not fetch_source(source.pk)

    assert intake_of(source).state == "active"
    assert WantedPost.objects.get().attempts == 0


def test_several_lines_are_searched_together_as_far_as_the_limit_allows() -> None:
    assert joined(["kettle"]) == ["kettle"]
    assert joined(["kettle k2", "קומקום"]) == ["(kettle k2) OR (קומקום)"]
    assert [len(query) <= 512 for query in joined(["k" * 300, "t" * 300, "s"])] == [True, True]


def test_each_of_several_queries_is_walked_before_the_walk_ends(
    fake: FakeX, server: FakeServer, db: None
) -> None:
    source = a_source(server, mode="search", query="k" * 300 + "\n" + "t" * 300)
    fake.page_size = 2
    said = [fake.say(10 * MINUTE, number=number) for number in range(3)]

    for _ in range(4):
        ask(source, seconds=-1)

    asked = [one.query["query"][1] for one in server.seen]
    assert asked == ["k", "k", "t", "t"]
    assert heard() == said
    assert intake_of(source).cursor == {"since": str(said[-1])}


@pytest.mark.parametrize(
    ("fields", "credentials", "expected"),
    [
        ({"mode": "search"}, {"bearer_token": TOKEN}, [("missing", "settings.query")]),
        ({"mode": "search", "query": "k"}, {}, [("missing", "credentials.bearer_token")]),
        (
            {"mode": "search", "query": "k"},
            {"bearer_token": "old"},
            [("credentials_refused", "credentials.bearer_token")],
        ),
        ({"mode": "push"}, {}, [("missing", "credentials.consumer_secret")]),
        (
            {"mode": "mentions", "username": "nobody"},
            {"bearer_token": TOKEN},
            [("account_unknown", "settings.username")],
        ),
        ({"mode": "mentions", "username": "northwind"}, {"bearer_token": TOKEN}, []),
        ({"mode": "search", "query": "k"}, {"bearer_token": TOKEN}, []),
        ({"mode": "stream"}, {"bearer_token": TOKEN}, [("rules_missing", "settings.query")]),
        (
            {"mode": "stream", "query": "kettle\nרימון"},
            {"bearer_token": TOKEN},
            [("rule_missing", "settings.query"), ("rule_missing", "settings.query")],
        ),
        (
            {"mode": "stream", "query": "kettle", "manage_rules": "yes"},
            {"bearer_token": TOKEN},
            [],
        ),
    ],
)
def test_trying_a_source_names_the_field_that_is_wrong(
    server: FakeServer,
    db: None,
    fields: dict[str, str],
    credentials: dict[str, str],
    expected: list[tuple[str, str]],
) -> None:
    source = a_source(server, **fields)
    source.credentials = credentials

    found = try_source(source=source, now=NOW)

    assert [(one.code, one.field) for one in found] == expected
    assert all(one.sentence for one in found)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("mode", "stream", "firehose"),
        ("username", "@northwind", "north wind"),
        ("catch_up", "yes", "perhaps"),
        ("lookback_hours", "167", "168"),
        ("backfill_minutes", "5", "0"),
        ("query", "kettle -is:retweet", "k" * 5_000),
        ("api_base", "https://api.x.com", "javascript:alert(1)"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, good: str, bad: str) -> None:
    field = next(one for one in PROVIDERS["x"].settings if one.name == name)

    assert field.check
    assert field.check(good) is None
    assert field.check(bad)


def test_sources_of_one_app_share_its_calls_and_the_token_is_not_to_be_read() -> None:
    def key(mode: str, token: str) -> str:
        account = Account(settings={"mode": mode}, credentials={"bearer_token": token})
        budget = PROVIDERS["x"].budget(account)
        return budget.key if budget else ""

    assert key("search", "a") == key("search", "a") != key("search", "b")
    assert key("search", "a") != key("mentions", "a") == key("push", "a")
    assert not key("stream", "a")
    assert TOKEN not in key("search", TOKEN)


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
