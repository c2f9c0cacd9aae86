"""Forgetting an author: what goes, what stays, and what never comes back."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from monitoring.models import Delivery, Erasure, ErasureState, GonePost, Mention, Source, WantedPost
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery, replay_delivery
from monitoring.services.erasing import erase_next
from monitoring.services.erasures import (
    Author,
    ErasureUnderWay,
    NotSuppressed,
    end_suppression,
    export_author,
    preview_erasure,
    request_erasure,
)
from monitoring.services.previewing import Letter, preview_delivery
from tests.factories.audience import QuestionFactory
from tests.factories.incidents import EvidenceFactory
from tests.factories.monitoring import DeliveryFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.x_pages import Said, page

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROTEM = {"id": "7001", "handle": "Rotem_47", "name": "רותם סקרן", "followers": 518}
DANA = {"id": "7002", "handle": "dana", "name": "Dana"}
WORDS = "ידית של קומקום נסדקה"
BY_ROTEM = {"author": ROTEM, "text": WORDS, "url": "https://example.org/rotem_47/1"}


def _receive(source: Source, name: str, *items: dict[str, Any]) -> Delivery:
    said: dict[str, Any] = {
        "source": source,
        "external_id": name,
        "body": body_of(*items),
        "now": NOW,
    }
    return receive_delivery(**said)[0]


def _erase(source: Source, handle: str = "@rotem_47", **fields: Any) -> Erasure:
    author = Author("x", handle=handle)
    asked: dict[str, Any] = {"author": author, "reason": "Request 17", **fields}
    erasure = request_erasure(brand=source.brand, actor=SYSTEM, now=NOW, **asked)
    while erase_next(now=NOW):
        pass
    erasure.refresh_from_db()
    return erasure


def _held(source: Source) -> str:
    rows = Mention.objects.filter(source=source).values()
    bodies = [bytes(one.body).decode() for one in Delivery.objects.filter(source=source)]
    return json.dumps([*rows, *bodies], default=str, ensure_ascii=False)


def test_words_and_author_go_and_the_mention_still_counts(source: Source) -> None:
    _receive(source, "a", mention(1, likes=7, **BY_ROTEM), mention(2, author=DANA))
    analyse_batch(now=NOW)

    erasure = _erase(source)

    gone = Mention.objects.get(removed_at=NOW)
    assert (gone.text, gone.url, gone.author_name, gone.likes) == ("", "", "", 7)
    assert gone.author_followers is None
    assert Mention.objects.get(removed_at=None).author_handle == "dana"
    assert (erasure.state, erasure.erased_mentions, erasure.redacted_deliveries) == (
        ErasureState.DONE,
        1,
        1,
    )
    assert not find_differences(source.brand_id)


def test_what_came_in_holds_them_no_more_and_the_others_still(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM), mention(2, author=DANA))

    _erase(source)

    held = _held(source)
    assert not any(word in held.lower() for word in ("rotem_47", "7001", "רותם", WORDS, "post-1"))
    assert "dana" in held


def test_a_replay_brings_nothing_back(source: Source) -> None:
    delivery = _receive(source, "a", mention(1, **BY_ROTEM), mention(2, author=DANA))
    _erase(source)

    again = replay_delivery(delivery=delivery, actor=SYSTEM, now=NOW)

    assert (again.accepted, again.duplicates, Mention.objects.count()) == (0, 2, 2)
    assert WORDS not in _held(source)


def test_a_post_that_comes_again_is_known_grows_and_stays_erased(source: Source) -> None:
    _receive(source, "a", mention(1, likes=1, **BY_ROTEM))
    _erase(source)

    again = _receive(source, "b", mention(1, likes=5, revision=9, **BY_ROTEM))

    assert (again.accepted, again.duplicates, again.updated) == (0, 1, 1)
    assert Mention.objects.get().likes == 5
    assert WORDS not in _held(source)
    assert "rotem" not in _held(source).lower()
    assert not find_differences(source.brand_id)


def test_the_same_bytes_are_known_as_a_repetition(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    _erase(source)

    body = body_of(mention(1, **BY_ROTEM))
    _, is_known = receive_delivery(source=source, external_id="a", body=body, now=NOW)

    assert is_known


def test_a_new_post_is_stored_as_that_of_anybody(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    _erase(source)

    _receive(source, "b", mention(2, **BY_ROTEM))

    assert Mention.objects.get(removed_at=None).text == WORDS


def test_a_new_post_of_a_suppressed_author_is_counted_only(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    _erase(source, suppress=True)

    new = _receive(source, "b", mention(2, **BY_ROTEM), mention(3, author=DANA))

    assert (new.accepted, Mention.objects.filter(removed_at=NOW).count()) == (2, 2)
    assert WORDS not in _held(source)
    assert not find_differences(source.brand_id)


def test_a_post_that_comes_again_before_it_is_erased_counts_once(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    asked: dict[str, Any] = {"reason": "17", "suppress": True, "actor": SYSTEM, "now": NOW}
    request_erasure(brand=source.brand, author=Author("x", handle="rotem_47"), **asked)

    again = _receive(source, "b", mention(1, **BY_ROTEM))

    assert (again.accepted, again.duplicates, Mention.objects.get().text) == (0, 1, "")
    assert not find_differences(source.brand_id)


def test_a_suppression_ends_once(source: Source) -> None:
    erasure = _erase(source, suppress=True)

    end_suppression(erasure=erasure, actor=SYSTEM, now=NOW)
    _receive(source, "b", mention(2, **BY_ROTEM))

    assert Mention.objects.get().text == WORDS
    with pytest.raises(NotSuppressed):
        end_suppression(erasure=erasure, actor=SYSTEM, now=NOW)


def test_an_account_is_found_under_its_other_name(source: Source) -> None:
    other = {**BY_ROTEM, "author": {**ROTEM, "handle": "rotem_new"}}
    stripped = {**BY_ROTEM, "author": {"handle": "rotem_new"}}
    stranger = {"author": {"id": "9", "handle": "rotem_new"}}
    _receive(source, "a", mention(1, **BY_ROTEM), mention(2, **other))
    _receive(source, "b", mention(3, **stripped), mention(4, **stranger))

    erasure = _erase(source)

    assert erasure.erased_mentions == 3
    assert Mention.objects.get(removed_at=None).author_external_id == "9"


@pytest.mark.parametrize("platform", ["facebook", "x"])
def test_other_platforms_and_other_brands_keep_theirs(source: Source, platform: str) -> None:
    elsewhere = source if platform != "x" else SourceFactory()
    _receive(elsewhere, "a", mention(1, **{**BY_ROTEM, "platform": platform}))

    erasure = _erase(source)

    assert erasure.erased_mentions == 0
    assert Mention.objects.get().text == WORDS


def test_a_post_deleted_before_is_erased_from_what_came_in(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    Mention.objects.update(removed_at=NOW, text="", author_external_id="", author_handle="")

    erasure = _erase(source)

    assert erasure.redacted_deliveries == 1
    assert WORDS not in _held(source)


def test_what_cannot_be_read_and_names_them_is_emptied(source: Source) -> None:
    body = b'{"mentions": [{"text": "ROTEM_47 said'
    named, _ = receive_delivery(source=source, external_id="a", body=body, now=NOW)
    other = DeliveryFactory(source=source, body=b"{rotem_475", status="failed")

    _erase(source)

    named.refresh_from_db()
    other.refresh_from_db()
    assert (bytes(named.body), named.error_code) == (b"", "erased")
    assert bytes(other.body) == b"{rotem_475"
    assert replay_delivery(delivery=named, actor=SYSTEM, now=NOW).error_code == "erased"


def test_what_is_still_to_be_looked_up_is_forgotten(source: Source) -> None:
    WantedPost.objects.create(source=source, kind="x", key="1", reference={"by": "rotem_47"})
    other = WantedPost.objects.create(source=source, kind="x", key="2", reference={"by": "dana"})

    _erase(source)

    assert WantedPost.objects.get() == other


def test_questions_collected_from_them_lose_their_words(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    mention_id = Mention.objects.get().pk
    question = QuestionFactory(
        brand=source.brand, mention_id=mention_id, text=WORDS, asked_by="Rotem", is_public=True
    )

    erasure = _erase(source)

    question.refresh_from_db()
    assert erasure.erased_questions == 1
    assert (WORDS in question.text, question.asked_by, question.is_public) == (False, "", False)
    assert Event.objects.filter(verb="question.forgotten", object_id=question.pk).exists()


def test_what_the_team_wrote_of_them_is_left_to_people(source: Source) -> None:
    evidence = EvidenceFactory(incident__brand=source.brand, note="Seen at @Rotem_47.")
    EvidenceFactory(incident__brand=source.brand, note="Seen at rotem_475.")
    EvidenceFactory(note="Of another brand: rotem_47.")

    assert _erase(source).left == [{"kind": "evidence", "id": str(evidence.pk)}]


def test_afterwards_nobody_can_tell_who_it_was(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))

    erasure = _erase(source)

    assert erasure.names == {}
    told = json.dumps(list(Event.objects.values_list("data", flat=True)))
    assert "rotem" not in told.lower()
    assert {"erasure.requested", "erasure.finished"} <= set(
        Event.objects.values_list("verb", flat=True)
    )


def test_an_author_is_erased_once_at_a_time(source: Source) -> None:
    asked: dict[str, Any] = {"brand": source.brand, "reason": "Request 17", "actor": SYSTEM}
    request_erasure(author=Author("x", handle="@Dana"), now=NOW, **asked)

    with pytest.raises(ErasureUnderWay):
        request_erasure(author=Author("x", handle="dana"), now=NOW, **asked)


@pytest.mark.parametrize(
    ("author", "reason", "field"),
    [
        (Author("x"), "Request 17", "author_handle"),
        (Author("x", handle="dana"), " ", "reason"),
        (Author("x", handle="dana"), "Dana asked us.", "reason"),
    ],
)
def test_what_makes_no_sense_is_refused(
    source: Source, author: Author, reason: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        request_erasure(brand=source.brand, author=author, reason=reason, actor=SYSTEM, now=NOW)

    assert list(refusal.value.errors) == [field]


def test_a_preview_of_a_delivery_shows_nothing_of_the_erased(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM))
    _erase(source)

    letter = Letter(body_of(mention(1, **BY_ROTEM)))
    [one] = preview_delivery(source=source, letter=letter, now=NOW)["mentions"]

    assert (one["outcome"], one["rules"], one["text"]) == ("ignored", ["removed_before"], "")


def test_a_deletion_of_an_erased_post_remembers_nothing_of_it() -> None:
    source = SourceFactory(kind="x", platform="x", secret="")
    said = Said(1, text=WORDS)
    receive_delivery(source=source, external_id="a", body=page([said]), now=NOW)
    Mention.objects.update(author_handle="rotem_47")
    _erase(source)

    receive_delivery(source=source, external_id="b", body=page([said], [1]), now=NOW)

    assert Mention.objects.count() == 1
    assert not GonePost.objects.exists()
    assert WORDS not in _held(source)


def test_what_is_held_on_an_author_is_counted_and_exported(source: Source) -> None:
    _receive(source, "a", mention(1, **BY_ROTEM), mention(2, author=DANA))
    author = Author("x", external_id="7001")

    counted = preview_erasure(brand=source.brand, author=author)
    exported = export_author(brand=source.brand, author=author, actor=SYSTEM, now=NOW)

    assert (counted["mentions"], counted["deliveries"]) == (1, 1)
    assert ([one.text for one in exported.mentions], exported.is_whole) == ([WORDS], True)
    event = Event.objects.get(verb="brand.author_exported")
    assert "7001" not in json.dumps(event.data)
