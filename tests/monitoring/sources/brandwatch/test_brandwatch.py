"""Brandwatch: what was added since, page by page, within thirty calls of ten minutes."""

from datetime import timedelta

import pytest
import time_machine

from monitoring.models import CallBudget, Delivery, Intake, Mention, Source, WantedPost
from monitoring.services.trying import try_source
from tests.factories.monitoring import MentionFactory, SourceFactory
from tests.monitoring.sources.brandwatch.asking import BEFORE, NOW, a_source, asked, fetch, numbers
from tests.platforms.brandwatch import FakeBrandwatch
from tests.servers import FakeServer, Reply

pytestmark = pytest.mark.django_db


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
    spent = [[(NOW - timedelta(minutes=9)).isoformat(), 30]]
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
