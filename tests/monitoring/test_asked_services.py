"""What the public asks: folded as it is read, adopted once, dismissed with a reason."""

from typing import Any

import pytest

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.services.merging import merge_incident
from messaging.models import Question, QuestionStatus
from monitoring.models import AskedMention, AskedQuestion, AskedState, Mention
from monitoring.selectors.asked import AskedByMany, AskedStatus, read_asked, read_asked_examples
from monitoring.services.asked import asking_secret, fold_asked
from monitoring.services.asked_decisions import (
    AlreadyAdopted,
    NobodyAsks,
    NotDismissed,
    adopt_asked,
    dismiss_asked,
    reopen_asked,
)
from monitoring.services.asked_repairing import find_false_asking, repair_asking
from monitoring.services.removing import remove_mentions
from monitoring.services.shielding import forget_mentions
from tests.factories.audience import QuestionFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import MessageFactory
from tests.factories.monitoring import QueryFactory, SourceFactory
from tests.monitoring.echoing import NOW, START, hear, look

pytestmark = pytest.mark.django_db

REFUND = "When will I get the refund for my kettle?"
SAME = "Hi, when do we get the kettle refund please??"
TOASTER = "Is the toaster dangerous as well?"


@pytest.fixture
def source() -> Any:
    return SourceFactory()


@pytest.fixture
def incident(source: Any) -> Any:
    return IncidentFactory(brand=source.brand, started_at=START)


def _ask(source: Any, *texts: str, **fields: Any) -> list[Mention]:
    rows = hear(source, *texts, **fields)
    while fold_asked():
        pass
    return rows


def _told(incident: Any) -> list[AskedByMany]:
    return read_asked(incident, secret=asking_secret())


def _first(incident: Any) -> AskedQuestion:
    return AskedQuestion.objects.get(pk=_told(incident)[0].id)


def test_those_who_ask_the_same_are_counted_together(source: Any, incident: Any) -> None:
    rows = _ask(source, REFUND, "A fine kettle, thank you", TOASTER, SAME, reach=10)

    first, second = _told(incident)
    assert (first.mentions, first.reach, first.status) == (2, 20, AskedStatus.UNANSWERED)
    assert (first.first_asked_at, first.last_asked_at) == (
        rows[0].published_at,
        rows[3].published_at,
    )
    assert (first.platforms, first.languages) == (["x"], ["en"])
    assert second.mentions == 1
    examples = read_asked_examples(incident, [first.id])[first.id]
    assert [one["text"] for one in examples] == [REFUND, SAME]


def test_only_what_the_query_of_the_incident_found_is_listed(source: Any, incident: Any) -> None:
    QueryFactory(brand=source.brand, kind="incident", incident=incident, expression="toaster")
    _ask(source, REFUND, TOASTER)
    look()

    assert [one.mentions for one in _told(incident)] == [1]


def test_who_deletes_a_question_asks_no_more_and_another_leads(source: Any, incident: Any) -> None:
    first, second = _ask(source, REFUND, SAME)

    remove_mentions([first.external_id], source=source, now=NOW)
    fold_asked()

    asked = _first(incident)
    assert (asked.lead_id, _told(incident)[0].mentions) == (second.pk, 1)
    remove_mentions([second.external_id], source=source, now=NOW)
    fold_asked()
    assert not AskedQuestion.objects.exists()


def test_numbers_of_erased_words_are_gone_with_them(source: Any, incident: Any) -> None:
    first, _second = _ask(source, REFUND, SAME)

    forget_mentions([(first.pk, first.external_id)], key="key", now=NOW)

    assert AskedMention.objects.get(mention=first).terms == []
    assert AskedQuestion.objects.get().bands == []
    fold_asked()
    assert _told(incident)[0].mentions == 1
    assert AskedQuestion.objects.get().bands != []


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (QuestionStatus.NEW, AskedStatus.WAITING),
        (QuestionStatus.SPOKEN, AskedStatus.ANSWERED),
        (QuestionStatus.REJECTED, AskedStatus.UNANSWERED),
    ],
)
def test_a_question_of_the_team_that_asks_the_same_is_named(
    source: Any, incident: Any, status: str, told: AskedStatus
) -> None:
    _ask(source, REFUND)

    known = QuestionFactory(brand=source.brand, incident=incident, text=SAME, status=status)

    [one] = _told(incident)
    assert one.status == told
    assert one.question == (None if told == AskedStatus.UNANSWERED else known.pk)


