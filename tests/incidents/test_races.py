"""Two people at the same object at the same moment: one wins, the other hears why not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError
from crisisapi.events.models import Event
from crisisapi.events.selectors.chain import check_chain
from incidents.models import PlaybookVersion
from incidents.services.assignments import assign_role, end_assignment, hand_over
from incidents.services.facts import confirm_fact, supersede_fact
from incidents.services.goals import change_goal, withdraw_goal
from incidents.services.incidents import close_incident
from incidents.services.involvements import involve_stakeholder
from incidents.services.lessons import Adoption, accept_lesson, adopt_lesson, reject_lesson
from incidents.services.merging import merge_incident
from incidents.services.playbooks import create_playbook, draft_version, publish_version
from incidents.services.response_policies import set_response_policy
from incidents.services.reviews import draft_review
from incidents.services.run_steps import choose_option, skip_step
from incidents.services.tasks import cancel_task, finish_task
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import (
    AssignmentFactory,
    FactFactory,
    GoalFactory,
    IncidentFactory,
    LessonFactory,
    PlaybookFactory,
    PlaybookVersionFactory,
    RunStepFactory,
    StakeholderFactory,
    TaskFactory,
    task_step,
)
from tests.incidents.playbooks import playbook_of

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
ANY: dict[str, Any] = {**BY, "expected_version": None}
FIRST: dict[str, Any] = {**BY, "expected_version": 1}
ROUNDS = 3

Act = Callable[[], Any]


def _at_once(acts: list[Act]) -> list[Any]:
    """Do all at the same moment; a refusal is a result, a deadlock is raised."""
    together = Barrier(len(acts))

    def one(act: Act) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            together.wait(timeout=60)
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def _lesson_accepted_or_rejected(brand: Brand) -> list[Act]:
    lesson = LessonFactory(incident__brand=brand, owner=MemberFactory(brand=brand).user)
    return [
        partial(accept_lesson, lesson=lesson, **FIRST),
        partial(reject_lesson, lesson=lesson, reason="No", **FIRST),
    ]


def _lesson_adopted_twice(brand: Brand) -> list[Act]:
    lesson = LessonFactory(incident__brand=brand, status="accepted")
    adoption = Adoption(playbook=playbook_of(brand, task_step()), add_step=_step("more"))
    return [partial(adopt_lesson, lesson=lesson, adoption=adoption, **ANY)] * 2


def _task_finished_or_cancelled(brand: Brand) -> list[Act]:
    task = TaskFactory(incident__brand=brand)
    return [
        partial(finish_task, task=task, **ANY),
        partial(cancel_task, task=task, reason="No need", **ANY),
    ]


def _role_handed_to_two(brand: Brand) -> list[Act]:
    held = AssignmentFactory(incident__brand=brand, role="lead")
    heirs = [MemberFactory(brand=brand).user for _ in range(2)]
    return [partial(hand_over, assignment=held, person=heir, **ANY) for heir in heirs]


def _role_handed_over_or_ended(brand: Brand) -> list[Act]:
    held = AssignmentFactory(incident__brand=brand, role="lead")
    heir = MemberFactory(brand=brand).user
    return [
        partial(hand_over, assignment=held, person=heir, **ANY),
        partial(end_assignment, assignment=held, **ANY),
    ]


def _role_given_twice(brand: Brand) -> list[Act]:
    incident, person = IncidentFactory(brand=brand), MemberFactory(brand=brand).user
    return [partial(assign_role, incident=incident, person=person, role="monitor", **BY)] * 2


def _draft_published_twice(brand: Brand) -> list[Act]:
    draft = PlaybookVersionFactory(playbook__brand=brand)
    return [partial(publish_version, playbook_version=draft, **ANY)] * 2


def _draft_begun_twice(brand: Brand) -> list[Act]:
    return [partial(draft_version, playbook=playbook_of(brand, task_step()), **BY)] * 2


def _name_taken_twice(brand: Brand) -> list[Act]:
    name = f"Product danger of {Event.objects.count()}"
    return [partial(create_playbook, brand=brand, name=name, steps=[_step("call")], **BY)] * 2


def _fact_confirmed_or_superseded(brand: Brand) -> list[Act]:
    fact = FactFactory(incident__brand=brand)
    return [
        partial(confirm_fact, fact=fact, evidence="Laboratory", **FIRST),
        partial(supersede_fact, fact=fact, statement="Only series K2-114.", **FIRST),
    ]


def _incident_closed_or_merged(brand: Brand) -> list[Act]:
    incident, into = (IncidentFactory(brand=brand, status="learning", **_OLD) for _ in range(2))
    return [
        partial(close_incident, incident=incident, **ANY),
        partial(merge_incident, incident=incident, into=into, reason="One", **ANY),
    ]


def _merged_into_each_other(brand: Brand) -> list[Act]:
    one, other = (IncidentFactory(brand=brand, **_OLD) for _ in range(2))
    return [
        partial(merge_incident, incident=one, into=other, reason="One", **ANY),
        partial(merge_incident, incident=other, into=one, reason="One", **ANY),
    ]


def _stakeholder_involved_twice(brand: Brand) -> list[Act]:
    incident, stakeholder = IncidentFactory(brand=brand), StakeholderFactory(brand=brand)
    return [partial(involve_stakeholder, incident=incident, stakeholder=stakeholder, **BY)] * 2


def _review_begun_twice(brand: Brand) -> list[Act]:
    return [partial(draft_review, incident=IncidentFactory(brand=brand), **BY)] * 2


def _decision_made_or_skipped(brand: Brand) -> list[Act]:
    step = RunStepFactory(run__incident__brand=brand)
    person = Actor("user", MemberFactory(brand=brand).user.pk)
    return [
        partial(choose_option, step=step, option="yes", **{**ANY, "actor": person}),
        partial(skip_step, step=step, reason="Not ours", **ANY),
    ]


def _goal_changed_or_withdrawn(brand: Brand) -> list[Act]:
    goal = GoalFactory(incident__brand=brand, deadline=NOW + timedelta(days=1))
    return [
        partial(change_goal, goal=goal, title="Calmer", **FIRST),
        partial(withdraw_goal, goal=goal, reason="Too late", **FIRST),
    ]


_OLD = {"started_at": NOW - timedelta(days=1)}

ONE_WINS = [
    _lesson_accepted_or_rejected,
    _lesson_adopted_twice,
    _task_finished_or_cancelled,
    _role_handed_to_two,
    _role_handed_over_or_ended,
    _role_given_twice,
    _draft_published_twice,
    _draft_begun_twice,
    _name_taken_twice,
    _fact_confirmed_or_superseded,
    _incident_closed_or_merged,
    _merged_into_each_other,
    _stakeholder_involved_twice,
    _review_begun_twice,
    _decision_made_or_skipped,
    _goal_changed_or_withdrawn,
]


def _step(key: str) -> dict[str, str]:
    return {"key": key, "kind": "task", "title": key}


@pytest.mark.parametrize("race", ONE_WINS, ids=lambda race: race.__name__.strip("_"))
def test_one_of_two_wins(brand: Brand, race: Callable[[Brand], list[Act]]) -> None:
    for _ in range(ROUNDS):
        results = _at_once(race(brand))

        refusals = [result for result in results if isinstance(result, DomainError)]
        assert len(refusals) == 1, results
        assert str(refusals[0].detail)
    assert check_chain(brand).broken is None


def test_a_brand_gets_one_policy(brand: Brand) -> None:
    results = _at_once([partial(set_response_policy, brand=brand, **BY)] * 4)

    assert [isinstance(result, DomainError) for result in results].count(False) == 1
    assert Event.objects.filter(verb="response_policy.set").count() == 1
    assert check_chain(brand).broken is None


def test_two_lessons_adopted_into_one_playbook_both_stay(brand: Brand) -> None:
    playbook = PlaybookFactory(brand=brand)
    PlaybookVersionFactory(playbook=playbook, status="published", number=1)
    lessons = [LessonFactory(incident__brand=brand, status="accepted") for _ in range(2)]

    _at_once(
        [
            partial(
                adopt_lesson,
                lesson=lesson,
                adoption=Adoption(playbook=playbook, add_step=_step(f"step-{number}")),
                **ANY,
            )
            for number, lesson in enumerate(lessons)
        ]
    )

    present = PlaybookVersion.objects.get(playbook=playbook, status="published")
    assert present.number == 3
    assert {step["key"] for step in present.steps} == {"call-the-factory", "step-0", "step-1"}
    assert check_chain(brand).broken is None


def test_an_adoption_makes_a_draft_outdated_or_comes_after_it(brand: Brand) -> None:
    playbook = playbook_of(brand, task_step())
    draft = draft_version(playbook=playbook, steps=[_step("drafted")], **BY)
    lesson = LessonFactory(incident__brand=brand, status="accepted")
    adoption = Adoption(playbook=playbook, add_step=_step("learned"))

    published, adopted = _at_once(
        [
            partial(publish_version, playbook_version=draft, **ANY),
            partial(adopt_lesson, lesson=lesson, adoption=adoption, **ANY),
        ]
    )

    assert not isinstance(adopted, DomainError)
    present = PlaybookVersion.objects.get(playbook=playbook, status="published")
    before = "call-the-factory" if isinstance(published, DomainError) else "drafted"
    assert [step["key"] for step in present.steps] == [before, "learned"]
