"""Who repeats a key message: found as mentions are read, and anew when something changes."""

from datetime import timedelta
from typing import Any

import pytest

from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.models import Status
from messaging.services.key_messages import change_key_message, supersede_key_message
from monitoring.models import Echo, EchoBucket, Mention, Rereading, RereadingKind, RereadingState
from monitoring.rules.windows import HOUR, align
from monitoring.selectors.echo_recount import count_false_echo_counts, count_false_echoes
from monitoring.selectors.pull_through import EchoTotals, read_pull_through
from monitoring.services.analysis import analyse_batch
from monitoring.services.corrections import Verdict, correct_mention
from monitoring.services.deliveries import receive_delivery
from monitoring.services.echo_repairing import repair_echoes
from monitoring.services.echo_rollups import fold_echoes
from monitoring.services.key_message_echoes import follow_key_messages
from tests.factories.messaging import ChannelFactory, PublicationFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.echoing import (
    APART,
    DENIED,
    MOCKED,
    NOW,
    PRAISED,
    REFUND,
    START,
    hear,
    look,
    open_story,
    write,
)
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db


def _totals(key_message: Any, **asked: Any) -> EchoTotals:
    found = read_pull_through(
        key_message_ids=[key_message.pk],
        query_id=asked.pop("query_id", None),
        window=align(START, NOW, HOUR),
        **asked,
    )
    return found[key_message.pk].totals


def _change(key_message: Any, **fields: Any) -> None:
    change_key_message(
        key_message=key_message, actor=SYSTEM, now=NOW, expected_version=None, **fields
    )


def test_mentions_are_counted_by_what_they_make_of_a_message() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)

    hear(source, PRAISED, MOCKED, DENIED, REFUND["en"], REFUND["he"], APART, reach=10)

    counted = _totals(key_message)
    assert (counted.mentions, counted.agrees, counted.disputes) == (5, 1, 2)
    assert (counted.neutral, counted.reach) == (2, 50)
    assert _totals(key_message, language="he").mentions == 1


def test_folded_counts_are_what_they_were_before() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)
    hear(source, PRAISED, MOCKED)
    before = _totals(key_message)

    while fold_echoes():
        pass

    assert _totals(key_message) == before
    assert EchoBucket.objects.filter(width=86400).exists()


def test_a_message_that_is_written_later_is_found_in_what_was_said_before() -> None:
    source = SourceFactory()
    incident, _key_message = open_story(source.brand, texts={"en": "Nobody says this to anybody"})
    hear(source, PRAISED, APART)

    late = write(incident)

    assert _totals(late).mentions == 1
    search = Rereading.objects.get(key_message=late)
    assert (search.kind, search.state) == (RereadingKind.KEY_MESSAGE, RereadingState.DONE)
    assert (search.since, search.done, search.changed) == (START, 2, 1)


def test_another_wording_is_looked_for_anew() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)
    hear(source, PRAISED, "The handle of my kettle cracked this morning")

    _change(key_message, texts={"en": "The handle of a kettle cracked"})
    look()

    assert [row.mention.text for row in Echo.objects.all()] == [APART]
    assert Echo.objects.get().version == 2
    assert _totals(key_message).mentions == 1


def test_a_change_of_nothing_that_is_said_looks_for_nothing() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)

    _change(key_message, position=7)

    assert Rereading.objects.count() == 1


def test_a_message_at_rest_keeps_what_it_was_counted_for_and_finds_no_more() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)
    hear(source, PRAISED)

    _change(key_message, is_active=False)
    hear(source, PRAISED, name="two")
    assert _totals(key_message).mentions == 1

    _change(key_message, is_active=True)
    look()

    assert _totals(key_message).mentions == 2


def test_the_better_wording_is_looked_for_from_the_beginning() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand, texts={"en": "Nobody says this to anybody"})
    hear(source, PRAISED)

    better = supersede_key_message(
        key_message=key_message, texts=REFUND, actor=SYSTEM, now=NOW, expected_version=None
    )
    look()

    assert (_totals(key_message).mentions, _totals(better).mentions) == (0, 1)


