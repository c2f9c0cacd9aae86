"""Instagram accounts: comments, and mentions of which only ids come."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from monitoring.models import Intake, Mention, Source, WantedPost
from monitoring.rules.incoming import Batch, Unreadable
from monitoring.services.fetching import fetch_source
from monitoring.services.trying import try_source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.meta.graph_server import (
    CREDENTIALS,
    NOW,
    PROOF,
    Graph,
    asked_for,
    iso,
    joined,
    refusal,
    signed,
)
from tests.servers import FakeServer, Reply, serving

INSTAGRAM = PROVIDERS["instagram"]
SETTINGS = {"ig_user_id": "178414000", "username": "@Rimon"}
ACCOUNT = Account(settings=SETTINGS, credentials=CREDENTIALS)
TOLD = 1772615700


def comment(number: int = 1791, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": "refund?",
        "from": {"id": "555", "username": "tealover"},
        "media": {"id": "1817", "media_product_type": "FEED"},
        **fields,
    }


def change(value: Any, field: str = "comments") -> dict[str, Any]:
    return {"field": field, "value": value}


def body_of(*changes: Any, **fields: Any) -> bytes:
    entry = {"id": "178414000", "time": TOLD, "changes": changes, **fields}
    return json.dumps({"object": "instagram", "entry": [entry]}).encode()


def parsed(*changes: Any) -> Batch:
    return INSTAGRAM.parse(ACCOUNT, body_of(*changes), now=NOW)


def test_a_comment_is_a_mention_with_its_author_and_post() -> None:
    [mention] = parsed(change(comment())).mentions

    assert (mention.id, mention.platform, mention.text) == ("1791", "instagram", "refund?")
    assert (mention.author.id, mention.author.handle) == ("555", "tealover")
    assert mention.author.profile == "https://www.instagram.com/tealover/"
    assert mention.parent_id == "1817"
    assert mention.published_at is not None
    assert int(mention.published_at.timestamp()) == TOLD


def test_a_change_right_in_its_entry_is_read_as_well() -> None:
    entry = {"id": "178414000", "time": TOLD, **change(comment())}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()

    assert [one.id for one in INSTAGRAM.parse(ACCOUNT, body, now=NOW).mentions] == ["1791"]


def test_a_reply_answers_the_comment_and_a_live_comment_is_a_comment() -> None:
    batch = parsed(change(comment(1, parent_id="1791")), change(comment(2), field="live_comments"))

    assert [(one.id, one.parent_id) for one in batch.mentions] == [("1", "1791"), ("2", "1817")]


@pytest.mark.parametrize(
    "author", [{"id": "178414000"}, {"id": "9", "username": "rimon"}, {"username": "RIMON"}]
)
def test_what_the_account_says_itself_is_passed_over(author: dict[str, str]) -> None:
    batch = parsed(change({**comment(), "from": author}))

    assert (batch.mentions, batch.rejections) == ([], [])


@pytest.mark.parametrize("field", ["story_insights", "messages", "message_reactions", ""])
def test_what_is_no_comment_is_passed_over(field: str) -> None:
    batch = parsed(change(comment(), field=field))

    assert (batch.mentions, batch.rejections, batch.wanted) == ([], [], [])


def test_a_mention_is_wanted_by_its_ids() -> None:
    in_comment = {"media_id": "1818", "comment_id": "1792"}
    batch = parsed(
        change(in_comment, "mentions"),
        change(in_comment, "mentions"),
        change({"media_id": 1819}, "mentions"),
        change({}, "mentions"),
    )

    assert [(one.kind, one.key) for one in batch.wanted] == [
        ("instagram", "comment:1792"),
        ("instagram", "media:1819"),
    ]
    assert batch.wanted[0].reference["place"] == "178414000"
    assert [one.code for one in batch.rejections] == ["id_missing"]


def test_an_account_that_is_not_listened_for_is_refused() -> None:
    batch = INSTAGRAM.parse(ACCOUNT, body_of(change(comment()), id="1"), now=NOW)

    assert [one.code for one in batch.rejections] == ["other_place"]


def test_a_push_of_a_page_is_told_to_belong_elsewhere() -> None:
    with pytest.raises(Unreadable) as unread:
        INSTAGRAM.parse(ACCOUNT, b'{"object":"page","entry":[]}', now=NOW)

    assert unread.value.code == "other_object"
    assert "facebook" in unread.value.reason


# The whole way


@pytest.fixture
def graph() -> Graph:
    graph = Graph()
    graph.lists = {"178414000/media": [], "178414000/tags": []}
    return graph


@pytest.fixture
def server(graph: Graph) -> Iterator[FakeServer]:
    with serving(graph.answer) as fake:
        yield fake


@pytest.fixture
def source(server: FakeServer, settings: Any) -> Iterator[Source]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with time_machine.travel(NOW, tick=False):
        made = SourceFactory(
            kind="instagram",
            platform="instagram",
            settings={**SETTINGS, "api_base": server.url},
            credentials=dict(CREDENTIALS),
            secret="",
        )
        yield made


def push(source: Source, *changes: Any) -> Any:
    body = body_of(*changes)
    return APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        body,
        content_type="application/json",
        headers=signed(body),
    )


def ask(source: Source) -> Intake:
    Intake.objects.filter(source=source).update(due_at=NOW)
    WantedPost.objects.filter(due_at__isnull=False).update(due_at=NOW)
    assert fetch_source(source.pk)
    return Intake.objects.get(source=source)


def stored() -> str:
    return joined(Mention.objects.values_list("external_id", flat=True))


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": "refund?",
        "timestamp": iso(NOW - timedelta(hours=1)),
        "from": {"id": "555", "username": "tealover"},
        **fields,
    }


def own_media(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "caption": "Our new kettle",
        "username": "rimon_home",
        "timestamp": iso(NOW - timedelta(hours=2)),
        "permalink": "https://www.instagram.com/p/Abc/",
    }


@pytest.mark.django_db
def test_a_walk_finds_comments_replies_and_tags_once(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    replies = {"data": [row(21), row(22, **{"from": {"id": "9", "username": "rimon_home"}})]}
    graph.lists["178414000/media"] = [own_media(1817), own_media(1816)]
    graph.lists["1817/comments"] = [row(1791), row(20, replies=replies), row(19), row(18)]
    graph.lists["178414000/tags"] = [row(31, text=None, caption="with @rimon", like_count=7)]
    push(source, change(comment()))

    intake = ask(source)

    assert stored() == "1791 18 19 20 21 31"
    assert (intake.state, intake.cursor) == ("active", {"heard": NOW.timestamp()})
    reply = Mention.objects.get(external_id="21")
    assert (reply.parent_id, reply.url) == ("20", "https://www.instagram.com/p/Abc/")
    assert Mention.objects.get(external_id="31").likes == 7
    assert asked_for(server) == ["178414000/media", "1817/comments", "178414000/tags"]


@pytest.mark.django_db
def test_mentions_are_looked_up_with_the_proof_of_the_app(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    found = {**row(1792, text="@rimon refund!"), "media": {"id": "1818", "permalink": "/p/X/"}}
    server.then(
        Reply(body={"mentioned_comment": found, "id": "178414000"}),
        Reply(body={"mentioned_media": row(1819, text=None, caption="my @rimon kettle")}),
    )
    push(source, change({"media_id": "1818", "comment_id": "1792"}, "mentions"))
    push(source, change({"media_id": "1819"}, "mentions"))

    ask(source)

    said = {one.external_id: (one.text, one.parent_id, one.url) for one in Mention.objects.all()}
    assert said == {
        "1792": ("@rimon refund!", "1818", "https://www.instagram.com/p/X/"),
        "1819": ("my @rimon kettle", "", ""),
    }
    assert not WantedPost.objects.exists()
    asked = [seen.query for seen in server.seen[:2]]
    assert [one["appsecret_proof"] for one in asked] == [PROOF, PROOF]
    assert asked[0]["fields"].startswith("mentioned_comment.comment_id(1792){")
    assert asked[1]["fields"].startswith("mentioned_media.media_id(1819){")


@pytest.mark.django_db
def test_a_mention_that_is_gone_is_given_up_with_its_reason(
    server: FakeServer, source: Source
) -> None:
    server.then(refusal(100, subcode=33))
    push(source, change({"media_id": "1818"}, "mentions"))

    intake = ask(source)

    wanted = WantedPost.objects.get()
    assert (wanted.due_at, wanted.error_code, intake.state) == (None, "not_found", "active")
    assert wanted.error_detail


@pytest.mark.django_db
def test_a_mention_is_looked_up_again_after_passing_trouble(
    server: FakeServer, source: Source
) -> None:
    server.then(refusal(2, status=500))
    push(source, change({"media_id": "1818"}, "mentions"))
    ask(source)
    server.then(Reply(body={"mentioned_media": row(1818)}))

    ask(source)

    assert stored() == "1818"


@pytest.mark.django_db
def test_mentions_without_a_token_wait_and_say_what_is_missing(
    server: FakeServer, source: Source
) -> None:
    source.credentials = {"app_secret": CREDENTIALS["app_secret"]}
    source.save()
    push(source, change({"media_id": "1818"}, "mentions"))

    intake = ask(source)

    assert (intake.state, intake.error_code) == ("failing", "credentials_refused")
    assert "access token" in intake.error_detail
    assert WantedPost.objects.get().due_at == NOW
    assert server.seen == []


@pytest.mark.django_db
def test_the_test_of_a_set_up_names_the_field_to_mend(graph: Graph, source: Source) -> None:
    graph.objects["178414000"] = {"id": "178414000", "username": "rimon"}

    assert try_source(source=source, now=NOW) == []

    graph.replies["178414000/media"] = refusal(10)
    [problem] = try_source(source=source, now=NOW)
    assert (problem.code, problem.field) == ("rights_missing", "credentials.access_token")
