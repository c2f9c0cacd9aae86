"""The stream of X: handfuls, heartbeats, what ends it, and the gaps between two connections."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.rules.x_posts import id_at
from monitoring.services.listening import begin_listening
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Page
from monitoring.sources.http import Calls, SourceFault
from monitoring.sources.x_stream import HANDFUL
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.fake_x import AUTHOR, TOKEN, FakeX, post
from tests.monitoring.sources.x.asking import stream_account as account
from tests.servers import FakeServer, Reply, serving

STREAM = "/2/tweets/search/stream"
PROBLEMS = "https://api.x.com/2/problems"


@pytest.fixture
def fake() -> FakeX:
    return FakeX(datetime.now(UTC))


@pytest.fixture
def server(fake: FakeX, settings: Any) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with serving(fake.answer) as server:
        yield server


def line(post_id: int, **fields: Any) -> bytes:
    said = {
        "data": post(post_id, **fields),
        "includes": {"users": [AUTHOR]},
        "matching_rules": [{"id": "11", "tag": "crisis-api"}],
    }
    return json.dumps(said).encode() + b"\r\n"


def listen(
    server: FakeServer, cursor: dict[str, Any] | None = None, **fields: str
) -> Iterator[Page]:
    return PROVIDERS["x"].fetch(
        account(server, **fields), cursor or {}, Calls(), now=datetime.now(UTC)
    )


def ids(page: Page) -> list[str]:
    batch = PROVIDERS["x"].parse(account(), page.body, now=datetime.now(UTC))
    return [mention.id for mention in batch.mentions]


def test_what_came_at_once_is_one_handful_and_a_heartbeat_is_none(server: FakeServer) -> None:
    pieces = [b"\r\n", line(2080) + line(2081), b"\r\n", line(2082), b"\r\n", b"\r\n"]
    server.then(Reply(stream=pieces))

    pages = list(listen(server))

    assert [ids(page) for page in pages] == [["2080", "2081"], ["2082"]]
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "expansions" in server.seen[0].query


def test_a_post_is_there_a_second_after_it_came(server: FakeServer) -> None:
    server.then(Reply(stream=server.held_open(line(2080))))

    assert ids(next(listen(server))) == ["2080"]


def test_a_flood_comes_in_handfuls_of_bounded_size(server: FakeServer) -> None:
    flood = b"".join(line(10_000 + number) for number in range(HANDFUL + 1))
    server.then(Reply(stream=[flood]))

    pages = list(listen(server))

    assert [len(ids(page)) for page in pages] == [HANDFUL, 1]


def test_unordered_and_repeated_lines_are_one_mention_each(server: FakeServer) -> None:
    history = ["2080", "2081"]
    pieces = [
        line(2081, text="edited", edit_history_tweet_ids=history),
        line(2080),
        line(2079),
        line(2079),
        b'{"a new kind": {"of": "message"}}\r\n',
    ]
    server.then(Reply(stream=pieces))

    (page,) = listen(server)

    batch = PROVIDERS["x"].parse(account(), page.body, now=datetime.now(UTC))
    assert [(one.id, one.revision) for one in batch.mentions] == [("2079", 0), ("2080", 1)]
    assert (batch.repeated, batch.rejections) == (2, [])


def fault_of(pages: Iterator[Page]) -> tuple[list[Page], SourceFault]:
    got: list[Page] = []
    with pytest.raises(SourceFault) as raised:
        got.extend(pages)
    return got, raised.value


@pytest.mark.parametrize(
    ("problem", "code", "wait"),
    [
        (
            {
                "errors": [
                    {
                        "title": "operational-disconnect",
                        "disconnect_type": "UpstreamOperationalDisconnect",
                        "detail": "This stream has been disconnected upstream.",
                        "type": f"{PROBLEMS}/operational-disconnect",
                    }
                ]
            },
            "ended",
            None,
        ),
        (
            {"errors": [{"title": "UsageCapExceeded", "type": f"{PROBLEMS}/usage-capped"}]},
            "quota_used_up",
            None,
        ),
        (
            {"title": "ConnectionException", "connection_issue": "TooManyConnections"},
            "too_many_connections",
            60,
        ),
    ],
)
def test_what_x_says_inside_of_the_stream_ends_it_in_words(
    server: FakeServer, problem: dict[str, Any], code: str, wait: float | None
) -> None:
    server.then(Reply(stream=[line(2080), json.dumps(problem).encode() + b"\r\n"]))

    pages, fault = fault_of(listen(server))

    assert [ids(page) for page in pages] == [["2080"]], "what came before is not lost"
    assert (fault.code, fault.retry_after) == (code, wait)
    assert fault.sentence


@pytest.mark.parametrize(
    ("reply", "code", "wait"),
    [
        (Reply(401, {"title": "Unauthorized"}), "credentials_refused", None),
        (Reply(503), "server_error", None),
        (Reply(429, {"title": "Too Many Requests"}), "rate_limited", None),
        (Reply(429, headers={"Retry-After": "7"}), "rate_limited", 7),
        (
            Reply(429, {"title": "ConnectionException", "connection_issue": "TooManyConnections"}),
            "too_many_connections",
            60,
        ),
        (Reply(409, {"title": "RuleConfigurationIssue"}), "rules_missing", None),
        (Reply(cut="after_reading"), "cut", None),
        (Reply(stream=[b"\r\n"], cut="in_answer"), "cut", None),
    ],
)
def test_what_x_refuses_is_said_with_the_wait_it_asks_for(
    server: FakeServer, reply: Reply, code: str, wait: float | None
) -> None:
    server.then(reply)

    _pages, fault = fault_of(listen(server))

    assert (fault.code, fault.retry_after) == (code, wait)


def test_a_stream_that_is_cut_gives_what_came_and_half_a_line_is_not_kept(
    server: FakeServer,
) -> None:
    server.then(Reply(stream=[line(2080), line(2081)[:40]], cut="in_answer"))

    pages, fault = fault_of(listen(server))

    assert [ids(page) for page in pages] == [["2080"]]
    assert fault.code == "cut"


def test_backfill_is_asked_for_where_the_plan_has_it(server: FakeServer) -> None:
    server.then(Reply(stream=[line(2080)]))

    list(listen(server, backfill_minutes="5"))

    assert server.seen[0].query["backfill_minutes"] == "5"


def test_the_gap_since_the_last_connection_is_noted_with_the_first_lines(
    server: FakeServer,
) -> None:
    before = datetime.now(UTC)
    server.then(Reply(stream=[line(2080)]))

    (page,) = listen(server, {"heard": "2026-03-04T09:00:00+00:00"})

    assert page.cursor["gaps"][0]["start"] == "2026-03-04T08:59:30+00:00"
    assert datetime.fromisoformat(page.cursor["gaps"][0]["end"]) > before
    assert datetime.fromisoformat(page.cursor["heard"]) >= before


def test_a_gap_is_searched_between_two_handfuls(server: FakeServer, fake: FakeX) -> None:
    missed = fake.say(timedelta(minutes=20))
    start, end = fake.now - timedelta(minutes=30), fake.now - timedelta(minutes=10)
    gap = {"start": start.isoformat(), "end": end.isoformat(), "part": 0, "next": ""}
    cursor = {"heard": fake.now.isoformat(), "gaps": [gap]}
    server.then(Reply(stream=[line(2080), b"\r\n", line(2081)]))

    pages = list(listen(server, cursor))

    found = [post_id for page in pages for post_id in ids(page)]
    assert sorted(found) == sorted(["2080", "2081", str(missed)])
    assert [len(page.cursor["gaps"]) for page in pages] == [1, 1, 1]
    assert all(page.cursor["gaps"][0]["end"] != gap["end"] for page in pages[1:])


def test_rules_that_are_missing_are_added_and_ours_that_nobody_wants_are_taken_away(
    server: FakeServer, fake: FakeX
) -> None:
    fake.rules = [
        {"id": "90", "value": "teapot", "tag": "crisis-api"},
        {"id": "91", "value": "of somebody else", "tag": "theirs"},
        {"id": "92", "value": "kettle  k2", "tag": "by hand"},
    ]

    list(listen(server, query="kettle k2\nרימון", manage_rules="yes"))

    assert [rule["value"] for rule in fake.rules] == ["of somebody else", "kettle  k2", "רימון"]


def test_rules_that_are_as_wanted_are_left_alone(server: FakeServer, fake: FakeX) -> None:
    fake.rules = [{"id": "1", "value": "kettle", "tag": "crisis-api"}]

    list(listen(server, manage_rules="yes"))

    assert [(one.method, one.path) for one in server.seen] == [
        ("GET", f"{STREAM}/rules"),
        ("GET", STREAM),
    ]


def test_a_rule_that_x_does_not_take_is_named(server: FakeServer) -> None:
    _pages, fault = fault_of(listen(server, query="(kettle", manage_rules="yes"))

    assert fault.code == "rule_refused"
    assert "(kettle" in fault.sentence
    assert "missing )" in fault.sentence


def test_lines_that_wait_are_not_heard_yet(server: FakeServer) -> None:
    began = datetime.now(UTC)
    said = began + timedelta(seconds=1)
    early, late = line(id_at(began - timedelta(minutes=1))), line(id_at(said))
    server.then(Reply(stream=[early, b"\r\n", late, b"\r\n", line(2**62)]))

    first, *_rest = pages = list(listen(server))

    heard = [datetime.fromisoformat(page.cursor["heard"]) for page in pages]
    assert ids(first) == [str(id_at(began - timedelta(minutes=1)))]
    assert began <= heard[0] < began + timedelta(seconds=30)
    assert heard == sorted(heard)
    assert heard[-1] <= datetime.now(UTC), "an id from the future moves no mark"


@pytest.mark.django_db(transaction=True)
def test_a_listener_stores_what_comes_and_opens_the_stream_again(server: FakeServer) -> None:
    source = a_source(server)
    said = [id_at(datetime.now(UTC)) + number for number in range(4)]
    server.then(
        Reply(stream=[line(said[0]), b"\r\n", line(said[1])], cut="in_answer"),
        Reply(stream=[line(said[1]), line(said[2])], cut="in_answer"),
        Reply(503),
        Reply(stream=server.held_open(line(said[3]))),
    )

    errors = []
    for _ in range(4):
        Intake.objects.update(due_at=datetime.now(UTC))
        listening = begin_listening(
            source.pk,
            wants_end=lambda: Mention.objects.count() == len(said),
            stored=lambda: None,
            seconds=20,
        )
        assert listening
        listening.run()
        errors.append(Intake.objects.get().error_code)

    assert errors[:3] == ["cut", "cut", "server_error"]
    assert sorted(Mention.objects.values_list("external_id", flat=True)) == sorted(map(str, said))
    assert Intake.objects.get().state == "active"


@pytest.mark.django_db
def test_what_is_heard_is_stored_with_the_gap_before_it(server: FakeServer) -> None:
    source = a_source(server)
    said = id_at(datetime.now(UTC))
    server.then(Reply(stream=[line(said)]))

    listen_once(source)

    intake = Intake.objects.get(source=source)
    assert Mention.objects.get().external_id == str(said)
    assert Delivery.objects.get().accepted == 1
    assert (intake.state, set(intake.cursor)) == ("active", {"heard", "gaps"})


@pytest.mark.django_db
def test_a_stream_that_cannot_be_opened_says_why(server: FakeServer) -> None:
    source = a_source(server)
    server.then(Reply(409, {"title": "RuleConfigurationIssue"}))

    listen_once(source)

    intake = Intake.objects.get(source=source)
    assert (intake.state, intake.error_code) == ("failing", "rules_missing")
    assert "rules" in intake.error_detail


def listen_once(source: Source) -> None:
    listening = begin_listening(source.pk, wants_end=lambda: False, stored=lambda: None)
    assert listening
    listening.run()


def a_source(server: FakeServer) -> Source:
    return SourceFactory(
        kind="x",
        secret="",
        settings=dict(account(server).settings),
        credentials={"bearer_token": TOKEN},
    )


def test_only_the_stream_is_listened_to() -> None:
    streams = [PROVIDERS["x"].streams(account(mode=mode)) for mode in ("stream", "search", "push")]

    assert streams == [True, False, False]
