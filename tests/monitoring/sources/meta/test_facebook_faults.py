"""What goes wrong between Facebook and us, and what people are told."""

from datetime import timedelta

import pytest

from monitoring.models import Mention, Source
from monitoring.services.fetching import fetch_source
from monitoring.services.trying import try_source
from tests.monitoring.sources.meta.facebook_says import (
    ask,
    body_of,
    entry,
    intake_of,
    push,
    row,
    stored,
    walked,
)
from tests.monitoring.sources.meta.graph_server import (
    NOW,
    Graph,
    refusal,
)
from tests.servers import FakeServer, Reply


@walked
@pytest.mark.django_db
def test_meta_is_asked_for_less_when_it_wants_to(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [row(1)]
    words = "Please reduce the amount of data you're asking for, then retry your request"
    server.then(refusal(1, status=500, message=words), refusal(1, status=500, message=words))

    assert (ask(source).state, stored()) == ("active", "5_1")
    assert [seen.query["limit"] for seen in server.seen[:3]] == ["25", "6", "1"]


USE = {"x-business-use-case-usage": '{"100":[{"estimated_time_to_regain_access":7}]}'}


@walked
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reply", "code", "state", "minutes"),
    [
        (refusal(4, headers={"X-App-Usage": '{"call_count":100}'}), "rate_limited", "degraded", 10),
        (refusal(17, headers=USE), "rate_limited", "degraded", 7),
        (refusal(32, headers={"Retry-After": "180"}), "rate_limited", "degraded", 3),
        (refusal(613), "rate_limited", "degraded", None),
        (refusal(2, status=500), "server_error", "degraded", None),
        (refusal(190, status=401, subcode=463), "credentials_refused", "failing", None),
        (refusal(190, status=401, subcode=460), "credentials_refused", "failing", None),
        (refusal(10, status=403), "rights_missing", "failing", None),
        (refusal(200, status=403), "rights_missing", "failing", None),
        (refusal(100, subcode=33), "not_found", "failing", None),
        (refusal(368), "blocked", "degraded", None),
        (refusal(999, status=200), "refused", "failing", None),
        (Reply(503, "<html>Sorry"), "server_error", "degraded", None),
        (Reply(200, "<html>Sign in"), "not_understood", "degraded", None),
        (Reply(200, b"[]"), "not_understood", "degraded", None),
        (Reply(200, {"data": []}, cut="in_answer"), "cut", "degraded", None),
    ],
)
def test_what_goes_wrong_is_said_and_waited_for(
    server: FakeServer, source: Source, reply: Reply, code: str, state: str, minutes: int | None
) -> None:
    server.then(reply)

    intake = ask(source)

    assert (intake.error_code, intake.state, intake.cursor) == (code, state, {})
    assert intake.error_detail
    assert "s3cret" not in intake.error_detail
    if minutes is not None:
        assert intake.due_at == NOW + timedelta(minutes=minutes)


@walked
@pytest.mark.django_db
def test_a_walk_stops_before_meta_refuses_what_others_do_with_the_app(
    server: FakeServer, graph: Graph, source: Source
) -> None:
    graph.lists["100/feed"] = [row(1)]
    graph.headers = {"X-App-Usage": '{"call_count":96,"total_time":3}'}

    intake = ask(source)

    assert (intake.error_code, len(server.seen)) == ("rate_limited", 1)
    assert [one["edge"] for one in intake.cursor["todo"]] == ["tagged"]
    assert stored() == "5_1"


@walked
@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"poll": "off"}, {"access_token": ""}])
def test_where_nothing_is_to_be_asked_the_state_is_what_the_pushes_say(
    server: FakeServer, source: Source, change: dict[str, str]
) -> None:
    if "poll" in change:
        source.settings |= change
    else:
        source.credentials |= change
    source.save()
    push(source, b'{"object":"page"}')

    assert not fetch_source(source.pk)

    intake = intake_of(source)
    assert (intake.state, intake.error_code, intake.lease) == ("degraded", "invalid_envelope", None)
    assert intake.due_at == NOW + timedelta(minutes=15)
    assert server.seen == []


@walked
@pytest.mark.django_db
def test_a_good_set_up_has_nothing_wrong(graph: Graph, source: Source) -> None:
    graph.objects["100"] = {"id": "100", "name": "Rimon"}
    graph.lists["100/subscribed_apps"] = [{"id": "1", "subscribed_fields": ["feed"]}]

    assert try_source(source=source, now=NOW) == []


@walked
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "reply", "code", "field"),
    [
        ("100", refusal(190, subcode=463), "credentials_refused", "credentials.access_token"),
        ("100/feed", refusal(10), "rights_missing", "credentials.access_token"),
        ("100", refusal(100, subcode=33), "not_found", "settings.page_id"),
        ("100/subscribed_apps", Reply(body={"data": []}), "not_subscribed", "settings.page_id"),
    ],
)
def test_the_test_of_a_set_up_names_the_field_to_mend(
    graph: Graph, source: Source, path: str, reply: Reply, code: str, field: str
) -> None:
    graph.objects["100"] = {"id": "100", "name": "Rimon"}
    graph.replies[path] = reply

    [problem] = try_source(source=source, now=NOW)

    assert (problem.code, problem.field) == (code, field)
    assert problem.sentence


@walked
@pytest.mark.django_db
def test_a_secret_of_another_app_is_told(graph: Graph, source: Source) -> None:
    graph.objects["100"] = {"id": "100"}
    source.credentials |= {"app_secret": "other"}

    [problem] = try_source(source=source, now=NOW)

    assert (problem.code, problem.field) == ("app_secret_wrong", "credentials.app_secret")


@walked
@pytest.mark.django_db
def test_a_post_of_which_only_the_id_came_is_looked_up(graph: Graph, source: Source) -> None:
    told = {"item": "post", "verb": "add", "sender_id": "5", "post_id": "5_7"}
    changes = [{"field": "mention", "value": told}]
    graph.objects["5_7"] = row(0, id="5_7", message="@Rimon look")
    push(source, body_of(entry(changes=changes)))

    ask(source)

    mention = Mention.objects.get()
    assert (mention.external_id, mention.text) == ("5_7", "@Rimon look")
