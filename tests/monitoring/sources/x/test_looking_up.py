"""Looking up posts of X of which only the ids came."""

from datetime import timedelta

from monitoring.models import Source, WantedPost
from monitoring.services.fetching import fetch_source
from tests.monitoring.sources.fake_x import NOW, FakeX
from tests.monitoring.sources.x.asking import MINUTE, ask, heard, intake_of, want
from tests.servers import FakeServer, Reply


def test_posts_of_which_only_the_ids_came_are_looked_up_a_hundred_at_once(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    said = [fake.say(timedelta(days=30), number=number) for number in range(110)]
    want(source, *map(str, said))

    ask(source)

    assert heard() == said
    assert len(server.of("GET", "/2/tweets")) == 3
    assert not WantedPost.objects.exists()


def test_posts_that_are_gone_or_never_were_are_given_up_and_the_others_brought(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    said, missing = fake.say(timedelta(days=30)), "2080000000000000001"
    want(source, str(said), missing, "no id at all")

    ask(source)

    assert heard() == [said]
    left = WantedPost.objects.order_by("key")
    assert [(one.key, one.error_code, one.due_at) for one in left] == [
        (missing, "post_gone", None),
        ("no id at all", "post_gone", None),
    ]


def test_a_refusal_of_many_gives_up_none_and_the_search_goes_on(
    fake: FakeX, server: FakeServer, source: Source
) -> None:
    want(source, "2080000000000000001", "2080000000000000002")
    server.then(Reply(403, {"detail": "not in your plan"}))
    said = fake.say(10 * MINUTE)

    intake = ask(source)

    assert (heard(), intake.state) == ([said], "active")
    waiting = WantedPost.objects.values_list("error_code", "due_at").distinct()
    assert list(waiting) == [("not_allowed", NOW + MINUTE)]


def test_a_source_without_a_token_leaves_the_looking_up_to_others(
    server: FakeServer, source: Source
) -> None:
    source.credentials = {"consumer_secret": "s3cret-consumer"}
    source.settings = {"mode": "push"}
    source.save(update_fields=["credentials", "settings"])
    want(source, "2080000000000000001")

    assert not fetch_source(source.pk)

    assert intake_of(source).state == "active"
    assert WantedPost.objects.get().attempts == 0
