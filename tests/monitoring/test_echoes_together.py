"""Everything at once: pushes, readers, changed key messages, removals, folding, in threads."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from crisisapi.common.actors import SYSTEM
from messaging.models import KeyMessage
from messaging.services.key_messages import change_key_message
from monitoring.models import Mention, Source
from monitoring.rules.echoes import Echoes
from monitoring.selectors.asked_recount import count_questions_without_lead
from monitoring.selectors.echo_recount import count_false_echo_counts, count_false_echoes
from monitoring.services.analysis import analyse_batch
from monitoring.services.asked import fold_asked
from monitoring.services.asked_repairing import find_false_asking
from monitoring.services.deliveries import receive_delivery
from monitoring.services.echo_rollups import fold_echoes
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import reread_next
from tests.monitoring.echoing import APART, DENIED, NOW, PRAISED, REFUND, START, open_story
from tests.monitoring.pushing import body_of, mention
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = "When do we get the refund for the kettle?"
TEXTS = [PRAISED, DENIED, REFUND["he"], APART, ASKED, f"Please, {ASKED} Finally?"]
WORDS: list[dict[str, str]] = [
    REFUND,
    {"en": "The handle of a kettle cracked"},
    {"en": "Nobody says this to anybody"},
]
ROUNDS = 10


def _push(source: Source, seed: int) -> None:
    chance = random.Random(seed)
    for turn in range(ROUNDS):
        sent = [
            mention(
                number,
                text=chance.choice(TEXTS),
                published_at=(START + timedelta(minutes=7 * number)).isoformat(),
                revision=turn,
                likes=turn,
            )
            for number in sorted(chance.sample(range(50), 20))
        ]
        name = f"msg_{seed}_{turn}"
        receive_delivery(source=source, external_id=name, body=body_of(*sent), now=NOW)


def _often(*acts: Callable[[], Any]) -> None:
    for _turn in range(3 * ROUNDS):
        for act in acts:
            act()


def _reword(key_message: KeyMessage) -> None:
    for turn in range(ROUNDS):
        change_key_message(
            key_message=KeyMessage.objects.get(pk=key_message.pk),
            texts=WORDS[turn % 3],
            is_active=turn % 4 != 2,
            actor=SYSTEM,
            now=NOW,
            expected_version=None,
        )
        reread_next(now=NOW, limit=10)


def _remove(source: Source) -> None:
    for number in range(ROUNDS):
        with transaction.atomic():
            remove_mentions([f"post-{5 * number}"], source=source, now=NOW)


def test_key_messages_and_questions_are_exact_whatever_happens_at_once(source: Source) -> None:
    _incident, key_message = open_story(source.brand)

    faults = together(
        lambda: _push(source, 1),
        lambda: _push(source, 2),
        lambda: _often(lambda: analyse_batch(now=NOW, limit=15)),
        lambda: _often(lambda: analyse_batch(now=NOW, limit=15)),
        lambda: _often(lambda: reread_next(now=NOW, limit=10)),
        lambda: _reword(key_message),
        lambda: _remove(source),
        lambda: _often(lambda: fold_echoes(limit=20), lambda: fold_asked(limit=7)),
        lambda: _often(lambda: fold_echoes(limit=20), lambda: fold_asked(limit=7)),
    )

    assert faults == []
    assert count_false_echo_counts(source.brand_id) == 0
    assert count_false_echoes(source.brand_id) == 0
    while analyse_batch(now=NOW) or reread_next(now=NOW) or fold_echoes() or fold_asked():
        pass
    assert count_false_echo_counts(source.brand_id) == 0
    assert find_false_asking(source.brand_id) == []
    assert count_questions_without_lead(source.brand_id) == 0
    key_message.refresh_from_db()
    echoes = Echoes({key_message.pk: list(key_message.texts.values())})
    rows = list(Mention.objects.filter(removed_at=None))
    assert {row.pk for row in rows if str(key_message.pk) in row.echoes} == {
        row.pk for row in rows if echoes.found_in(row.text)
    }
