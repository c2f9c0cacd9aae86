"""Queries, settings and budgets of sources of X, and what trying one says."""

import pytest

from monitoring.models import Delivery
from monitoring.services.trying import try_source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
from monitoring.sources.x_search import joined
from tests.monitoring.sources.fake_x import NOW, TOKEN, FakeX
from tests.monitoring.sources.x.asking import MINUTE, a_source, ask, heard, intake_of
from tests.servers import FakeServer


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
