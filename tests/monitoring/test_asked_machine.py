"""Whatever happens to mentions: who asks what is what the mentions say."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from crisisapi.common.actors import SYSTEM
from messaging.models import Question
from monitoring.models import (
    AskedDecision,
    AskedDue,
    AskedMention,
    AskedQuestion,
    AskedState,
    Mention,
)
from monitoring.rules.forgetting import MARK, erased_id
from monitoring.selectors.asked_recount import count_questions_without_lead
from monitoring.services.analysis import analyse_batch
from monitoring.services.asked import asking_mentions, fold_asked
from monitoring.services.asked_decisions import (
    AlreadyAdopted,
    NobodyAsks,
    NotDismissed,
    adopt_asked,
    dismiss_asked,
    reopen_asked,
)
from monitoring.services.asked_repairing import find_false_asking
from monitoring.services.corrections import Verdict, correct_mention
from monitoring.services.deliveries import receive_delivery
from monitoring.services.removing import remove_mentions
from monitoring.services.shielding import forget_mentions
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory
from tests.factories.monitoring import SourceFactory
from tests.machines import DatabaseMachine, walk
from tests.monitoring.echoing import NOW, START
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

TEXTS = [
    "When do we get the refund for the kettle?",
    "please, when will we finally get the refund for a kettle??",
    "איפה אפשר להחזיר את הקומקום?",
    "Is the toaster dangerous as well?",
    "why?",
    "great kettle, thank you",
]
numbers = st.integers(0, 9)
posts = st.lists(st.tuples(numbers, st.sampled_from(TEXTS)), min_size=1, max_size=6)


class WorkerDied(Exception):
    """Killed before the commit."""


class AskedMachine(DatabaseMachine):
    """One brand, of which people want to know things, and change their minds."""

    @initialize(texts=st.permutations(TEXTS))
    def begin(self, texts: list[str]) -> None:
        self.source = SourceFactory(platform="x")
        self.brand = self.source.brand
        self.deliveries = 0
        self.incident = IncidentFactory(brand=self.brand, started_at=START)
        ChannelFactory(brand=self.brand, platform="x", settings={"handle": "number9"})
        self.say([(number, texts[number % 5]) for number in range(10)])
        self.read()

    @rule(batch=posts)
    def say(self, batch: list[tuple[int, str]]) -> None:
        """Arrivals, and edits of what is there."""
        self.deliveries += 1
        items = [
            mention(
                number,
                text=text,
                published_at=(START + timedelta(minutes=number)).isoformat(),
                revision=self.deliveries,
                author={"handle": f"number{number}"},
            )
            for number, text in dict(batch).items()
        ]
        name = f"msg_{self.deliveries}"
        receive_delivery(source=self.source, external_id=name, body=body_of(*items), now=NOW)

    @rule()
    def read(self) -> None:
        analyse_batch(now=NOW)

    @rule(limit=st.sampled_from([1, 3, 500]))
    def fold(self, limit: int) -> None:
        fold_asked(limit=limit)

    @rule()
    def fold_all(self) -> None:
        while fold_asked():
            pass

    @rule()
    def die_while_folding(self) -> None:
        with suppress(WorkerDied), transaction.atomic():
            fold_asked()
            raise WorkerDied

    @rule(number=numbers)
    def remove(self, number: int) -> None:
        remove_mentions([f"post-{number}"], source=self.source, now=NOW)

    @rule(number=numbers)
    def forget(self, number: int) -> None:
        name = f"post-{number}"
        rows = Mention.objects.filter(source=self.source, external_id=name)
        if not Mention.objects.filter(external_id=erased_id("key", name)).exists():
            forget_mentions(list(rows.values_list("pk", "external_id")), key="key", now=NOW)

    @rule(data=st.data(), intents=st.sampled_from([["asks"], [], ["praises"]]))
    @precondition(lambda self: self._live().exists())
    def correct(self, data: st.DataObject, intents: list[str]) -> None:
        row = self._one_of(data, self._live())
        verdict = Verdict("neutral", intents=intents)
        correct_mention(mention=row, verdict=verdict, actor=SYSTEM, now=NOW)

    @rule(data=st.data(), what=st.sampled_from([adopt_asked, dismiss_asked, reopen_asked]))
    @precondition(lambda _self: AskedQuestion.objects.exists())
    def decide(self, data: st.DataObject, what: Any) -> None:
        asked = self._one_of(data, AskedQuestion.objects.all())
        further: dict[str, Any] = {"asked": asked, "incident": self.incident}
        further |= {dismiss_asked: {"reason": "No"}, adopt_asked: {"language": "en"}}.get(what, {})
        with suppress(AlreadyAdopted, NotDismissed, NobodyAsks):
            what(actor=SYSTEM, now=NOW, **further)

    @invariant()
    def each_is_adopted_once(self) -> None:
        adopted = AskedDecision.objects.filter(state=AskedState.ADOPTED)
        assert adopted.count() == Question.objects.count()

    @invariant()
    def numbers_of_the_erased_are_gone_at_once(self) -> None:
        erased = Mention.objects.filter(external_id__startswith=MARK).values("pk")
        assert not AskedMention.objects.filter(mention__in=erased).exclude(terms=[]).exists()
        assert not AskedQuestion.objects.filter(lead_id__in=erased).exclude(terms=[]).exists()

    @invariant()
    def who_is_not_due_asks_what_the_mention_says(self) -> None:
        due = set(AskedDue.objects.values_list("mention_id", flat=True))
        assert due >= set(find_false_asking(self.brand.pk))
        if not due:
            assert count_questions_without_lead(self.brand.pk) == 0
            asking = asking_mentions(Mention.objects.filter(brand=self.brand))
            assert {row.mention_id: (set(row.terms), set(row.kinds)) for row in _members()} == {
                pk: (set(asked.terms), set(asked.kinds)) for pk, (_row, asked) in asking.items()
            }

    def _live(self) -> Any:
        return Mention.objects.filter(analysed_at__isnull=False, removed_at=None)

    def _one_of(self, data: st.DataObject, rows: Any) -> Any:
        return data.draw(st.sampled_from(list(rows.order_by("pk"))))


def _members() -> Any:
    return AskedMention.objects.all()


def test_any_course_of_mentions_leaves_the_questions_that_are_asked() -> None:
    walk(AskedMachine)

    assert not AskedMention.objects.exists()
