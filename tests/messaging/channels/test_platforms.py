"""What every platform has in common: how attempts end, counted at the platform itself."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.channels.base import Account, Outcome
from tests.platforms.base import SECRETS, TEXT, FakePlatform, a_piece
from tests.platforms.bluesky import FakeBluesky
from tests.platforms.hootsuite import FakeHootsuite
from tests.platforms.mastodon import FakeMastodon
from tests.platforms.meta import FakeFacebook
from tests.platforms.x import FakeX
from tests.servers import FakeServer, Reply, serving

PLATFORMS = [FakeX, FakeFacebook, FakeHootsuite, FakeMastodon, FakeBluesky]
A_WHILE_AGO = timedelta(minutes=5)
HTML = "<html><body>Please wait</body></html>"


@dataclasses.dataclass
class Place:
    """A platform that is up, and an account on it."""

    platform: FakePlatform
    server: FakeServer
    account: Account

    def publish(self) -> Outcome:
        return self.platform.way.publish(self.account, a_piece())

    def find(self, *, ago: timedelta = A_WHILE_AGO) -> Outcome | None:
        since = timezone.now() - ago
        return self.platform.way.find(self.account, a_piece(), since=since)


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.kind)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    platform = request.param()
    with serving(platform.answer) as server:
        yield Place(platform, server, platform.account(server.url))


def _is_taken(place: Place) -> str:
    """Hootsuite takes a message and tells later that it is out."""
    return "accepted" if place.platform.kind == "hootsuite" else "published"


def test_a_post_gets_out_once(place: Place) -> None:
    outcome = place.publish()

    assert (outcome.result, outcome.error) == (_is_taken(place), "")
    assert outcome.external_id in place.platform.posts
    assert place.platform.texts() == [TEXT]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(does=True, seconds=5.0),
        Reply(200, {"id": "9", "uri": "at://x"}, does=True, cut="after_reading"),
        Reply(200, {"id": "9", "data": [{"id": "9"}]}, does=True, cut="in_answer"),
        Reply(502, HTML, does=True),
        Reply(504, HTML, does=True),
        Reply(500, {"error": "InternalServerError"}, does=True),
        Reply(200, HTML, does=True),
        Reply(200, b'{"data": {"id": "1', does=True),
        Reply(200, {}, does=True),
    ],
    ids=["slow", "cut", "cut in answer", "502", "504", "500", "html", "half json", "empty"],
)
def test_what_is_out_without_anyone_hearing_of_it_is_found_again(
    place: Place, settings: Any, trouble: Reply
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5 if trouble.seconds else 20
    place.server.then(trouble)

    said = place.publish()
    found = place.find(ago=timedelta(seconds=10))

    # Bluesky alone can be asked on the spot, for we named the record.
    assert said.result == ("published" if place.platform.kind == "bluesky" else "unknown")
    assert found is not None
    assert (found.result, found.external_id in place.platform.posts) == (_is_taken(place), True)
    assert place.platform.texts() == [TEXT]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(cut="before_reading"),
        Reply(cut="after_reading"),
        Reply(seconds=5.0),
        Reply(500, HTML),
        Reply(503, HTML),
    ],
    ids=["cut before", "cut after", "slow", "500", "503 of a gateway"],
)
def test_what_may_be_out_is_sent_again_only_when_the_platform_does_not_have_it(
    place: Place, settings: Any, trouble: Reply
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5 if trouble.seconds else 20
    place.server.then(trouble)

    said = place.publish()
    found = place.find()

    assert said.result == "unknown"
    if place.platform.kind == "hootsuite":
        assert found is None
    else:
        assert found is not None
        assert (found.result, found.code) == ("failed", "not_found")
    assert place.platform.posts == {}


def test_a_search_that_fails_cannot_tell(place: Place) -> None:
    place.server.then(*[Reply(500, HTML)] * 3)

    assert place.find() is None


def test_where_nobody_listens_nothing_got_out(place: Place) -> None:
    place.server.stop()

    outcome = place.publish()

    assert (outcome.result, outcome.code) == ("retry", "not_reached")


def test_too_many_requests_are_tried_again_later(place: Place) -> None:
    place.server.then(Reply(429, {"errors": [{"code": 1003}]}, {"Retry-After": "17"}))

    outcome = place.publish()

    assert (outcome.result, outcome.code) == ("retry", "rate_limited")
    assert outcome.retry_after == 17.0
    assert place.platform.posts == {}


def test_a_limit_without_a_time_is_tried_again_too(place: Place) -> None:
    place.server.then(Reply(429, HTML))

    outcome = place.publish()

    assert (outcome.result, outcome.retry_after) == ("retry", None)


def test_a_server_that_says_when_it_will_be_back_has_done_nothing(place: Place) -> None:
    place.server.then(Reply(503, HTML, {"Retry-After": "30"}))

    outcome = place.publish()

    assert (outcome.result, outcome.code, outcome.retry_after) == ("retry", "busy", 30.0)


@pytest.mark.parametrize(
    "refusal",
    [
        Reply(400, {"error": "InvalidRequest", "errors": [{"code": 4000}]}),
        Reply(404, {"errors": [{"code": 40400}]}),
        Reply(422, {"error": "Validation failed"}),
        Reply(301, HTML, {"Location": "http://127.0.0.1:9/"}),
    ],
    ids=["400", "404", "422", "301"],
)
def test_a_refusal_is_the_end(place: Place, refusal: Reply) -> None:
    place.server.then(refusal)

    outcome = place.publish()

    assert (outcome.result, outcome.code) == ("failed", "refused")
    assert place.platform.posts == {}


def test_a_token_nobody_can_renew_is_a_refusal(place: Place) -> None:
    place.platform.tokens = set()
    keeps = {"client_id", "client_secret", "app_secret", "access_token", "did"}
    held = {name: value for name, value in place.account.credentials.items() if name in keeps}
    place.account = dataclasses.replace(place.account, credentials=held)

    outcome = place.publish()

    assert (outcome.result, outcome.code) == ("failed", "credentials_refused")


def test_no_secret_is_told_or_logged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    echo = {"error": " ".join(SECRETS), "detail": " ".join(SECRETS), "errors": [{"code": 1}]}
    place.server.then(*[Reply(status, echo) for status in (400, 401, 403, 500)])

    told = [place.publish() for _attempt in range(4)]
    found = place.platform.way.test(place.account)

    # httpcore's own words on DEBUG are shown nowhere; what we say ourselves is.
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith("httpcore")]
    for secret in SECRETS:
        assert secret not in repr(told) + repr(found) + " ".join(logged)


def test_what_is_taken_down_is_gone_and_may_be_asked_for_again(place: Place) -> None:
    out = place.publish()

    first = place.platform.way.withdraw(place.account, out.external_id)

    assert (first.result, place.platform.posts) == ("published", {})


def test_taking_down_is_tried_again_when_its_end_is_not_known(place: Place) -> None:
    out = place.publish()
    place.server.then(Reply(cut="after_reading"))

    outcome = place.platform.way.withdraw(place.account, out.external_id)

    assert outcome.result == "retry"


def test_a_channel_that_works_has_no_problems(place: Place) -> None:
    assert place.platform.way.test(place.account) == []
    assert place.platform.posts == {}


def test_a_test_says_that_the_credentials_are_refused(place: Place) -> None:
    place.platform.tokens = set()
    account = dataclasses.replace(place.account, credentials={"access_token": "s3cret-other"})

    problems = place.platform.way.test(account)

    assert [problem.code for problem in problems] == ["credentials_refused"]


def test_a_test_says_that_nobody_answers(place: Place) -> None:
    place.server.stop()

    problems = place.platform.way.test(place.account)

    assert [problem.code for problem in problems] == ["not_reached"]
