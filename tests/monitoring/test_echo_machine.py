"""Whatever happens to mentions and key messages: those who repeat one are counted exactly."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from crisisapi.common.actors import SYSTEM
from incidents.models import Status
from messaging.models import KeyMessage
from messaging.services.key_messages import (
    add_key_message,
    change_key_message,
    supersede_key_message,
)
from monitoring.models import Echo, Rereading
from monitoring.rules.echoes import Echoes
from monitoring.selectors.echo_recount import count_false_echo_counts, count_false_echoes
from monitoring.selectors.own_posts import own_posts
from monitoring.services.echo_rollups import fold_echoes
from monitoring.services.rereadings import reread_next
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory
from tests.machines import walk
from tests.monitoring.test_reading_machine import NOW, START, TEXTS, ReadingMachine

pytestmark = pytest.mark.django_db

WORDS = [
    {"en": "Great kettle, thank you"},
    {"en": "The kettle broke, it is dangerous", "he": "הקומקום נשבר, בושה"},
    {"he": "תודה רבה על קומקום מצוין"},
    {"en": "The shop is open on Sunday"},
    {"en": "Nobody says this"},
]
words = st.sampled_from(WORDS)


class EchoMachine(ReadingMachine):
    """The same brand, with an incident whose key messages are in part what people say."""

    @initialize(texts=st.permutations(TEXTS))
    def begin(self, texts: list[str]) -> None:
        """Begin where three key messages were found."""
        super().begin(texts)
        self.incident = IncidentFactory(brand=self.brand, started_at=START)
        ChannelFactory(brand=self.brand, platform="x", settings={"handle": "@Noa"})
        for one in WORDS[:3]:
            add_key_message(incident=self.incident, texts=one, actor=SYSTEM, now=NOW)
        while reread_next(now=NOW):
            pass

    @rule(texts=words)
    @precondition(lambda self: not self.is_over)
    def write(self, texts: dict[str, str]) -> None:
        add_key_message(incident=self.incident, texts=texts, actor=SYSTEM, now=NOW)

    @rule(data=st.data(), texts=words, is_active=st.booleans())
    @precondition(lambda self: not self.is_over)
    def reword(self, data: st.DataObject, texts: dict[str, str], *, is_active: bool) -> None:
        one = self._one_of(data, KeyMessage.objects.filter(superseded_by=None))
        fields: dict[str, Any] = {"texts": texts, "is_active": is_active}
        change_key_message(key_message=one, actor=SYSTEM, now=NOW, expected_version=None, **fields)

    @rule(data=st.data(), texts=words)
    @precondition(lambda self: not self.is_over)
    def supersede(self, data: st.DataObject, texts: dict[str, str]) -> None:
        one = self._one_of(data, KeyMessage.objects.filter(superseded_by=None))
        supersede_key_message(
            key_message=one, texts=texts, actor=SYSTEM, now=NOW, expected_version=None
        )

    @rule()
    def fold_counts(self) -> None:
        fold_echoes(limit=5)

    @rule()
    def reread_all(self) -> None:
        while reread_next(now=NOW):
            pass

    @rule()
    def end_incident(self) -> None:
        self.incident.status = Status.CLOSED
        self.incident.save()

    @property
    def is_over(self) -> bool:
        return self.incident.status == Status.CLOSED

    @invariant()
    def counts_and_lists_of_key_messages_are_what_a_recount_says(self) -> None:
        assert count_false_echo_counts(self.brand.pk) == 0
        assert count_false_echoes(self.brand.pk) == 0

    @invariant()
    def key_messages_that_are_not_waited_for_are_found_where_they_should(self) -> None:
        if self.is_over or Rereading.objects.open().filter(brand=self.brand).exists():
            return
        rows = list(self._read_rows().filter(removed_at=None))
        own = own_posts(rows)
        for one in KeyMessage.objects.standing():
            matcher = Echoes({one.pk: list(one.texts.values())})
            found = {row.pk for row in rows if str(one.pk) in row.echoes}
            assert found == {
                row.pk for row in rows if row.pk not in own and matcher.found_in(row.text)
            }


def test_any_course_of_mentions_and_key_messages_is_counted_exactly() -> None:
    walk(EchoMachine)

    assert not Echo.objects.exists()
