"""The playbooks that come with the service."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident, Playbook, PlaybookRun
from incidents.services.playbook_runs import start_run
from incidents.services.starter_playbooks import load_starters, starter_languages
from tests.factories.incidents import AssignmentFactory, IncidentFactory

pytestmark = pytest.mark.django_db


def _load(brand: Brand, language: str) -> list[Playbook]:
    return load_starters(brand=brand, language=language, actor=SYSTEM, now=timezone.now())


@pytest.fixture
def incident(brand: Brand) -> Incident:
    found: Incident = IncidentFactory(brand=brand)
    AssignmentFactory(incident=found, role="lead")
    return found


def test_they_are_written_in_both_languages() -> None:
    assert starter_languages() == ["en", "he"]


@pytest.mark.parametrize("language", ["en", "he"])
def test_each_can_be_run(brand: Brand, incident: Incident, language: str) -> None:
    made = _load(brand, language)

    runs = [
        start_run(incident=incident, playbook=one, actor=SYSTEM, now=timezone.now()) for one in made
    ]

    assert len(runs) == 2
    assert {run.state for run in runs} == {"waiting"}
    assert {playbook.on_opening for playbook in made} == {"suggest"}


def test_both_languages_have_the_same_steps(brand: Brand) -> None:
    shapes = [
        [
            [(step["key"], step["kind"], step["after"]) for step in playbook.versions.get().steps]
            for playbook in _load(brand, language)
        ]
        for language in ("en", "he")
    ]

    assert shapes[0] == shapes[1]


def test_the_command_loads_once_in_the_language_of_the_brand(brand: Brand) -> None:
    said: Any = StringIO()

    call_command("load_starter_playbooks", brand=brand.slug, stdout=said)
    call_command("load_starter_playbooks", brand=brand.slug, stdout=said)

    assert Playbook.objects.filter(name="חשש לסכנה במוצר").count() == 1
    assert "2 playbooks made." in said.getvalue()
    assert "0 playbooks made." in said.getvalue()
    assert not PlaybookRun.objects.exists()


def test_the_command_refuses_a_brand_that_is_not_there(brand: Brand) -> None:
    with pytest.raises(CommandError):
        call_command("load_starter_playbooks", brand="nobody")
