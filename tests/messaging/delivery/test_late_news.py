"""The platform's word counts more than a person's: what is out is shown as out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from messaging.channels.base import Outcome
from messaging.models import Channel, Message, Publication
from messaging.services.attempts import attempt_part, end_attempt, give_up_attempts
from messaging.services.claims import GIVE_UP_AFTER, Claim
from messaging.services.holds import Scope, raise_hold
from messaging.services.lookups import end_look, look_for_part
from messaging.services.messages import withdraw_message
from messaging.services.publications import (
    cancel_publication,
    fail_publication,
    publish_message,
    record_publication,
)
from messaging.services.retries import retry_publication
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import NOW
from tests.messaging.outward import (
    Receiver,
    first,
    message_of,
    states,
    verbs_of,
    work,
    work_until_quiet,
)
from tests.servers import Reply

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
Attempt = tuple[Claim, Outcome]
URL = "https://rimon.example/1"
LATER = NOW + GIVE_UP_AFTER + timedelta(seconds=1)
EVEN_LATER = LATER + timedelta(minutes=5)
ACCEPTED = Outcome("accepted", external_id="7")


@pytest.fixture
def asked(website: Channel, incident: Any, approver: User, by: By) -> Publication:
    """A post that was approved and asked for as people do it."""
    message = MessageFactory(incident=incident, status="approved")
    publish_message(message=message, channels=[website], **by(approver))
    return message.publications.get()


@pytest.fixture
def attempt(asked: Publication, receiver: Receiver) -> Attempt:
    """Its attempt got out, answered late, and was given up before."""
    attempt = attempt_part(first(asked).pk, now=NOW)
    assert attempt
    give_up_attempts(now=LATER)
    return attempt


def _tell(attempt: Attempt, outcome: Outcome | None = None, now: datetime = EVEN_LATER) -> None:
    end_attempt(claim=attempt[0], outcome=outcome or attempt[1], now=now)


def _fail(publication: Publication, approver: User, by: By) -> None:
    told = by(approver, now=LATER)
    fail_publication(publication=publication, reason="I do not see it.", **told)


def _send_anew(publication: Publication, approver: User, by: By) -> Publication:
    message = Message.objects.get(pk=publication.message_id)
    publish_message(message=message, channels=[publication.channel], **by(approver, now=LATER))
    return message.publications.exclude(pk=publication.pk).get()


def test_what_a_person_said_had_failed_is_published_when_its_attempt_says_so(
    asked: Publication, attempt: Attempt, approver: User, by: By
) -> None:
    _fail(asked, approver, by)
    assert (states(asked)[0], message_of(asked)) == ("failed", "failed")

    _tell(attempt)

    assert (states(asked), message_of(asked)) == (("published", ["published"]), "published")
    assert verbs_of(asked)[-2:] == ["failed", "published"]
    assert Event.objects.filter(verb="message.published").count() == 1
    assert (asked.url, asked.last_error) == (attempt[1].url, "")


def test_what_a_person_said_had_failed_is_published_when_a_look_finds_it(
    asked: Publication, attempt: Attempt, approver: User, by: By
) -> None:
    looked = look_for_part(first(asked).pk, now=LATER + timedelta(minutes=1))
    assert looked
    _fail(asked, approver, by)

    found = Outcome("published", url=URL, external_id="7")
    end_look(claim=looked[0], found=found, now=EVEN_LATER)

    assert (states(asked)[0], message_of(asked), asked.url) == ("published", "published", URL)


@pytest.mark.parametrize("result", ["failed", "retry", "unknown", "awaiting_person"])
def test_what_proves_nothing_leaves_it_where_a_person_put_it(
    asked: Publication, attempt: Attempt, approver: User, by: By, result: Any
) -> None:
    _fail(asked, approver, by)

    _tell(attempt, Outcome(result))

    assert (states(asked)[0], message_of(asked)) == ("failed", "failed")


def test_what_the_platform_took_after_all_is_followed(
    asked: Publication, attempt: Attempt, approver: User, by: By
) -> None:
    _fail(asked, approver, by)

    _tell(attempt, ACCEPTED)

    assert (states(asked)[0], message_of(asked)) == ("accepted", "publishing")
    assert first(asked).next_attempt_at


def test_what_was_sent_in_its_place_and_has_not_left_stays_in(
    asked: Publication, attempt: Attempt, receiver: Receiver, approver: User, by: By
) -> None:
    _fail(asked, approver, by)
    second = _send_anew(asked, approver, by)

    _tell(attempt)
    work_until_quiet(EVEN_LATER)

    assert (states(asked)[0], states(second)[0]) == ("published", "cancelled")
    assert (message_of(asked), len(receiver.posted)) == ("published", 1)
    assert "already" in second.last_error


def test_what_is_out_twice_is_shown_twice_and_taken_down_twice(
    asked: Publication, attempt: Attempt, receiver: Receiver, approver: User, by: By
) -> None:
    _fail(asked, approver, by)
    second = _send_anew(asked, approver, by)
    work(LATER)

    _tell(attempt)

    assert (states(asked)[0], states(second)[0]) == ("published", "published")
    assert (asked.is_double, second.is_double) == (True, False)
    message = Message.objects.get()
    withdraw_message(message=message, reason="Wrong.", **by(approver, now=EVEN_LATER))
    work_until_quiet(EVEN_LATER)
    assert sorted(receiver.taken_down) == sorted(receiver.posted)
    assert message_of(asked) == "withdrawn"


def test_a_later_failure_does_not_hide_what_is_out(
    asked: Publication, attempt: Attempt, receiver: Receiver, approver: User, by: By
) -> None:
    _fail(asked, approver, by)
    second = _send_anew(asked, approver, by)
    receiver.server.then(Reply(400))
    work(LATER)

    _tell(attempt)

    assert (states(asked)[0], states(second)[0]) == ("published", "failed")
    assert message_of(asked) == "published"


def test_a_withdrawn_message_that_turns_out_to_be_out_is_taken_down(
    asked: Publication, attempt: Attempt, receiver: Receiver, approver: User, by: By
) -> None:
    _fail(asked, approver, by)
    message = Message.objects.get()
    withdraw_message(message=message, reason="Wrong series.", **by(approver, now=LATER))

    _tell(attempt)
    work_until_quiet(EVEN_LATER)

    assert (states(asked)[0], message_of(asked)) == ("withdrawn", "withdrawn")
    assert receiver.taken_down == receiver.posted


def test_what_waits_to_be_sent_again_is_not_once_it_is_known_to_be_out(
    asked: Publication, attempt: Attempt, receiver: Receiver, approver: User, by: By
) -> None:
    retry_publication(publication=asked, reason="I do not see it.", **by(approver, now=LATER))
    raise_hold(brand=asked.brand, scope=Scope(), reason="Stop.", actor=SYSTEM, now=LATER)
    assert states(asked)[0] == "held"

    _tell(attempt)
    work_until_quiet(EVEN_LATER)

    assert (states(asked)[0], message_of(asked)) == ("published", "published")
    assert len(receiver.posted) == 1


def test_what_is_tried_once_more_is_out_when_the_attempt_before_says_so(
    asked: Publication, attempt: Attempt, receiver: Receiver, approver: User, by: By
) -> None:
    retry_publication(publication=asked, reason="I do not see it.", **by(approver, now=LATER))
    receiver.server.then(Reply(429))
    second = attempt_part(first(asked).pk, now=LATER)
    assert second

    _tell(attempt)
    _tell(second)

    assert (states(asked), len(receiver.posted)) == (("published", ["published"]), 1)


def test_what_was_called_off_is_published_all_the_same(
    asked: Publication, attempt: Attempt, approver: User, by: By
) -> None:
    retry_publication(publication=asked, reason="I do not see it.", **by(approver, now=LATER))
    cancel_publication(publication=asked, **by(approver, now=LATER))
    assert (states(asked)[0], message_of(asked)) == ("cancelled", "approved")

    _tell(attempt)

    assert (states(asked)[0], message_of(asked)) == ("published", "published")


def test_the_rest_of_a_withdrawn_thread_is_taken_down_when_it_turns_out_to_be_out(
    thread: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    work(NOW)
    second = thread.parts.get(number=2)
    slow = attempt_part(second.pk, now=NOW)
    assert slow
    give_up_attempts(now=LATER)
    _fail(thread, approver, by)
    message = Message.objects.get()
    withdraw_message(message=message, reason="Wrong.", **by(approver, now=LATER))
    work(LATER)
    assert states(thread) == ("withdrawn", ["withdrawn", "failed", "cancelled"])

    _tell(slow)
    work_until_quiet(EVEN_LATER)

    assert states(thread) == ("withdrawn", ["withdrawn", "withdrawn", "cancelled"])
    assert len(receiver.taken_down) == 2


def test_a_person_who_recorded_it_was_faster(
    asked: Publication, attempt: Attempt, approver: User, by: By
) -> None:
    record_publication(publication=asked, url=URL, **by(approver, now=LATER))

    _tell(attempt)

    assert (states(asked)[0], asked.url) == ("published", URL)
    assert verbs_of(asked).count("published") == 1
