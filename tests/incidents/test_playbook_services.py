"""Playbooks and their versions."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Playbook, PlaybookVersion
from incidents.services import playbooks as services
from tests.factories.incidents import PlaybookFactory, PlaybookVersionFactory, task_step

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE: dict[str, Any] = {**BY, "expected_version": None}


def _verbs() -> list[str]:
    return list(Event.objects.order_by("position").values_list("verb", flat=True))


def _published(playbook: Playbook | None = None, **fields: Any) -> PlaybookVersion:
    playbook = playbook or PlaybookFactory()
    version: PlaybookVersion = PlaybookVersionFactory(
        playbook=playbook, status="published", number=1, **fields
    )
    return version


def test_a_playbook_begins_with_a_draft_in_full(brand: Brand) -> None:
    steps = [{"key": "a", "kind": "task", "title": "Call"}]

    playbook = services.create_playbook(brand=brand, name="Danger", steps=steps, **BY)

    draft = playbook.versions.get()
    assert (draft.number, draft.status) == (1, "draft")
    assert draft.steps == [task_step("a", title="Call")]
    assert _verbs() == ["playbook.created", "playbookversion.drafted"]


def test_a_name_is_taken_once_in_a_brand(brand: Brand) -> None:
    first = PlaybookFactory(brand=brand, name="Danger")
    PlaybookFactory(name="Rumour")
    other = PlaybookFactory(brand=brand, name="Rumour")

    with pytest.raises(services.PlaybookExists):
        services.create_playbook(brand=brand, name=first.name, **BY)
    with pytest.raises(services.PlaybookExists):
        services.change_playbook(playbook=other, name="Danger", **CHANGE)


def test_a_mistake_in_the_steps_is_told_where_it_is(brand: Brand) -> None:
    steps = [task_step("a", after=["b"]), task_step("b", after=["a"])]

    with pytest.raises(InvalidInput) as refusal:
        services.create_playbook(brand=brand, name="Danger", steps=steps, **BY)

    assert list(refusal.value.errors) == ["steps.0.after"]
    assert "a → b → a" in str(refusal.value.errors["steps.0.after"][0])


def test_every_problem_has_a_sentence() -> None:
    wrong = [
        {"key": "A", "kind": "decision", "colour": 1, "options": 3, "when": 3, "after": 3},
        {"key": "b", "kind": "message", "title": "", "template": "", "language": "x"},
        {
            "key": "c",
            "kind": "notification",
            "title": "x",
            "text": "x",
            "to": {},
            "after": ["x", "x"],
        },
        {"key": "d", "kind": "wait", "title": "x", "minutes": -1, "role": "king"},
    ]

    with pytest.raises(InvalidInput) as refusal:
        services.draft_version(playbook=PlaybookFactory(), steps=wrong, **BY)

    said = [str(text) for texts in refusal.value.errors.values() for text in texts]
    assert len(said) == 13
    assert not [text for text in said if "%" in text]


@pytest.mark.parametrize("words", [["x"] * 101, ["kettle", "  "], ["!"]])
def test_words_have_letters_and_are_not_too_many(words: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.change_playbook(playbook=PlaybookFactory(), words=words, **CHANGE)

    assert list(refusal.value.errors) == ["words"]


def test_a_change_of_nothing_leaves_no_trace() -> None:
    playbook = PlaybookFactory(name="Danger")

    changed = services.change_playbook(playbook=playbook, name="Danger", **CHANGE)

    assert (changed.version, Event.objects.count()) == (1, 0)


def test_an_edit_of_an_older_version_is_refused() -> None:
    draft = PlaybookVersionFactory()
    services.change_version(playbook_version=draft, note="One", **CHANGE)

    with pytest.raises(StaleVersion):
        services.change_version(playbook_version=draft, note="Two", **BY, expected_version=1)


def test_a_new_draft_has_the_steps_in_use() -> None:
    present = _published()

    draft = services.draft_version(playbook=present.playbook, **BY)

    assert (draft.number, draft.steps, draft.based_on) == (2, present.steps, present)
    with pytest.raises(services.DraftExists):
        services.draft_version(playbook=present.playbook, **BY)


def test_publishing_retires_the_one_before(approver: User) -> None:
    present = _published()
    draft = services.draft_version(playbook=present.playbook, **BY)

    published = services.publish_version(
        playbook_version=draft, actor=Actor("user", approver.pk), now=NOW, expected_version=1
    )

    present.refresh_from_db()
    assert (present.status, published.status) == ("retired", "published")
    assert (published.published_by, published.published_at) == (approver, NOW)
    assert _verbs()[-2:] == ["playbookversion.retired", "playbookversion.published"]


def test_an_empty_draft_is_not_published() -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.publish_version(playbook_version=PlaybookVersionFactory(steps=[]), **CHANGE)

    assert list(refusal.value.errors) == ["steps"]


def test_what_was_published_never_changes() -> None:
    version = _published()

    with pytest.raises(services.NotADraft):
        services.change_version(playbook_version=version, steps=[task_step("b")], **CHANGE)
    with pytest.raises(services.NotADraft):
        services.publish_version(playbook_version=version, **CHANGE)


@pytest.mark.parametrize(
    "change", [{"steps": []}, {"number": 9}, {"status": "draft"}, {"note": "x"}]
)
def test_the_database_keeps_what_was_published(change: dict[str, Any]) -> None:
    rows = PlaybookVersion.objects.filter(pk=_published().pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()

    assert rows.update(status="retired") == 1


def test_a_draft_does_not_undo_what_came_into_use_meanwhile() -> None:
    first = _published()
    draft = services.draft_version(playbook=first.playbook, **BY)
    PlaybookVersion.objects.filter(pk=first.pk).update(status="retired")
    second = PlaybookVersionFactory(playbook=first.playbook, status="published", number=3)

    with pytest.raises(services.DraftOutdated):
        services.publish_version(playbook_version=draft, **CHANGE)
    with pytest.raises(InvalidInput):
        services.change_version(playbook_version=draft, based_on=first, **CHANGE)
    rebased = services.change_version(playbook_version=draft, based_on=second, **CHANGE)

    assert services.publish_version(playbook_version=rebased, **CHANGE).status == "published"
