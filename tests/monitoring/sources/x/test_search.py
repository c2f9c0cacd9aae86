"""Asking X: each post exactly once, wherever a run ends, and each refusal in words."""

from datetime import timedelta

import pytest

from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.rules.x_posts import id_at
from monitoring.services.fetching import fetch_source
from monitoring.sources.x_search import SETTLED
from tests.monitoring.sources.fake_x import NOW, TOKEN, FakeX, gone, post
from tests.monitoring.sources.x.asking import MINUTE, a_source, ask, heard, intake_of
from tests.servers import FakeServer, Reply


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