def test_nothing_is_looked_for_once_the_incident_is_over_until_it_goes_on() -> None:
    source = SourceFactory()
    incident, key_message = open_story(source.brand)
    incident.status = Status.CLOSED
    incident.save()
    hear(source, PRAISED)
    assert _totals(key_message).mentions == 0

    incident.status = Status.RESPONDING
    incident.save()
    follow_key_messages(Event(verb="incident.reopened", object_id=incident.pk, occurred_at=NOW))
    look()

    assert _totals(key_message).mentions == 1


def test_growth_edits_and_corrections_are_followed() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)
    praised, mocked, edited = hear(source, PRAISED, MOCKED, PRAISED)

    correct_mention(mention=praised, verdict=Verdict("negative"), actor=SYSTEM, now=NOW)
    items = [
        mention(0, id=mocked.external_id, text=MOCKED, likes=7, published_at=START.isoformat()),
        mention(1, id=edited.external_id, text=APART, revision=5, published_at=START.isoformat()),
    ]
    receive_delivery(source=source, external_id="more", body=body_of(*items), now=NOW)
    waiting = _totals(key_message)
    analyse_batch(now=NOW)

    assert waiting == _totals(key_message)
    assert (waiting.mentions, waiting.agrees, waiting.disputes, waiting.likes) == (2, 0, 2, 7)
    assert count_false_echoes(source.brand_id) == 0


@pytest.mark.parametrize(
    "said",
    [
        {"author": {"handle": "Rimon_Home"}},
        {"url": "https://x.com/rimon/status/77"},
        {"id": "77"},
    ],
)
def test_what_the_brand_says_itself_is_not_the_public(said: dict[str, Any]) -> None:
    source = SourceFactory(platform="x")
    brand = source.brand
    _incident, key_message = open_story(brand)
    channel = ChannelFactory(brand=brand, platform="x", settings={"handle": "@rimon_home"})
    PublicationFactory(
        brand=brand,
        message__incident__brand=brand,
        channel=channel,
        external_id="77",
        url="https://x.com/rimon/status/77/",
    )

    items = [
        mention(1, text=REFUND["en"], published_at=START.isoformat(), **said),
        mention(2, text=REFUND["en"], published_at=START.isoformat(), id="78"),
    ]
    receive_delivery(source=source, external_id="one", body=body_of(*items), now=NOW)
    analyse_batch(now=NOW)

    assert _totals(key_message).mentions == 1
    assert Echo.objects.get().mention.external_id == "78"


def test_what_was_lost_is_found_and_repaired() -> None:
    source = SourceFactory()
    _incident, key_message = open_story(source.brand)
    hear(source, PRAISED, MOCKED)
    fold_echoes()
    EchoBucket.objects.filter(width=300).first().delete()  # type: ignore[union-attr]
    EchoBucket.objects.filter(width=3600).update(reach=5)
    Echo.objects.first().delete()  # type: ignore[union-attr]
    assert count_false_echo_counts(source.brand_id) == 3
    assert count_false_echoes(source.brand_id) == 1

    repair_echoes(source.brand_id)

    assert (count_false_echo_counts(source.brand_id), count_false_echoes(source.brand_id)) == (0, 0)
    assert _totals(key_message).mentions == 2


def test_a_thousand_messages_are_loaded_by_the_same_statements(
    django_assert_max_num_queries: Any,
) -> None:
    source = SourceFactory()
    incident, _key_message = open_story(source.brand)
    for number in range(20):
        write(incident, texts={"en": f"Word{chr(97 + number)} is nothing that anybody says"})
    items = [mention(n, text=APART, published_at=START.isoformat()) for n in range(30)]
    receive_delivery(source=source, external_id="one", body=body_of(*items), now=NOW)

    with django_assert_max_num_queries(12):
        analyse_batch(now=NOW)

    assert not Mention.objects.filter(analysed_at=None).exists()


def test_the_search_begins_where_the_incident_did() -> None:
    source = SourceFactory()
    before = mention(
        0, text=PRAISED, published_at=(START - timedelta(hours=1)).isoformat(), id="before"
    )
    receive_delivery(source=source, external_id="one", body=body_of(before), now=NOW)
    analyse_batch(now=NOW)

    open_story(source.brand)

    assert not Echo.objects.exists()
