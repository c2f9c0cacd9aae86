"""The templates that come with the service."""

import re
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from incidents.models.incident import Kind
from messaging.models import Block, Purpose, Template
from messaging.rules.language.check import check
from messaging.rules.language.packs import builtin_packs
from messaging.services.rendering import Filling, render_template
from messaging.services.starter_templates import (
    load_starter_templates,
    starter_languages,
    starters,
)

LANGUAGES = ["en", "he"]


def _load(brand: Brand, *languages: str) -> list[Template]:
    now = timezone.now()
    return load_starter_templates(brand=brand, languages=languages, actor=SYSTEM, now=now).templates


def test_they_are_written_in_both_languages() -> None:
    assert starter_languages() == LANGUAGES


@pytest.mark.parametrize("noun", ["templates", "blocks"])
def test_both_languages_say_the_same_things(noun: str) -> None:
    shapes = [
        [
            (one["name"], one.get("purpose"), one.get("kind"), _holes(one["body"]))
            for one in starters(noun, code)
        ]
        for code in LANGUAGES
    ]

    assert shapes[0] == shapes[1]


def _holes(body: str) -> list[str]:
    return sorted(set(re.findall(r"\{[\w:-]+\}", body)))


def test_there_is_one_for_every_purpose_and_kind() -> None:
    told = starters("templates", "he")

    assert {one["purpose"] for one in told} == set(Purpose.values)
    assert {one["kind"] for one in told} == {*Kind.values, ""} - {Kind.OTHER}
    assert max(Counter(one["name"] for one in told).values()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_filled_by_its_examples(brand: Brand, language: str) -> None:
    made = _load(brand, language)

    bodies = [
        render_template(template=one, filling=Filling({}, uses_examples=True)).body for one in made
    ]

    assert len(bodies) >= 30
    assert not [body for body in bodies if "{" in body or "\n\n\n" in body or ".." in body]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_none_says_what_the_language_checks_advise_against(brand: Brand, language: str) -> None:
    found = [
        (template.name, finding.rule, finding.severity)
        for template in _load(brand, language)
        for finding in _findings(template)
        if finding.severity != "hint"
    ]

    assert found == []


def _findings(template: Template) -> list[Any]:
    filling = Filling({}, uses_examples=True)
    return check(
        render_template(template=template, filling=filling).body,
        language=template.language,
        purpose=template.purpose,
        packs=list(builtin_packs().values()),
    )


@pytest.mark.django_db
def test_what_the_brand_changed_stays(brand: Brand) -> None:
    _load(brand, "he")
    Template.objects.filter(name="apology").update(body="בשמנו")
    Block.objects.filter(name="tell-us").update(body="אנחנו כאן: {phone}")

    again = load_starter_templates(brand=brand, languages=["he"], actor=SYSTEM, now=timezone.now())

    assert (again.templates, again.blocks) == ([], [])
    assert Template.objects.get(name="apology").body == "בשמנו"
    assert Block.objects.get(name="tell-us").body == "אנחנו כאן: {phone}"


@pytest.mark.django_db
def test_the_command_loads_once_in_both_languages(brand: Brand) -> None:
    said: Any = StringIO()

    call_command("load_starter_templates", brand=brand.slug, stdout=said)
    call_command("load_starter_templates", brand=brand.slug, stdout=said)

    assert Template.objects.filter(name="apology").count() == 2
    assert "0 templates and 0 blocks made." in said.getvalue()


@pytest.mark.django_db
def test_the_command_refuses_a_brand_that_is_not_there() -> None:
    with pytest.raises(CommandError):
        call_command("load_starter_templates", brand="nobody")
