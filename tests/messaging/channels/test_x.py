"""X: duplicates, tokens that renew once, limits with a reset, threads and files."""

import dataclasses
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from messaging.channels.base import Account, Attachment
from messaging.services.accounts import account_of
from tests.factories.messaging import ChannelFactory
from tests.platforms.base import a_piece
from tests.platforms.x import FakeX
from tests.servers import FakeServer, Reply, serving


@pytest.fixture
def x() -> FakeX:
    return FakeX()


@pytest.fixture
def server(x: FakeX) -> Iterator[FakeServer]:
    with serving(x.answer) as running:
        yield running


def test_a_post_has_an_address(x: FakeX, server: FakeServer) -> None:
    outcome = x.way.publish(x.account(server.url), a_piece())

    assert outcome.url == f"https://x.com/rimon/status/{outcome.external_id}"


def test_a_piece_of_a_thread_answers_the_one_before(x: FakeX, server: FakeServer) -> None:
    outcome = x.way.publish(x.account(server.url), a_piece(number=2, count=2, reply_to="1001"))

    assert x.posts[outcome.external_id]["reply"] == {"in_reply_to_tweet_id": "1001"}


def test_a_post_may_answer_and_quote_others(x: FakeX, server: FakeServer) -> None:
    account, piece = x.account(server.url), a_piece(options={"reply_to": "7", "quote": "8"})

    outcome = x.way.publish(account, piece)
    found = x.way.find(account, piece, since=timezone.now())

    post = x.posts[outcome.external_id]
    assert (post["reply"], post["quote_tweet_id"]) == ({"in_reply_to_tweet_id": "7"}, "8")
    assert found is not None
    assert found.external_id == outcome.external_id


def test_a_reply_is_found_by_what_it_answers(x: FakeX, server: FakeServer) -> None:
    account = x.account(server.url)
    x.way.publish(account, a_piece(reply_to="1001"))
    since = timezone.now() - timedelta(minutes=5)

    there = x.way.find(account, a_piece(reply_to="1001"), since=since)
    elsewhere = x.way.find(account, a_piece(reply_to="1002"), since=since)

    assert there is not None
    assert elsewhere is not None
    assert (there.result, elsewhere.result) == ("published", "failed")


def test_a_duplicate_that_is_ours_is_out(x: FakeX, server: FakeServer) -> None:
    account = x.account(server.url)
    first = x.way.publish(account, a_piece())

    second = x.way.publish(account, a_piece())

    assert (second.result, second.external_id) == ("published", first.external_id)
    assert len(x.posts) == 1


def test_a_duplicate_from_before_the_message_was_published_is_not_ours(
    x: FakeX, server: FakeServer
) -> None:
    account = x.account(server.url)
    old = x.way.publish(account, a_piece()).external_id
    x.posts[old]["created_at"] -= timedelta(days=400)

    outcome = x.way.publish(account, a_piece())

    assert (outcome.result, outcome.code) == ("failed", "duplicate")


@pytest.mark.parametrize("limit", ["rate-limit", "app-limit-24hour", "user-limit-24hour"])
def test_a_limit_names_its_end(x: FakeX, server: FakeServer, limit: str) -> None:
    headers = {f"x-{limit}-remaining": "0", f"x-{limit}-reset": str(int(time.time()) + 600)}
    server.then(Reply(429, {"title": "Too Many Requests"}, headers))

    outcome = x.way.publish(x.account(server.url), a_piece())

    assert outcome.retry_after == pytest.approx(600, abs=3)


def test_a_limit_whose_end_is_no_number_is_still_a_limit(x: FakeX, server: FakeServer) -> None:
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "\u00b2", "retry-after": "30"}
    server.then(Reply(429, {"title": "Too Many Requests"}, headers))

    outcome = x.way.publish(x.account(server.url), a_piece())

    assert outcome.retry_after == 30


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Reply(402, {"title": "CreditsDepleted"}), "payment_required"),
        (Reply(403, {"detail": "You are not permitted to perform this action."}), "not_allowed"),
    ],
)
def test_refusals_are_told_apart(x: FakeX, server: FakeServer, refusal: Reply, code: str) -> None:
    server.then(refusal)

    outcome = x.way.publish(x.account(server.url), a_piece())

    assert (outcome.result, outcome.code) == ("failed", code)


def test_an_expired_token_is_renewed_and_kept_before_it_is_used(
    x: FakeX, server: FakeServer
) -> None:
    x.tokens = set()
    account = x.account(server.url)
    kept_at = []
    account = dataclasses.replace(account, keep=lambda new: kept_at.append((len(server.seen), new)))

    outcome = x.way.publish(account, a_piece())

    assert outcome.result == "published"
    (seen, kept), *more = kept_at
    assert more == []
    assert (seen, server.seen[seen].path) == (2, "/2/tweets")
    assert (kept["access_token"], kept["refresh_token"]) == ("s3cret-token-1", "s3cret-refresh-1")


def test_a_token_about_to_expire_is_renewed_before_the_call(x: FakeX, server: FakeServer) -> None:
    account = x.account(server.url, expires_at=str(int(time.time()) + 5))

    outcome = x.way.publish(account, a_piece())

    assert outcome.result == "published"
    assert [one.path for one in server.seen] == ["/2/oauth2/token", "/2/tweets"]


