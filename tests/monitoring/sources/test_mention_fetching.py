"""Mention (mention.com): everything once, whatever way the list runs and wherever it breaks off."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
import time_machine

from monitoring.models import Delivery, Mention
from monitoring.sources.http import Calls
from monitoring.sources.mention import PROVIDER
from tests.platforms.mention import ACCOUNT, FakeMention, account_at, ask, post, source_at
from tests.servers import FakeServer, Reply, serving

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def mention() -> FakeMention:
    return FakeMention()


@pytest.fixture
def server(mention: FakeMention) -> Iterator[FakeServer]:
    with serving(mention.answer) as fake:
        yield fake


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def titles() -> list[str]:
    return sorted(
        text.partition("\n")[0] for text in Mention.objects.values_list("text", flat=True)
    )


def titles_of(numbers: Any) -> list[str]:
    return sorted(f"Kettle handle cracked {number}" for number in numbers)


def lists(server: FakeServer) -> list[dict[str, str]]:
    return [dict(seen.query) for seen in server.seen if seen.path.endswith("/mentions")]


def run(server: FakeServer, cursor: Any, pages: int | None = None, **settings: str) -> Any:
    """Fetch some pages with what was stored before; returns texts and where it stopped."""
    found, account = [], account_at(server, **settings)
    for page in islice(PROVIDER.fetch(account, cursor, Calls(), now=NOW), pages):
        found += PROVIDER.parse(account, page.body, now=NOW).mentions
        cursor = page.cursor
    return [one.text.partition("\n")[0] for one in found], cursor


@pytest.mark.django_db
def test_the_first_run_brings_what_the_window_holds_and_the_next_what_was_found_since(
    mention: FakeMention, server: FakeServer
) -> None:
    old = post(4, published_at="2026-02-20T09:00:00.0+00:00")
    mention.find(post(3), old, post(7))
    source = source_at(server)
    ask(source)
    late = post(9, published_at="2025-12-01T09:00:00.0+00:00")
    mention.find(late)

    intake = ask(source)

    assert titles() == titles_of([3, 7, 9])
    assert intake.state == "active"
    assert intake.cursor == {"alerts": {"55": {"since": "9"}}}
    first, second = lists(server)
    assert first["not_before_date"] == "2026-02-25T09:30:00.000000+00:00"
    assert second["since_id"] == "7"
    assert server.seen[0].headers["accept-version"] == "1.21"


@pytest.mark.django_db
def test_asking_in_vain_leaves_no_trace(mention: FakeMention, server: FakeServer) -> None:
    mention.find(post(3))
    source = source_at(server)

    for _ in range(3):
        ask(source)

    assert Delivery.objects.count() == 1
    assert len(lists(server)) == 3


ORDERS = [(False, True), (False, False), (True, True)]


@pytest.mark.parametrize(("newest_first", "links_ids"), ORDERS)
@pytest.mark.parametrize("pages", [1, 2, 3])
def test_nothing_is_lost_whichever_way_ids_run_and_wherever_it_is_broken_off(
    mention: FakeMention, server: FakeServer, *, newest_first: bool, links_ids: bool, pages: int
) -> None:
    mention.newest_first, mention.links_ids = newest_first, links_ids
    mention.most = 500 if not links_ids else 4
    mention.find(*(post(number) for number in range(1, 12)))
    found, cursor = run(server, {}, pages)
    stored = list(found)
    mention.find(*(post(number) for number in range(12, 23)))

    while True:
        found, cursor = run(server, cursor, pages)
        stored += found
        if not found:
            break

    assert sorted(set(stored)) == titles_of(range(1, 23))
    assert cursor == {"alerts": {"55": {"since": "22"}}}


def test_newest_first_without_a_link_is_read_by_date(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.newest_first, mention.links_ids = True, False
    mention.find(post(1))
    _found, cursor = run(server, {})
    mention.find(*(post(number) for number in range(2, 700)))

    found, cursor = run(server, cursor)

    assert set(found) >= set(titles_of(range(2, 700)))
    assert cursor == {"alerts": {"55": {"since": "699"}}}


def test_what_is_found_while_the_first_run_reads_is_not_lost(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.most = 3
    mention.find(*(post(n, published_at=f"2026-03-03T09:0{n}:00.0+00:00") for n in range(1, 8)))
    # One lies on a page that was read already, and a higher id on one that was not.
    mention.then.append(
        lambda: mention.find(
            post(20, published_at="2026-03-04T09:29:00.0+00:00"),
            post(21, published_at="2026-03-03T09:00:00.0+00:00"),
        )
    )

    found, cursor = run(server, {})
    again, cursor = run(server, cursor)

    assert set(found + again) == set(titles_of([*range(1, 8), 20, 21]))
    assert cursor == {"alerts": {"55": {"since": "21"}}}


def test_a_link_that_has_ceased_to_work_is_begun_anew(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.most = 2
    mention.find(*(post(number) for number in range(1, 6)))
    found, cursor = run(server, {}, 1)
    mention.dead_cursors.add(cursor["alerts"]["55"]["going"]["cursor"])
    mention.most = 10

    again, cursor = run(server, cursor)

    assert set(found + again) == set(titles_of(range(1, 6)))
    assert cursor == {"alerts": {"55": {"since": "5"}}}


def test_an_empty_page_with_a_link_is_passed(mention: FakeMention, server: FakeServer) -> None:
    mention.find(post(1))
    more = {"href": "/api/elsewhere?cursor=not_before_date=2026-03-01T00:00:00.0%2B00:00;"}
    more["href"] += "before_date=2026-03-05T00:00:00.0%2B00:00;@0"
    server.then(Reply(body={"mentions": [], "_links": {"more": more}}))

    found, _cursor = run(server, {})

    assert found == titles_of([1])


def test_a_link_that_leads_to_itself_ends(mention: FakeMention, server: FakeServer) -> None:
    more = {"more": {"href": "https://evil.example/?cursor=a&access_token=b"}}
    body = {"mentions": [post(1)], "_links": more}
    server.then(Reply(body=body), Reply(body=body))

    found, cursor = run(server, {})

    assert found == titles_of([1, 1])
    assert len(server.seen) == 2
    assert server.seen[1].query == {"cursor": "a"}
    assert cursor == {"alerts": {"55": {"since": "1"}}}


def test_an_alert_without_mentions_is_asked_from_where_the_link_says(
    mention: FakeMention, server: FakeServer
) -> None:
    pull = {"pull": {"href": f"/api/accounts/{ACCOUNT}/alerts/55/mentions?since_id=88"}}
    server.then(Reply(body={"mentions": [], "_links": pull}))

    _found, cursor = run(server, {})

    assert cursor == {"alerts": {"55": {"since": "88"}}}


@pytest.mark.django_db
def test_a_post_that_two_alerts_found_is_one(mention: FakeMention, server: FakeServer) -> None:
    mention.alerts["56"] = []
    mention.find(post(3), post(4))
    mention.find({**post(3), "id": "900"}, post(901), alert="56")

    intake = ask(source_at(server, alerts="55, 56"))

    assert titles() == titles_of([3, 4, 901])
    assert intake.cursor == {"alerts": {"55": {"since": "4"}, "56": {"since": "901"}}}


@pytest.mark.django_db
def test_an_alert_that_is_gone_holds_up_no_other(mention: FakeMention, server: FakeServer) -> None:
    mention.find(post(3))

    intake = ask(source_at(server, alerts="77,55"))

    assert titles() == titles_of([3])
    assert (intake.state, intake.error_code) == ("failing", "not_found")
    assert "77" in intake.error_detail


@pytest.mark.django_db
def test_grouped_posts_are_brought_those_too_that_did_not_come_along(
    mention: FakeMention, server: FakeServer
) -> None:
    children = {"children": [post(4)], "total": 3, "_links": {}}
    mention.find(post(3, children=children))
    mention.children["3"] = [post(4), post(5), post(6)]
    source = source_at(server)

    ask(source)
    ask(source)

    assert titles() == titles_of([3, 4, 5, 6])
    parent = Mention.objects.get(text__startswith="Kettle handle cracked 3")
    child = Mention.objects.get(text__startswith="Kettle handle cracked 4")
    assert child.parent_id == parent.external_id
    assert len([seen for seen in server.seen if seen.path.endswith("/3/children")]) == 1


def test_grouped_posts_are_asked_for_page_by_page_however_often_it_is_broken_off(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.most = 2
    mention.find(post(3, children={"total": 5}))
    mention.children["3"] = [post(number) for number in range(4, 9)]
    stored: list[str] = []
    cursor: Any = {}

    for _ in range(4):
        found, cursor = run(server, cursor, 1)
        stored += found

    assert sorted(stored) == titles_of(range(3, 9))
    assert cursor == {"alerts": {"55": {"since": "3"}}}


def test_a_link_that_leads_behind_what_is_known_is_not_followed_for_ever(
    mention: FakeMention, server: FakeServer
) -> None:
    server.then(
        Reply(body={"mentions": [post(9), post(8)], "_links": {"more": {"href": "?cursor=a"}}}),
        Reply(body={"mentions": [post(5), post(4)], "_links": {"more": {"href": "?cursor=b"}}}),
    )

    _found, cursor = run(server, {"alerts": {"55": {"since": "5"}}})

    assert len(server.seen) == 2
    assert cursor == {"alerts": {"55": {"since": "9"}}}


def test_grouped_posts_of_one_that_is_gone_are_given_up(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.find(post(3, children={"total": 2}))
    _found, cursor = run(server, {}, 1)
    server.then(Reply(404, "<html>Not found</html>"))

    _found, cursor = run(server, cursor)

    assert cursor == {"alerts": {"55": {"since": "3"}}}


@pytest.mark.django_db
def test_the_account_is_asked_for_once_when_it_is_not_given(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.find(post(3))
    source = source_at(server, account="")

    ask(source)
    ask(source)

    assert titles() == titles_of([3])
    assert len([seen for seen in server.seen if seen.path.endswith("/me")]) == 1
