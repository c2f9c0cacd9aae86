"""Walks over a Page: all is found once, wherever they are broken off."""

import json
from datetime import timedelta
from typing import Any

import pytest

from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.services.fetching import fetch_source
from tests.monitoring.sources.meta.facebook_says import (
    ask,
    body_of,
    comment,
    entry,
    intake_of,
    own_post,
    push,
    row,
    stored,
    walked,
)
from tests.monitoring.sources.meta.graph_server import (
    APP_SECRET,
    NOW,
    PROOF,
    TOKEN,
    Graph,
    asked_for,
    refusal,
)
from tests.servers import FakeServer, Reply


@walked
@pytest.mark.django_db
def test_a_walk_finds_every_comment_and_visitors_post_once(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    visitor = row(0, id="100_7", message="Mine leaks", reactions={"summary": {"total_count": 3}})
    graph.lists["100/feed"] = [own_post(5), visitor, own_post(4)]
    graph.lists["100/tagged"] = [row(0, id="9_9", message="@Rimon!")]
    graph.lists["100_5/comments"] = [row(number) for number in range(5)]
    graph.lists["100_4/comments"] = [row(9, parent={"id": "5_8"}, like_count=4)]
    push(source, body_of(entry(comment(0))))

    intake = ask(source)

    assert stored() == "100_7 5_0 5_1 5_2 5_3 5_4 5_9 9_9"
    assert (intake.state, intake.cursor) == ("active", {"heard": NOW.timestamp()})
    reply = Mention.objects.get(external_id="5_9")
    assert (reply.parent_id, reply.likes) == ("5_8", 4)
    assert Mention.objects.get(external_id="5_4").parent_id == "100_5"
    assert Mention.objects.get(external_id="100_7").likes == 3
    assert asked_for(server) == [
        "100/feed",
        "100_5/comments",
        "100_5/comments",
        "100/feed",
        "100/tagged",
    ]


@walked
@pytest.mark.django_db
def test_the_token_is_neither_kept_nor_written_into_addresses(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [own_post(number) for number in range(5)]

    intake = ask(source)

    kept = b"".join(bytes(one.body) for one in Delivery.objects.all())
    assert b"access_token=-&" in kept
    for secret in (TOKEN, PROOF, APP_SECRET):
        assert secret.encode() not in kept
        assert secret not in json.dumps(intake.cursor)
    assert all("access_token" not in seen.query for seen in server.seen)


@walked
@pytest.mark.django_db
def test_a_walk_that_was_broken_off_goes_on_where_it_was(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [own_post(5), own_post(4), own_post(3)]
    graph.lists["100_5/comments"] = [row(number) for number in range(5)]
    graph.lists["100_3/comments"] = [row(9)]

    for _page in range(9):
        Intake.objects.filter(source=source).update(due_at=NOW)
        fetch_source(source.pk, seconds=-1)
        if not intake_of(source).cursor.get("todo"):
            break

    assert stored() == "5_0 5_1 5_2 5_3 5_4 5_9"
    assert intake_of(source).cursor == {"heard": NOW.timestamp()}
    assert len(server.seen) == 5


@walked
@pytest.mark.django_db
def test_a_second_walk_reads_no_further_than_what_is_new(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    old = timedelta(hours=5)
    graph.lists["100/feed"] = [own_post(5), *(own_post(n, said=timedelta(days=40)) for n in (4, 3))]
    graph.lists["100_5/comments"] = [row(number, said=old) for number in range(9)]
    ask(source)
    first = len(server.seen)
    graph.lists["100_5/comments"].insert(0, row(10, said=timedelta()))

    ask(source)

    assert stored().count("5_") == 10
    assert asked_for(server)[first:] == ["100/feed", "100/tagged"]


@walked
@pytest.mark.django_db
def test_after_downtime_all_that_was_missed_is_found(
    graph: Graph, source: Source, clock: Any
) -> None:
    graph.lists["100/feed"] = [own_post(5)]
    graph.lists["100_5/comments"] = [row(0, said=timedelta(hours=3))]
    ask(source)
    missed = [row(number, said=-timedelta(minutes=number)) for number in range(50, 0, -1)]
    graph.lists["100_5/comments"] = [*missed, *graph.lists["100_5/comments"]]
    clock.move_to(NOW + timedelta(days=4))

    ask(source)

    assert Mention.objects.count() == 51


@walked
@pytest.mark.django_db
def test_an_empty_page_with_more_behind_it_is_no_end(graph: Graph, source: Source) -> None:
    graph.empty_first = True
    graph.lists["100/tagged"] = [row(1)]

    intake = ask(source)

    assert (stored(), intake.state) == ("5_1", "active")


@walked
@pytest.mark.django_db
def test_pages_that_lead_to_themselves_are_an_end(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    loop = {"data": [], "paging": {"next": "https://x.example/?after=7"}}
    graph.replies["100/feed"] = Reply(body=loop)

    intake = ask(source)

    assert (intake.state, intake.cursor) == ("active", {"heard": NOW.timestamp()})
    assert asked_for(server) == ["100/feed", "100/feed", "100/tagged"]


@walked
@pytest.mark.django_db
def test_a_post_that_is_deleted_meanwhile_does_not_end_the_walk(
    graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [own_post(5), own_post(4)]
    graph.lists["100_5/comments"] = [row(number) for number in range(5)]
    graph.lists["100_4/comments"] = [row(9)]
    graph.replies["100_5/comments"] = refusal(100, subcode=33)

    intake = ask(source)

    assert (stored(), intake.state) == ("5_0 5_1 5_9", "active")
    assert intake.cursor == {"heard": NOW.timestamp()}


@walked
@pytest.mark.django_db
def test_a_token_that_may_not_ask_who_names_the_page_hears_the_rest(
    graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [row(1)]
    graph.replies["100/tagged"] = refusal(10)

    assert (ask(source).state, stored()) == ("active", "5_1")


@walked
@pytest.mark.django_db
def test_half_an_emoji_does_not_end_the_walk(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [row(2)]
    server.then(Reply(body=rb'{"data":[{"id":"100_7","message":"\ud83d","from":{"id":"7"}}]}'))

    ask(source)

    assert Mention.objects.get().text == "\ufffd"


@walked
@pytest.mark.django_db
def test_a_token_that_is_written_another_way_is_not_kept_either(
    server: FakeServer, source: Source
) -> None:
    address = b"https:\\/\\/graph.facebook.com\\/x?access_token=77\\u00257Cother&after=2"
    server.then(Reply(body=b'{"data":[],"paging":{"next":"' + address + b'"}}'))

    ask(source)

    kept = b"".join(bytes(one.body) for one in Delivery.objects.all())
    assert b"access_token=-&after=2" in kept
    assert b"other" not in kept
