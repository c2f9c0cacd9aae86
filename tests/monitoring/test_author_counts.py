"""Authors are counted exactly, and forgotten with their mentions."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from crisisapi.common.actors import SYSTEM
from monitoring.models import Author, AuthorDay, AuthorDelta, Erasure, Mention, Source
from monitoring.selectors.author_recount import find_false_authors
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.author_links import AuthorForgotten, NotLinked, link_author, unlink_author
from monitoring.services.author_repair import repair_authors
from monitoring.services.corrections import Verdict, correct_mention
from monitoring.services.deliveries import receive_delivery
from monitoring.services.erasing import erase_next
from monitoring.services.erasures import Author as Named
from monitoring.services.erasures import request_erasure
from monitoring.services.removing import remove_mentions
from monitoring.services.turns import Work, wait_for_turn
from tests.factories.incidents import StakeholderFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def _hear(source: Source, *items: dict[str, Any], name: str = "msg_1") -> None:
    receive_delivery(source=source, external_id=name, body=body_of(*items), now=NOW)
    _work()


def _work() -> None:
    while analyse_batch(now=NOW):
        pass
    while fold_authors(now=NOW):
        pass


def _dana(number: int, **fields: Any) -> dict[str, Any]:
    author = {"id": "77", "handle": "dana", "name": "Dana", "followers": 40 + number}
    said = {"published_at": f"2026-03-0{number}T09:17:00Z", "author": author, "language": "en"}
    return mention(number, **{**said, **fields})


def _named(**which: Any) -> Any:
    return Author.objects.named().get(**which)


def test_an_author_is_counted_by_day_and_named_by_the_latest_mention(source: Source) -> None:
    ours = [_dana(3, text="terrible kettle"), _dana(4, text="The shop opens on Sunday")]
    _hear(source, *ours, mention(8, author={"handle": "avi"}))

    dana = _named(mentions=2)

    assert (dana.platform, dana.negative, dana.neutral) == ("x", 1, 1)
    assert dana.first_seen_at == datetime(2026, 3, 3, 9, 15, tzinfo=UTC)
    assert dana.last_seen_at == datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
    assert (dana.known["handle"], dana.known["followers"]) == ("dana", 44)
    days = AuthorDay.objects.filter(author_key=dana.key).order_by("day")
    assert [(str(one.day), one.negative) for one in days] == [("2026-03-03", 1), ("2026-03-04", 0)]


def test_who_says_no_name_is_no_author(source: Source) -> None:
    _hear(source, mention(1))

    assert not Author.objects.exists()


def test_corrections_and_edits_are_followed(source: Source) -> None:
    _hear(source, _dana(3, text="terrible kettle"), _dana(4, text="terrible kettle"))
    row = Mention.objects.get(external_id="post-3")
    correct_mention(mention=row, verdict=Verdict("positive"), actor=SYSTEM, now=NOW)
    _hear(source, _dana(4, text="great kettle, thank you", revision=2), name="msg_2")

    dana = Author.objects.get()

    assert (dana.mentions, dana.positive, dana.negative) == (2, 2, 0)
    assert not find_false_authors(source.brand_id)


def test_a_deleted_post_counts_and_names_nobody(source: Source) -> None:
    _hear(source, _dana(3), _dana(4, author={"id": "77", "handle": "dana_new"}))

    remove_mentions(["post-4"], source=source, now=NOW)
    _work()

    dana = _named()
    assert dana.mentions == 2
    assert dana.known["handle"] == "dana"
    remove_mentions(["post-3"], source=source, now=NOW)
    _work()
    assert _named().known is None
    assert not Author.objects.get().is_known


def test_an_erased_author_stays_as_a_number_that_is_linked_to_nobody(source: Source) -> None:
    _hear(source, _dana(3), _dana(4))
    stakeholder = StakeholderFactory(brand=source.brand)
    link_author(author=Author.objects.get(), stakeholder=stakeholder, actor=SYSTEM, now=NOW)

    asked: dict[str, Any] = {"reason": "Request 17", "actor": SYSTEM, "now": NOW}
    request_erasure(brand=source.brand, author=Named("x", handle="dana"), **asked)
    while erase_next(now=NOW):
        pass
    _work()

    dana = _named()
    assert (dana.mentions, dana.known, dana.stakeholder_id) == (2, None, None)
    assert Erasure.objects.get().left == [{"kind": "stakeholder", "id": str(stakeholder.pk)}]
    assert not find_false_authors(source.brand_id)
    with pytest.raises(AuthorForgotten):
        link_author(author=dana, stakeholder=stakeholder, actor=SYSTEM, now=NOW)


def test_a_link_is_replaced_and_taken_back(source: Source) -> None:
    _hear(source, _dana(3))
    author = Author.objects.get()
    first, second = StakeholderFactory.create_batch(2, brand=source.brand)

    for one in (first, second, second):
        author = link_author(author=author, stakeholder=one, actor=SYSTEM, now=NOW)

    assert (author.stakeholder, author.version) == (second, 3)
    author = unlink_author(author=author, actor=SYSTEM, now=NOW)
    assert author.stakeholder is None
    with pytest.raises(NotLinked):
        unlink_author(author=author, actor=SYSTEM, now=NOW)


def test_a_worker_that_dies_while_folding_leaves_everything_to_the_next(source: Source) -> None:
    _hear(source, _dana(3), _dana(4))
    _hear(source, _dana(5), name="msg_2")

    assert not AuthorDelta.objects.exists()
    assert fold_authors(now=NOW) == 0
    assert Author.objects.get().mentions == 3


def test_a_recount_finds_what_is_wrong_and_repairs_it(source: Source) -> None:
    _hear(source, _dana(3), _dana(4), mention(8, author={"handle": "avi"}))
    AuthorDay.objects.filter(day="2026-03-03").update(mentions=7)
    Author.objects.filter(mentions=1).update(is_known=False)
    assert len(find_false_authors(source.brand_id)) == 2

    repair_authors(source.brand_id)
    _work()

    assert find_false_authors(source.brand_id) == set()
    assert Author.objects.get(mentions=2).is_known


def test_authors_that_are_missing_are_found_and_made(source: Source) -> None:
    _hear(source, _dana(3))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM monitoring_author")
    assert len(find_false_authors(source.brand_id)) == 1

    repair_authors(source.brand_id)
    _work()

    assert Author.objects.get().mentions == 1


@pytest.mark.django_db(transaction=True)
def test_authors_are_folded_while_key_messages_are(source: Source) -> None:
    _hear(source, _dana(3))
    AuthorDelta.objects.create(
        brand=source.brand, author_key=7, platform="x", day=NOW.date(), mentions=1
    )
    folded: list[int] = []

    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_turn(cursor, Work.FOLD_ECHOES)
        other = threading.Thread(target=lambda: folded.append(_folded_aside()))
        other.start()
        other.join()

    assert folded == [1]


def _folded_aside() -> int:
    try:
        return fold_authors(now=NOW)
    finally:
        connection.close()
