"""From the request to the public, over a receiver that counts: each post once, rightly told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import FactStatus, Incident
from incidents.services.facts import refute_fact
from messaging.models import Channel, Publication, PublicationPart
from messaging.services.attempts import begin_attempt, give_up_attempts
from messaging.services.claims import GIVE_UP_AFTER
from messaging.services.publications import (
    WordingChanged,
    cancel_publication,
    publish_message,
    record_publication,
)
from messaging.services.retries import retry_publication
from messaging.services.withdrawals import withdraw_publication
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import NOW
from tests.messaging.outward import (
    Receiver,
    a_channel,
    a_thread,
    first,
    message_of,
    states,
    verbs_of,
    work,
    work_until_quiet,
)
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
URL = "https://rimon.example/1"


def test_what_is_approved_is_sent_word_for_word_and_once(
    incident: Incident, website: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    message = MessageFactory(incident=incident, status="approved", body="אנא הפסיקו להשתמש.")
    publish_message(message=message, channels=[website], **by(approver))

    work_until_quiet(NOW)

    publication = message.publications.get()
    [seen] = receiver.server.seen
    assert seen.json()["data"]["text"] == "אנא הפסיקו להשתמש."
    assert states(publication) == ("published", ["published"])
    assert publication.url == f"https://rimon.example/{first(publication).pk}"
    assert message_of(publication) == "published"


def test_a_thread_goes_out_post_by_post(thread: Publication, receiver: Receiver) -> None:
    work_until_quiet(NOW)

    said = [seen.json()["data"] for seen in receiver.server.seen]
    assert [one["text"] for one in said] == ["One.", "Two.", "Three."]
    assert [one["reply_to"] for one in said] == ["", said[0]["id"], said[1]["id"]]
    assert {one["root"] for one in said[1:]} == {said[0]["id"]}
    assert verbs_of(thread) == ["part_published", "part_published", "published"]


def test_where_nobody_listens_it_is_tried_again_later_and_later(
    post: Publication, server: FakeServer, receiver: Receiver
) -> None:
    server.stop()
    waits = []

    now = NOW
    for _attempt in range(3):
        work(now)
        due = first(post).next_attempt_at
        assert due is not None
        waits.append((due - now).total_seconds())
        now = due

    assert [5 <= waits[0] < 6.3, 30 <= waits[1] < 37.6, 120 <= waits[2] < 150.1] == [True] * 3
    assert states(post) == ("pending", ["pending"])
    assert verbs_of(post) == ["postponed"] * 3


def test_in_the_end_it_failed_and_a_person_sends_it_again(
    post: Publication, website: Channel, brand: Brand, approver: User, by: By
) -> None:
    with serving() as gone:
        gone.stop()
        Channel.objects.update(settings={"url": gone.url})
    later = work_until_quiet(NOW)
    assert (states(post)[0], first(post).attempts, message_of(post)) == ("failed", 8, "failed")

    with serving() as back:
        receiver = Receiver(back)
        Channel.objects.update(settings={"url": back.url})
        retry_publication(publication=post, **by(approver, now=later))
        assert message_of(post) == "publishing"
        work_until_quiet(later)

    assert (states(post)[0], len(receiver.posted)) == ("published", 1)
    assert message_of(post) == "published"


def test_asked_to_wait_the_whole_channel_waits(
    post: Publication, incident: Incident, website: Channel, receiver: Receiver
) -> None:
    other = a_thread(incident, website, now=NOW)
    receiver.server.then(Reply(429, headers={"Retry-After": "90"}))

    work(NOW)
    work(NOW + timedelta(seconds=89))
    assert len(receiver.server.seen) == 1
    work(NOW + timedelta(seconds=120))

    assert {states(post)[0], states(other)[0]} == {"published"}
    assert len(receiver.posted) == 2


def test_a_lasting_refusal_is_not_repeated(post: Publication, receiver: Receiver) -> None:
    receiver.server.then(Reply(400))

    work_until_quiet(NOW)

    assert (states(post)[0], len(receiver.server.seen)) == ("failed", 1)
    assert (post.error_code, post.waits_on_person) == ("refused", False)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(cut="after_reading", does=True),
        Reply(body={"id": "77"}, cut="in_answer", does=True),
    ],
)
def test_what_may_be_out_is_not_sent_again_and_waits_on_a_person(
    post: Publication, receiver: Receiver, reply: Reply
) -> None:
    receiver.server.then(reply)

    work_until_quiet(NOW)

    assert (states(post), receiver.asked(first(post))) == (("unknown", ["unknown"]), 1)
    assert post.waits_on_person
    assert verbs_of(post) == ["unknown", "left_to_person"]
    event = Event.objects.get(verb="publication.left_to_person")
    assert event.data["waits_on"]["role"] == "responder"


def test_a_receiver_that_recognises_repetitions_is_sent_to_again(
    incident: Incident, brand: Brand, receiver: Receiver
) -> None:
    post = a_thread(incident, a_channel(brand, receiver.server, is_idempotent="true"), now=NOW)
    receiver.server.then(Reply(502), Reply(502))

    work_until_quiet(NOW)

    assert (states(post)[0], receiver.asked(first(post))) == ("published", 3)


def test_a_repeatable_one_that_never_answers_is_unknown_not_failed(
    incident: Incident, brand: Brand, receiver: Receiver
) -> None:
    post = a_thread(incident, a_channel(brand, receiver.server, is_idempotent="true"), now=NOW)
    receiver.server.then(*[Reply(502)] * 7, Reply(400))

    work_until_quiet(NOW)

    assert (states(post)[0], post.waits_on_person, message_of(post)) == (
        "unknown",
        True,
        "publishing",
    )


def test_what_is_unknown_is_sent_again_only_by_somebody_who_says_why(
    post: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    receiver.server.then(Reply(500))
    work_until_quiet(NOW)
    with pytest.raises(InvalidInput):
        retry_publication(publication=post, **by(approver))

    retry_publication(publication=post, reason="I looked; it is not there.", **by(approver))
    work_until_quiet(NOW)

    assert (states(post)[0], len(receiver.posted)) == ("published", 1)


def test_half_a_thread_is_published_in_part_and_goes_on_where_it_broke(
    thread: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    def refuses_the_second(seen: Any) -> Reply:
        return Reply(400) if seen.json()["data"]["number"] == 2 else receiver.answer(seen)

    receiver.server.answer = refuses_the_second
    work_until_quiet(NOW)
    assert states(thread) == ("partially_published", ["published", "failed", "cancelled"])
    assert message_of(thread) == "partially_published"

    receiver.server.answer = receiver.answer
    retry_publication(publication=thread, **by(approver))
    work_until_quiet(NOW)

    keys = [str(part.pk) for part in thread.parts.order_by("number")]
    assert (states(thread)[0], receiver.posted) == ("published", keys)
    assert message_of(thread) == "published"


def test_a_thread_under_way_is_cancelled_from_the_next_post_on(
    thread: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    work(NOW)

    cancel_publication(publication=thread, **by(approver))
    work_until_quiet(NOW)

    assert states(thread) == ("partially_published", ["published", "cancelled", "cancelled"])
    assert len(receiver.posted) == 1


def test_a_thread_goes_on_after_a_post_that_a_person_found(
    thread: Publication, receiver: Receiver, responder: User, by: By
) -> None:
    receiver.server.then(Reply(500, does=True))
    work_until_quiet(NOW)

    record_publication(publication=thread, url=URL, external_id="a1", **by(responder))
    work_until_quiet(NOW)

    assert states(thread)[0] == "published"
    assert receiver.server.seen[1].json()["data"]["reply_to"] == "a1"


def test_without_its_id_a_thread_ends_after_a_post_that_a_person_found(
    thread: Publication, receiver: Receiver, responder: User, by: By
) -> None:
    receiver.server.then(Reply(500, does=True))
    work_until_quiet(NOW)

    record_publication(publication=thread, url=URL, **by(responder))
    work_until_quiet(NOW)

    assert states(thread) == ("partially_published", ["published", "cancelled", "cancelled"])
    assert len(receiver.posted) == 1


def test_nothing_more_of_a_thread_leaves_once_its_fact_fell(
    incident: Incident, website: Channel, receiver: Receiver, responder: User, by: By
) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.CONFIRMED, evidence="Lab")
    thread = a_thread(incident, website, "One.", "Two.", now=NOW)
    thread.message.facts.add(fact)
    work(NOW)

    refute_fact(fact=fact, reason="No", **by(responder))
    work_until_quiet(NOW)

    assert len(receiver.posted) <= 1
    assert "pending" not in states(thread)[1]


def test_other_words_than_were_frozen_do_not_leave(
    post: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    PublicationPart.objects.update(text="Smuggled past the services.")

    work(NOW)

    assert (states(post)[0], receiver.server.seen) == ("cancelled", [])


def test_a_retry_needs_the_words_that_are_approved_now(
    post: Publication, receiver: Receiver, approver: User, by: By
) -> None:
    receiver.server.then(Reply(400))
    work_until_quiet(NOW)
    Publication.objects.update(wording_hash="of other words")

    with pytest.raises(WordingChanged):
        retry_publication(publication=post, **by(approver))


def test_nothing_is_sent_to_a_channel_that_was_set_inactive(
    post: Publication, website: Channel, receiver: Receiver
) -> None:
    Channel.objects.update(is_active=False)

    work(NOW)

    assert (states(post)[0], receiver.server.seen) == ("cancelled", [])


def test_a_worker_lost_after_its_claim_leaves_it_unknown(
    post: Publication, receiver: Receiver
) -> None:
    begin_attempt(part_id=first(post).pk, now=NOW)

    give_up_attempts(now=NOW + GIVE_UP_AFTER + timedelta(seconds=1))
    work_until_quiet(NOW + timedelta(hours=1))

    assert (states(post)[0], receiver.server.seen) == ("unknown", [])
    assert post.error_code == "broken_off"


def test_a_fault_of_ours_leaves_it_unknown_and_the_others_alone(
    post: Publication, incident: Incident, brand: Brand, receiver: Receiver
) -> None:
    Channel.objects.update(settings={})
    other = a_thread(incident, a_channel(brand, receiver.server), now=NOW)

    work(NOW)

    assert (states(post)[0], states(other)[0]) == ("unknown", "published")
    assert post.error_code == "fault"


def test_nothing_of_a_drill_leaves_the_house_nor_is_taken_down_outside(
    brand: Brand, website: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    drill = a_thread(IncidentFactory(brand=brand, mode="drill"), website, "One.", "Two.", now=NOW)
    work_until_quiet(NOW)
    assert states(drill)[0] == "published"

    withdraw_publication(publication=drill, reason="Practice.", **by(approver))
    work_until_quiet(NOW)

    assert (states(drill)[0], receiver.server.seen) == ("withdrawn", [])
