"""Every table that belongs to incidents follows a merge, those to come included."""

import importlib
from datetime import timedelta
from typing import Any

import factory
import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from incidents.models import Assignment, Fact, Incident, IncidentRelation
from incidents.services.merging import STAYS, followers, merge_incident
from tests.factories.incidents import (
    IncidentFactory,
    IncidentRelationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, title="Kettles again")


@pytest.fixture
def target(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, title="Kettles")


def _merge(incident: Incident, into: Incident) -> None:
    merge_incident(
        incident=incident,
        into=into,
        reason="One story",
        actor=SYSTEM,
        now=timezone.now() + timedelta(days=1),
        expected_version=None,
    )


def _factory_of(model: type[models.Model]) -> Any:
    module = importlib.import_module("tests.factories.incidents")
    factories = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, factory.django.DjangoModelFactory)
    ]
    return next((one for one in factories if one._meta.model is model), None)


def _row(model: type[models.Model], field: str, incident: Incident) -> models.Model:
    """Make a row that belongs to an incident; a new table needs a factory for this."""
    if model is Incident:
        return IncidentFactory(brand=incident.brand, status="merged", merged_into=incident)
    if model is IncidentRelation:
        return IncidentRelationFactory(first=incident)
    made = _factory_of(model)
    assert made is not None, f"{model._meta.label} needs a factory: it must follow a merge"
    row: models.Model = made(**{field: incident})
    return row


FOLLOWERS = [(model, field.name) for model, field in followers() if field.name != "second"]


@pytest.mark.parametrize(
    ("model", "field"), FOLLOWERS, ids=lambda one: getattr(one, "__name__", one)
)
def test_every_table_that_belongs_to_incidents_follows(
    double: Incident, target: Incident, model: Any, field: str
) -> None:
    row = _row(model, field, double)

    _merge(double, target)

    row.refresh_from_db()
    ends = {getattr(row, f"{field}_id"), getattr(row, "second_id", None)}
    assert target.pk in ends
    assert double.pk not in ends


def test_no_table_of_this_floor_is_forgotten() -> None:
    tables = apps.get_app_config("incidents").get_models(include_auto_created=True)
    belonging = {
        model._meta.label
        for model in tables
        if any(field.related_model is Incident for field in model._meta.local_fields)
    }

    assert belonging - STAYS == {model._meta.label for model, _field in followers()}
    assert {model for model, _field in followers()} >= {Fact, Assignment, Incident}


def test_what_stays_behind_was_decided_one_by_one() -> None:
    assert set(STAYS) == {"incidents.Clock"}
