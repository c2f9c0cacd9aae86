"""Pulling the plug while subscribers are mailed: each gets an update once at most, and it is known.

A mail whose attempt broke off may be out: it is never sent again, and says `unknown`.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from messaging.tasks import mail_subscribers
from tests.mail_server import Post, mail_server
from tests.processes.service import Service, flush_redis, service_on_a_new_database

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

_AN_UPDATE = """
from tests.factories.public import PublicPageFactory, PublicUpdateFactory, SubscriberFactory
page = PublicPageFactory()
for number in range(3):
    SubscriberFactory(page=page, brand=page.brand, address=f"reader{number}@example.org")
PublicUpdateFactory(brand=page.brand, incident__brand=page.brand, mailed_at=None)
"""
# Stops a worker inside of its transaction, as if it were slow there, until it is killed.
_STOP_WHEN = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE {} ON messaging_subscribermail FOR EACH ROW
WHEN ({}) EXECUTE FUNCTION dawdle()
"""
_GO_ON = "DROP TRIGGER dawdle ON messaging_subscribermail; DROP FUNCTION dawdle()"
_LATER = "UPDATE messaging_subscribermail SET attempted_at = attempted_at - interval '1 hour'"
_ARE = "SELECT count(*) FROM messaging_subscribermail WHERE status = '{}'"


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as (running, _port):
        yield running


@pytest.fixture
def service(tmp_path: Path, post: Post) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.environment["EMAIL_URL"] = f"smtp+plain://127.0.0.1:{post.port}"
        running.hurried = mail_subscribers
        running.run("shell", "--no-imports", "-c", _AN_UPDATE)
        yield running


@pytest.mark.parametrize(
    ("event", "moment", "is_known"),
    [
        ("INSERT", "true", True),
        ("UPDATE", "NEW.status = 'attempting'", True),
        ("UPDATE", "NEW.status = 'sent'", False),
    ],
    ids=["while they are made ready", "before the claim", "before the record"],
)
def test_killed_at_any_moment_nobody_is_mailed_twice(
    service: Service, post: Post, *, event: str, moment: str, is_known: bool
) -> None:
    service.change(_STOP_WHEN.format(event, moment))
    worker = service.start_worker()
    service.kill_asleep(worker, "nobody came there")
    service.change(_GO_ON)
    flush_redis()
    service.change(_LATER)

    service.start_worker()

    # The worker has two processes: the other one may have been anywhere in its attempt.
    service.wait_for(
        lambda: _are(service, "sent") + _are(service, "unknown") == 3, "not all are settled"
    )
    assert (_are(service, "unknown") == 0) is is_known
    mailed = Counter(address for address, _mail in post.taken)
    assert set(mailed.values()) == {1}
    assert len(mailed) >= _are(service, "sent")


def _are(service: Service, status: str) -> int:
    return service.number(_ARE.format(status))
