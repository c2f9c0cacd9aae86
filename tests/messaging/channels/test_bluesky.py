"""Bluesky: a record of our own key, sessions that end, facets, threads and blobs."""

import dataclasses
from collections.abc import Iterator

import pytest
from django.utils import timezone

from messaging.channels.base import Attachment
from messaging.rules.record_keys import tid_of
from tests.platforms.base import KEY, a_piece
from tests.platforms.bluesky import DID, FakeBluesky
from tests.servers import FakeServer, Reply, serving

URI = f"at://{DID}/app.bsky.feed.post/"


@pytest.fixture
def bluesky() -> FakeBluesky:
    return FakeBluesky()


@pytest.fixture
def server(bluesky: FakeBluesky) -> Iterator[FakeServer]:
    with serving(bluesky.answer) as running:
        yield running


def test_the_key_of_the_record_is_made_of_the_key_of_the_piece(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    outcome = bluesky.way.publish(bluesky.account(server.url), a_piece())

    key = tid_of(KEY, 1)
    assert outcome.external_id == f"{URI}{key}"
    assert outcome.url == f"https://bsky.app/profile/rimon.example/post/{key}"


@pytest.mark.parametrize(
    "taken",
    [
        Reply(500, {"error": "InternalServerError"}),
        Reply(400, {"error": "RecordAlreadyExists"}),
        Reply(409, {"error": "Conflict"}),
    ],
    ids=["today", "to come", "other servers"],
)
def test_a_second_create_is_recognised_however_it_is_refused(
    bluesky: FakeBluesky, server: FakeServer, taken: Reply
) -> None:
    bluesky.taken = taken
    account = bluesky.account(server.url)
    first = bluesky.way.publish(account, a_piece())

    second = bluesky.way.publish(account, a_piece())

    assert (second.result, second.external_id) == ("published", first.external_id)
    assert len(bluesky.posts) == 1


def test_another_post_under_our_key_is_not_taken_for_ours(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    bluesky.posts[f"{URI}{tid_of(KEY, 1)}"] = {"text": "Something else"}
    account = bluesky.account(server.url)

    outcome = bluesky.way.publish(account, a_piece())
    found = bluesky.way.find(account, a_piece(), since=timezone.now())

    assert (outcome.result, outcome.code) == ("failed", "key_taken")
    assert found is not None
    assert found.code == "key_taken"


def test_a_session_that_ended_is_prolonged(bluesky: FakeBluesky, server: FakeServer) -> None:
    bluesky.tokens = set()

    outcome = bluesky.way.publish(bluesky.account(server.url), a_piece())

    assert (outcome.result, bluesky.sessions) == ("published", 1)
    assert bluesky.kept["access_token"] == "s3cret-token-1"
    assert not server.of("POST", "/xrpc/com.atproto.server.createSession")


def test_where_it_cannot_be_prolonged_the_app_password_makes_a_new_one(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    bluesky.tokens, bluesky.prolongs = set(), False

    outcome = bluesky.way.publish(bluesky.account(server.url), a_piece())

    assert (outcome.result, bluesky.sessions) == ("published", 1)


def test_a_first_session_is_made_before_the_record(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    account = bluesky.account(server.url)
    account = dataclasses.replace(account, credentials={"app_password": "s3cret-password"})

    outcome = bluesky.way.publish(account, a_piece())

    assert outcome.external_id.startswith(URI)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Reply(401, {"error": "AuthenticationRequired"}), "credentials_refused"),
        (Reply(401, {"error": "AuthFactorTokenRequired"}), "credentials_refused"),
        (Reply(401, {"error": "AccountTakedown"}), "suspended"),
    ],
)
def test_a_session_that_is_refused_says_why(
    bluesky: FakeBluesky, server: FakeServer, refusal: Reply, code: str
) -> None:
    server.then(refusal)
    account = bluesky.account(server.url)
    account = dataclasses.replace(account, credentials={"app_password": "s3cret-password"})

    (problem,) = bluesky.way.test(account)

    assert problem.code == code


def test_links_tags_and_people_are_facets_by_byte(bluesky: FakeBluesky, server: FakeServer) -> None:
    text = "קראו https://rimon.example/k2 #כוכב @standards.example @nobody.example"

    out = bluesky.way.publish(bluesky.account(server.url), a_piece(text=text))

    facets = bluesky.posts[out.external_id]["facets"]
    parts = [
        text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode()
        for one in facets
    ]
    assert parts == ["https://rimon.example/k2", "#כוכב", "@standards.example"]
    assert facets[2]["features"][0]["did"] == "did:plc:standards"


def test_the_languages_chosen_count_more_than_the_message_s(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    piece = a_piece(options={"langs": ["he", "ar"]})

    out = bluesky.way.publish(bluesky.account(server.url), piece)

    assert bluesky.posts[out.external_id]["langs"] == ["he", "ar"]


def test_a_piece_of_a_thread_names_its_parent_and_its_root(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    account = bluesky.account(server.url)
    pieces = [a_piece(number=number, count=3, text=f"Part {number}") for number in (1, 2, 3)]
    first = bluesky.way.publish(account, pieces[0]).external_id
    second = dataclasses.replace(pieces[1], reply_to=first, root=first)
    second_uri = bluesky.way.publish(account, second).external_id

    third = dataclasses.replace(pieces[2], reply_to=second_uri, root=first)
    third_uri = bluesky.way.publish(account, third).external_id

    reply = bluesky.posts[third_uri]["reply"]
    assert reply["root"] == {"uri": first, "cid": f"cid-{tid_of(KEY, 1)}"}
    assert reply["parent"]["uri"] == second_uri
    assert first < second_uri < third_uri


def test_a_thread_whose_beginning_is_gone_is_not_continued(
    bluesky: FakeBluesky, server: FakeServer
) -> None:
    piece = a_piece(number=2, reply_to=f"{URI}3gone", root=f"{URI}3gone")

    outcome = bluesky.way.publish(bluesky.account(server.url), piece)

    assert (outcome.result, outcome.code) == ("failed", "parent_gone")


def test_pictures_are_blobs_with_a_description(bluesky: FakeBluesky, server: FakeServer) -> None:
    picture = Attachment("", "image/png", "קומקום", 3, lambda: b"png")

    out = bluesky.way.publish(bluesky.account(server.url), a_piece(attachments=(picture,)))

    embed = bluesky.posts[out.external_id]["embed"]
    assert (embed["$type"], embed["images"][0]["alt"]) == ("app.bsky.embed.images", "קומקום")
    assert bluesky.blobs[0].body == b"png"


def test_a_film_is_one_blob(bluesky: FakeBluesky, server: FakeServer) -> None:
    film = Attachment("", "video/mp4", "", 3, lambda: b"mp4")

    out = bluesky.way.publish(bluesky.account(server.url), a_piece(attachments=(film,)))

    assert bluesky.posts[out.external_id]["embed"]["$type"] == "app.bsky.embed.video"


def test_a_file_that_is_too_large_is_a_refusal(bluesky: FakeBluesky, server: FakeServer) -> None:
    picture = Attachment("", "image/png", "", 3, lambda: b"png")
    server.then(Reply(400, {"error": "BlobTooLarge"}))

    outcome = bluesky.way.publish(bluesky.account(server.url), a_piece(attachments=(picture,)))

    assert (outcome.result, outcome.code) == ("failed", "media_refused")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"handle": "rimon.example", "active": False}, "suspended"),
        ({"handle": "renamed.example", "active": True}, "other_account"),
    ],
)
def test_a_test_says_what_to_mend(
    bluesky: FakeBluesky, server: FakeServer, said: dict, code: str
) -> None:
    server.then(Reply(200, said))

    (problem,) = bluesky.way.test(bluesky.account(server.url))

    assert problem.code == code