def test_a_renewal_that_was_cut_sends_nothing(x: FakeX, server: FakeServer) -> None:
    server.then(Reply(cut="after_reading"))
    account = x.account(server.url, expires_at="1")

    outcome = x.way.publish(account, a_piece())

    assert (outcome.result, x.posts) == ("retry", {})


def test_a_renewal_that_is_refused_says_so(x: FakeX, server: FakeServer) -> None:
    account = x.account(server.url, expires_at="1", refresh_token="used-up")

    outcome = x.way.publish(account, a_piece())

    assert (outcome.result, outcome.code) == ("failed", "credentials_refused")


def test_of_two_workers_one_renews(x: FakeX, server: FakeServer) -> None:
    x.tokens = set()
    stored = dict(FakeX.credentials)
    lock = threading.Lock()

    @contextmanager
    def alone() -> Iterator[dict[str, str]]:
        with lock:
            yield dict(stored)

    account = Account("x", {"api_base": server.url}, dict(stored), keep=stored.update, alone=alone)
    outcomes = []
    workers = [
        threading.Thread(
            target=lambda text=text: outcomes.append(x.way.publish(account, a_piece(text=text)))
        )
        for text in ("one", "two", "three")
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert ([one.result for one in outcomes], x.renewals) == (["published"] * 3, 1)
    assert sorted(x.texts()) == ["one", "three", "two"]


def test_pictures_are_sent_and_described_before_the_post(x: FakeX, server: FakeServer) -> None:
    picture = Attachment("", "image/jpeg", "קומקום שרוף", 5, lambda: b"12345")

    outcome = x.way.publish(x.account(server.url), a_piece(attachments=(picture,)))

    media_id = x.posts[outcome.external_id]["media"]["media_ids"][0]
    assert (x.media[media_id]["alt"], x.media[media_id]["media_category"]) == (
        "קומקום שרוף",
        "tweet_image",
    )


def test_a_film_goes_in_chunks(x: FakeX, server: FakeServer) -> None:
    film = Attachment("", "video/mp4", "", 0, lambda: b"x" * (9 * 1024 * 1024))

    outcome = x.way.publish(x.account(server.url), a_piece(attachments=(film,)))

    media_id = x.posts[outcome.external_id]["media"]["media_ids"][0]
    assert x.media[media_id]["sent"] == 3


def test_a_file_that_was_sent_is_not_sent_again(x: FakeX, server: FakeServer) -> None:
    picture = Attachment("", "image/png", "", 1, lambda: b"1")
    account, piece = x.account(server.url), a_piece(attachments=(picture,))
    server.then(*[Reply(does=True, status=200, body={"data": {"id": "1001"}})] * 3)
    server.then(Reply(429, {}))
    assert x.way.publish(account, piece).result == "retry"

    assert x.way.publish(account, piece).result == "published"

    assert len(server.of("POST", "/2/media/upload/initialize")) == 1


def test_an_upload_that_was_cut_is_tried_again(x: FakeX, server: FakeServer) -> None:
    server.then(Reply(cut="after_reading"))
    picture = Attachment("", "image/png", "", 1, lambda: b"1")

    outcome = x.way.publish(x.account(server.url), a_piece(attachments=(picture,)))

    assert (outcome.result, x.posts) == ("retry", {})


def test_five_pictures_are_too_many(x: FakeX, server: FakeServer) -> None:
    picture = Attachment("", "image/png", "", 1, lambda: b"1")

    outcome = x.way.publish(x.account(server.url), a_piece(attachments=(picture,) * 5))

    assert (outcome.result, outcome.code, server.seen) == ("failed", "media_refused", [])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"settings": {"username": "someone"}}, "other_account"),
        ({"credentials": {"scope": "tweet.read users.read"}}, "rights_missing"),
    ],
)
def test_a_test_says_what_to_mend(
    x: FakeX, server: FakeServer, changed: dict[str, dict[str, str]], code: str
) -> None:
    account = x.account(server.url)
    account = dataclasses.replace(
        account,
        settings={**account.settings, **changed.get("settings", {})},
        credentials={**account.credentials, **changed.get("credentials", {})},
    )

    assert [problem.code for problem in x.way.test(account)] == [code]


def test_a_test_says_that_the_app_may_only_read(x: FakeX, server: FakeServer) -> None:
    server.then(Reply(200, {"data": {"username": "rimon"}}, {"x-access-level": "read"}))

    assert [problem.code for problem in x.way.test(x.account(server.url))] == ["read_only"]


def test_a_post_that_is_not_there_is_taken_down_already(x: FakeX, server: FakeServer) -> None:
    assert x.way.withdraw(x.account(server.url), "404").result == "published"


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_on_the_database_one_renews(x: FakeX, server: FakeServer) -> None:
    x.tokens = set()
    account = x.account(server.url)
    channel = ChannelFactory(
        kind="x", settings=dict(account.settings), credentials=dict(account.credentials)
    )
    outcomes = []

    def work(text: str) -> None:
        outcomes.append(x.way.publish(account_of(channel), a_piece(text=text)).result)
        connection.close()

    workers = [threading.Thread(target=work, args=(text,)) for text in ("one", "two", "three")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    channel.refresh_from_db()
    assert (outcomes, x.renewals) == (["published"] * 3, 1)
    assert channel.credentials["refresh_token"] == x.refresh
