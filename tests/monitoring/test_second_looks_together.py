"""Second looks while everything else goes on, in threads: exact, bounded, and nobody stuck."""

import random
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from crisisapi.common.actors import SYSTEM
from monitoring.models import LookReason, Mention, SecondLook, Source
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.looks_due import look_again
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import ask_reanalysis, reread_next
from monitoring.services.rollups import fold_buckets
from monitoring.services.second_looks import PAUSE, Looked, look_next
from tests.factories.monitoring import QueryFactory
from tests.locks import let_somebody_wait
from tests.monitoring.looking import BAD, GOOD, NOW, assert_exact, read, receive, the_mention
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.transforming import looking_twice
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [BAD, GOOD, "the kettle", "nobody knows these words"]
ROUNDS = 10


def push(source: Source, seed: int) -> None:
    chance = random.Random(seed)
    for turn in range(ROUNDS):
        sent = [
            mention(
                number,
                text=chance.choice(TEXTS),
                published_at=(NOW - timedelta(minutes=7 * number)).isoformat(),
                author={"handle": f"person{number % 5}"},
                revision=turn,
                likes=turn,
            )
            for number in chance.sample(range(40), 15)
        ]
        name = f"msg_{seed}_{turn}"
        receive_delivery(source=source, external_id=name, body=body_of(*sent), now=NOW)


def look() -> None:
    for turn in range(2 * ROUNDS):
        look_next(now=NOW + turn * 2 * PAUSE, limit=7)


def alarm() -> None:
    for _turn in range(ROUNDS):
        look_again(Mention.objects.values_list("pk", flat=True), LookReason.ALERT, now=NOW)


def remove(source: Source) -> None:
    for turn in range(ROUNDS):
        with transaction.atomic():
            remove_mentions([f"post-{turn}", f"post-{39 - turn}"], source=source, now=NOW)


def work() -> None:
    for _turn in range(2 * ROUNDS):
        analyse_batch(now=NOW, limit=9)
        reread_next(now=NOW, limit=9)
        fold_buckets(limit=50)


def test_everything_at_once_is_counted_exactly(source: Source, contrary_model: Path) -> None:
    QueryFactory(brand=source.brand, expression="sentiment:negative")
    ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    heard = [lambda: push(source, 1), lambda: push(source, 2), lambda: remove(source)]
    faults = together(*heard, look, look, alarm, work, work)

    assert faults == []
    assert find_differences(source.brand_id) == []
    assert count_false_matches(source.brand_id) == 0
    assert not SecondLook.objects.exclude(mention__removed_at=None).exclude(finished_at=None)


def test_readers_at_once_ask_for_no_more_than_a_brand_gets(
    source: Source, contrary_folder: Path
) -> None:
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=96):
        receive(source, *[BAD] * 12)
        another = threading.Thread(target=lambda: together(lambda: analyse_batch(now=NOW)))

        with transaction.atomic():
            analyse_batch(now=NOW, limit=6)
            another.start()
            let_somebody_wait()
        another.join()

    assert Mention.objects.exclude(analysed_at=None).count() == 12
    assert SecondLook.objects.count() == 2  # a quarter of 96 an hour, in five minutes


def test_what_somebody_holds_is_left_for_another_time(source: Source, contrary_model: Path) -> None:
    read(source, BAD, GOOD)
    looked: list[Looked | None] = []

    with transaction.atomic():
        Mention.objects.select_for_update().get(pk=the_mention(0).pk)
        faults = together(lambda: looked.append(look_next(now=NOW)))

    assert faults == []
    assert looked == [Looked(1, 1)]
    assert look_next(now=NOW) is None
    assert look_next(now=NOW + PAUSE + timedelta(seconds=1)) == Looked(1, 1)
    assert_exact(source)
