"""Brandwatch: what was added since, page by page, within thirty calls of ten minutes."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
import time_machine

from monitoring.models import CallBudget, Delivery, Intake, Mention, Source, WantedPost
from monitoring.services.fetching import fetch_source
from monitoring.services.trying import try_source
from monitoring.sources.base import Account
from monitoring.sources.brandwatch import PROVIDER
from monitoring.sources.http import Calls
from tests.factories.monitoring import MentionFactory, SourceFactory
from tests.platforms.brandwatch import FakeBrandwatch, a_mention
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=2)


@pytest.fixture
def brandwatch() -> FakeBrandwatch:
    return FakeBrandwatch()


@pytest.fixture
def server(brandwatch: FakeBrandwatch) -> Iterator[FakeServer]:
    with serving(brandwatch.answer) as fake:
        yield fake


@pytest.fixture
def source(server: FakeServer) -> Source:
    return a_source(server)


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.CHANNELS_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _clock(clock: time_machine.Traveller) -> None:
    """Stand still."""


def a_source(server: FakeServer, **settings: str) -> Source:
    return SourceFactory(
        kind="brandwatch",
        platform="other",
        secret="",
        settings={
            "project_id": "7",
            "query_ids": "77",
            "api_base": server.url,
            **settings,
        },
        credentials={"username": "ella@rimon.example", "password": "s3cret-password"},
        intake=None,
    )


def fetch(source: Source, *, seconds: float = 40.0) -> Intake:
    intake, _made = Intake.objects.get_or_create(source=source)
    Intake.objects.filter(pk=intake.pk).update(due_at=NOW - timedelta(days=30))
    fetch_source(source.pk, seconds=seconds)
    return Intake.objects.get(pk=intake.pk)


def numbers() -> list[int]:
    found = Mention.objects.values_list("external_id", flat=True)
    return sorted(int(one, 16) for one in found)


def asked(server: FakeServer) -> list[dict[str, str]]:
    return [dict(one.query) for one in server.of("GET")]


def test_what_is_there_is_brought_and_the_cursor_says_up_to_when(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.add(1, 2, 3, added=BEFORE)

    intake = fetch(source)

    assert numbers() == [1, 2, 3]
    assert (intake.state, intake.error_code) == ("active", "")
    assert intake.cursor == {"since": (BEFORE + timedelta(milliseconds=2)).isoformat()}
    assert asked(server)[0] == {
        "queryId": "77",
        "startDate": "2026-02-02T00:00:00.000+0000",
        "endDate": "2026-03-06T00:00:00.000+0000",
        "orderBy": "added",
        "orderDirection": "desc",
        "pageSize": "2000",
    }


def test_the_password_is_in_no_address(server: FakeServer, source: Source) -> None:
    fetch(source)

    (signed_in,) = server.of("POST", "/oauth/token")
    assert "password" not in signed_in.query
    assert signed_in.form() == {"password": "s3cret-password"}


def test_the_token_is_kept_and_used_again(brandwatch: FakeBrandwatch, source: Source) -> None:
    fetch(source)
    intake = fetch(source)

    assert brandwatch.signed_in == 1
    assert intake.tokens == {"access_token": "s3cret-token-1"}


def test_a_token_that_is_refused_is_renewed_once(
    brandwatch: FakeBrandwatch, source: Source
) -> None:
    fetch(source)
    brandwatch.tokens.clear()
    brandwatch.add(1, added=BEFORE)

    intake = fetch(source)

    assert (brandwatch.signed_in, intake.state, numbers()) == (2, "active", [1])


def test_a_token_that_is_never_taken_ends_in_words(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.instead.extend(Reply(401, {"error": "unauthorized"}) for _ in range(5))

    intake = fetch(source)

    assert (intake.state, intake.error_code) == ("failing", "credentials_refused")
    assert brandwatch.signed_in == 1
    assert len(server.of("GET")) == 1


def test_a_token_that_somebody_else_renewed_meanwhile_is_taken(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.is_single_token = True
    fetch(source)
    stale = Source.objects.select_related("intake").get(pk=source.pk)
    assert stale.intake.tokens
    brandwatch.tokens.clear()
    fetch(source)

    problems = try_source(source=stale, now=NOW)

    assert problems == []
    assert brandwatch.signed_in == 2


@pytest.mark.parametrize("status", [400, 401])
def test_a_wrong_password_is_said_so(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source, status: int
) -> None:
    server.then(Reply(status, {"error": "invalid_grant"}))

    intake = fetch(source)

    assert (intake.state, intake.error_code) == ("failing", "credentials_refused")
    assert "password" in intake.error_detail


def test_what_answers_a_password_is_kept_nowhere(server: FakeServer, source: Source) -> None:
    server.then(Reply(200, "<html>s3cret</html>"))

    intake = fetch(source)

    assert intake.error_code == "not_understood"
    assert not Delivery.objects.exists()


def test_far_more_than_ten_thousand_are_walked_down_by_runs_that_are_killed_anywhere(
    brandwatch: FakeBrandwatch, server: FakeServer
) -> None:
    brandwatch.add(*range(12_000), added=BEFORE - timedelta(hours=1))
    brandwatch.add(*range(12_000, 12_500), added=BEFORE)
    settings = {"project_id": "7", "query_ids": "77", "api_base": server.url}
    credentials = {"username": "ella", "password": brandwatch.password}
    account = Account(settings=settings, credentials=credentials)
    cursor: Mapping[str, Any] = {}
    found: Counter[str] = Counter()

    for pages in (1, 3, 2, 9, 9):
        # What comes behind the last stored page was asked for, and is lost with the worker.
        run = PROVIDER.fetch(account, cursor, Calls(), now=NOW)
        for page in islice(run, pages):
            cursor = json.loads(json.dumps(page.cursor))
            found.update(one.id for one in PROVIDER.parse(account, page.body, now=NOW).mentions)
        next(run, None)
        brandwatch.add(20_000 + pages, added=NOW - timedelta(minutes=pages))

    assert {int(one, 16) for one in found} == {*range(12_500), 20_001, 20_002, 20_003, 20_009}
    # Twice comes only what shares a page with the overlap; it is known by its id.
    assert max(found[f"{number:032x}"] for number in range(10_000)) == 1


def test_a_walk_that_is_broken_off_after_each_page_goes_on_and_misses_nothing_added_meanwhile(
    brandwatch: FakeBrandwatch, source: Source
) -> None:
    brandwatch.add(*range(4_100), added=BEFORE)
    turns = 0

    intake = fetch(source, seconds=0)
    while "walk" in intake.cursor:
        turns += 1
        brandwatch.add(10_000 + turns, added=NOW - timedelta(minutes=10 - turns))
        intake = fetch(source, seconds=0)
    fetch(source)

    assert turns == 2
    assert numbers() == [*range(4_100), 10_001, 10_002]


def test_a_worker_killed_behind_a_page_is_followed_by_another(
    brandwatch: FakeBrandwatch, source: Source, clock: time_machine.Traveller
) -> None:
    brandwatch.add(*range(2_100), added=BEFORE)
    fetch(source, seconds=0)
    Intake.objects.update(lease=source.pk, leased_until=NOW + timedelta(seconds=90))
    fetch(source)
    alone = numbers()
    clock.shift(91)

    fetch(source)

    assert alone == list(range(100, 2_100))
    assert numbers() == list(range(2_100))


def test_what_is_found_late_is_brought(brandwatch: FakeBrandwatch, source: Source) -> None:
    brandwatch.add(1, added=BEFORE)
    fetch(source)
    old = "2026-02-10T08:00:00.000+0000"
    brandwatch.add(2, added=NOW - timedelta(minutes=1), date=old)
    # Shown only now, although it was added a little before the newest one.
    brandwatch.add(3, added=BEFORE - timedelta(minutes=4))

    fetch(source)

    assert numbers() == [1, 2, 3]


def test_asking_in_vain_leaves_no_trace(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source, clock: time_machine.Traveller
) -> None:
    brandwatch.add(*range(150), added=NOW - timedelta(minutes=2))
    fetch(source)
    clock.shift(600)
    fetch(source)
    kept = Delivery.objects.count()
    before = len(server.of("GET"))
    clock.shift(600)

    fetch(source)

    assert [one["pageSize"] for one in asked(server)[before:]] == ["100", "2000"]
    assert Delivery.objects.count() == kept


def test_a_small_page_that_is_not_enough_is_followed_by_one_that_is(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.add(1, added=NOW - timedelta(minutes=10))
    fetch(source)
    for number in range(2, 152):
        brandwatch.add(number, added=NOW - timedelta(seconds=152 - number))

    fetch(source)

    assert numbers() == list(range(1, 152))
    assert [one["pageSize"] for one in asked(server)] == ["2000", "100", "1090"]


def test_a_cursor_that_brandwatch_forgot_begins_the_walk_anew(
    brandwatch: FakeBrandwatch, source: Source
) -> None:
    brandwatch.add(*range(2_100), added=BEFORE)
    intake = fetch(source, seconds=0)
    brandwatch.stale.add(intake.cursor["walk"]["next"])
    brandwatch.mentions.pop()

    intake = fetch(source)

    assert numbers() == list(range(2_100))
    assert (intake.state, intake.error_code) == ("active", "")
    assert "walk" not in intake.cursor


def test_an_empty_page_with_a_next_link_is_not_the_end(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.add(1, 2, added=BEFORE)
    brandwatch.instead.append(Reply(200, {"results": [], "nextCursor": "z"}))

    fetch(source)

    assert numbers() == [1, 2]
    assert [one.get("cursor") for one in asked(server)] == [None, "z"]


def test_empty_pages_without_an_end_are_given_up(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.instead.extend(
        Reply(200, {"results": [], "nextCursor": f"z{turn}"}) for turn in range(20)
    )

    intake = fetch(source)

    assert intake.state == "active"
    assert len(server.of("GET")) == 4


def test_half_a_page_is_gone_on_from(brandwatch: FakeBrandwatch, source: Source) -> None:
    brandwatch.add(1, 2, 3, added=BEFORE)
    half = a_mention(3, added=BEFORE + timedelta(milliseconds=2))
    cursor = f"{half['added']}_{half['resourceId']}"
    brandwatch.instead.append(Reply(200, {"results": [half], "nextCursor": cursor}))

    fetch(source)

    assert numbers() == [1, 2, 3]


@pytest.mark.parametrize(
    ("reply", "code", "state", "words"),
    [
        (Reply(200, "<html>Sign in</html>"), "not_understood", "degraded", "documents"),
        (Reply(200, [1]), "not_understood", "degraded", "documents"),
        (Reply(200, {"results": {}}), "not_understood", "degraded", "documents"),
        (Reply(200, {"errors": [{"message": "No such query"}]}), "refused", "failing", "No such"),
        (Reply(200, {"results": []}, cut="in_answer"), "cut", "degraded", "broke off"),
        (Reply(400, {"error": "x", "error_description": "q!"}), "refused", "failing", "q!"),
        (Reply(403, ""), "forbidden", "failing", "project"),
        (Reply(404, {"error": "not_found"}), "not_found", "failing", "numbers"),
        (Reply(503, "<html>"), "server_error", "degraded", "503"),
    ],
)
def test_what_goes_wrong_is_said(
    brandwatch: FakeBrandwatch,
    source: Source,
    reply: Reply,
    code: str,
    state: str,
    words: str,
) -> None:
    brandwatch.instead.append(reply)

    intake = fetch(source)

    assert (intake.error_code, intake.state) == (code, state)
    assert words in intake.error_detail
    assert intake.cursor == {}


def test_a_429_lets_all_sources_of_the_client_wait(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source, clock: time_machine.Traveller
) -> None:
    other = a_source(server, query_ids="78")
    brandwatch.instead.append(Reply(429, {"error": "too_many_requests"}))

    intake = fetch(source)
    waiting = fetch(other)
    before = len(brandwatch.calls)
    clock.shift(121)
    again = fetch(other)

    assert (intake.error_code, intake.state) == ("rate_limited", "degraded")
    assert intake.due_at == waiting.due_at == NOW + timedelta(seconds=120)
    assert before == 2
    assert again.state == "active"


def test_calls_that_others_use_up_are_respected(
    brandwatch: FakeBrandwatch, source: Source, clock: time_machine.Traveller
) -> None:
    brandwatch.add(*range(2_100), added=BEFORE)
    brandwatch.calls = [NOW - timedelta(minutes=9)] * 28

    intake = fetch(source)
    stored = len(numbers())
    clock.shift(120)
    again = fetch(source)

    assert (intake.error_code, stored) == ("rate_limited", 2_000)
    assert "used up" in intake.error_detail
    assert brandwatch.refused == 0
    assert (again.state, numbers()) == ("active", list(range(2_100)))


def test_a_budget_that_is_used_up_is_said_and_is_no_failure(
    brandwatch: FakeBrandwatch, source: Source, clock: time_machine.Traveller
) -> None:
    brandwatch.add(1, added=BEFORE)
    fetch(source)
    spent = [(NOW - timedelta(minutes=9)).isoformat()] * 30
    CallBudget.objects.update(spent=spent)

    waiting = [fetch(source) for _turn in range(4)][-1]
    clock.shift(91)
    again = fetch(source)

    assert (waiting.state, waiting.error_code) == ("degraded", "budget_used_up")
    assert (waiting.failures, waiting.due_at) == (0, NOW + timedelta(seconds=90))
    assert len(brandwatch.calls) == 3
    assert again.state == "active"


def test_posts_of_x_without_words_are_looked_up_where_there_is_a_source_for_x(
    brandwatch: FakeBrandwatch, server: FakeServer
) -> None:
    source = a_source(server, resolve_x="yes")
    known = SourceFactory(kind="x", brand=source.brand)
    MentionFactory(source=known, external_id="20800000000000002")
    for number in (1, 2):
        brandwatch.add(
            number,
            added=BEFORE,
            pageType="twitter",
            guid=f"2080000000000000{number}",
            title=None,
            snippet=None,
        )

    fetch(source)

    wanted = WantedPost.objects.get()
    assert (wanted.kind, wanted.key) == ("x", "20800000000000001")
    assert wanted.reference == {"id": "20800000000000001"}
    assert not Mention.objects.filter(source=source).exists()


def test_posts_of_x_without_words_count_where_nobody_looks_them_up(
    brandwatch: FakeBrandwatch, source: Source
) -> None:
    brandwatch.add(1, added=BEFORE, pageType="twitter", guid="2081", title=None, snippet=None)

    fetch(source)

    mention = Mention.objects.get()
    assert (mention.platform, mention.text) == ("x", "")
    assert not WantedPost.objects.exists()


def test_several_queries_are_asked_in_one_call(server: FakeServer) -> None:
    source = a_source(server, query_ids="77, 78", query_type="group", full_text="yes")

    fetch(source)

    (seen,) = server.of("GET")
    assert [value for name, value in seen.pairs if name == "queryGroupId"] == ["77", "78"]
    assert seen.path == "/projects/7/data/mentions/fulltext"


@pytest.mark.parametrize(
    ("reply", "code", "field"),
    [
        (Reply(400, {"error": "invalid_grant"}), "credentials_refused", "credentials.password"),
        (Reply(302, headers={"Location": "x"}), "refused", "settings.query_ids"),
    ],
)
def test_trying_says_what_is_wrong_and_where(
    server: FakeServer, source: Source, reply: Reply, code: str, field: str
) -> None:
    Intake.objects.create(source=source)
    server.then(reply)

    (problem,) = try_source(source=source, now=NOW)

    assert (problem.code, problem.field) == (code, field)


def test_trying_brings_nothing_and_takes_a_call_of_the_budget(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    Intake.objects.create(source=source)
    brandwatch.add(1, added=NOW)

    assert try_source(source=source, now=NOW) == []
    assert [one["pageSize"] for one in asked(server)] == ["1"]
    assert not Mention.objects.exists()
    assert len(brandwatch.calls) == 2