@pytest.mark.parametrize(
    ("status", "told"),
    [("published", AskedStatus.ANSWERED), ("approved", AskedStatus.UNANSWERED)],
)
def test_a_published_message_of_questions_and_answers_answers_what_it_asks(
    source: Any, incident: Any, status: str, told: AskedStatus
) -> None:
    _ask(source, REFUND)

    body = f"We listened. {SAME} Within two weeks."
    message = MessageFactory(incident=incident, purpose="faq", body=body, status=status)

    [one] = _told(incident)
    assert one.status == told
    assert one.answer == (message.pk if told == AskedStatus.ANSWERED else None)


def test_a_question_of_another_incident_answers_nothing_here(source: Any, incident: Any) -> None:
    _ask(source, REFUND)

    elsewhere = IncidentFactory(brand=source.brand)
    QuestionFactory(brand=source.brand, incident=elsewhere, text=SAME, status="spoken")

    assert _told(incident)[0].status == AskedStatus.UNANSWERED


def test_a_question_is_adopted_once_with_who_asked_first(source: Any, incident: Any) -> None:
    first, _second = _ask(source, f"I am angry. {REFUND}", SAME, url="https://x.example/1")
    asked = _first(incident)

    adopt_asked(asked=asked, incident=incident, actor=SYSTEM, now=NOW)
    with pytest.raises(AlreadyAdopted):
        adopt_asked(asked=asked, incident=incident, actor=SYSTEM, now=NOW)

    question = Question.objects.get()
    assert (question.text, question.language, question.origin) == (REFUND, "en", "mention")
    assert (question.mention_id, question.origin_url) == (first.pk, "https://x.example/1")
    [one] = _told(incident)
    assert (one.status, one.question) == (AskedStatus.ADOPTED, question.pk)
    assert Event.objects.get(verb="asked_question.adopted").incident_id == incident.pk


def test_a_question_may_be_adopted_in_other_words(source: Any, incident: Any) -> None:
    _ask(source, REFUND)

    adopt_asked(
        asked=_first(incident),
        incident=incident,
        text="מתי יגיע ההחזר?",
        language="he",
        actor=SYSTEM,
        now=NOW,
    )

    assert (Question.objects.get().text, Question.objects.get().language) == (
        "מתי יגיע ההחזר?",
        "he",
    )


def test_a_language_that_nobody_can_tell_has_to_be_said(source: Any, incident: Any) -> None:
    _ask(source, REFUND)
    Mention.objects.update(language="und")

    with pytest.raises(InvalidInput) as refusal:
        adopt_asked(asked=_first(incident), incident=incident, actor=SYSTEM, now=NOW)

    assert "language" in refusal.value.errors


def test_a_dismissed_question_stays_away_until_it_is_reopened(source: Any, incident: Any) -> None:
    _ask(source, REFUND)
    asked = _first(incident)
    given: dict[str, Any] = {"asked": asked, "incident": incident, "actor": SYSTEM, "now": NOW}

    dismiss_asked(**given, reason="Another company")
    _ask(source, SAME, name="two")
    [one] = _told(incident)
    assert (one.status, one.reason, one.mentions) == (AskedStatus.DISMISSED, "Another company", 2)

    decision = reopen_asked(**given)
    assert (decision.state, decision.version) == (AskedState.OPEN, 2)
    assert _told(incident)[0].status == AskedStatus.UNANSWERED
    with pytest.raises(NotDismissed):
        reopen_asked(**given)
    with pytest.raises(InvalidInput):
        dismiss_asked(**given, reason=" ")


def test_what_nobody_asks_in_the_incident_is_not_adopted(source: Any, incident: Any) -> None:
    _ask(source, REFUND)
    other = IncidentFactory(brand=source.brand, started_at=NOW)

    with pytest.raises(NobodyAsks):
        adopt_asked(asked=_first(incident), incident=other, actor=SYSTEM, now=NOW)


def test_decisions_go_on_where_the_incident_goes_on(source: Any, incident: Any) -> None:
    _ask(source, REFUND)
    dismiss_asked(asked=_first(incident), incident=incident, reason="No", actor=SYSTEM, now=NOW)
    target = IncidentFactory(brand=source.brand, started_at=START)

    merge_incident(
        incident=incident,
        into=target,
        reason="One story",
        actor=SYSTEM,
        now=NOW,
        expected_version=None,
    )

    assert _told(target)[0].status == AskedStatus.DISMISSED


def test_what_was_lost_is_found_and_repaired(source: Any, incident: Any) -> None:
    first, second = _ask(source, REFUND, TOASTER)
    AskedMention.objects.filter(mention=first).delete()
    Mention.objects.filter(pk=second.pk).update(intents=[])
    assert set(find_false_asking(source.brand_id)) == {first.pk, second.pk}

    repair_asking(source.brand_id)
    fold_asked()

    assert find_false_asking(source.brand_id) == []
    assert [one.mentions for one in _told(incident)] == [1]
