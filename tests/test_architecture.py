"""What the linters cannot see: the direction of foreign keys, the settings, the size of files."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from crisisapi.celery import app as celery

ROOT = Path(settings.BASE_DIR)
# Each floor may point at itself and at those before it.
FLOORS = ["common", "accounts", "events", "incidents", "messaging", "monitoring"]
LINE_LIMIT = 400


def _own_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in FLOORS]


def _relations(model: type[Model]) -> list[Any]:
    return [
        field
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.related_model
    ]


def _python_files() -> list[Path]:
    tops = ["crisisapi", "incidents", "messaging", "monitoring", "tests", "benchmarks"]
    return [path for top in tops for path in (ROOT / top).rglob("*.py")]


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[Model]) -> None:
    allowed = FLOORS[: FLOORS.index(model._meta.app_label) + 1]

    upward = [
        field.name
        for field in _relations(model)
        if field.related_model._meta.app_label not in [*allowed, "auth", "contenttypes"]
    ]

    assert upward == []


@pytest.mark.parametrize(
    "model",
    [model for model in _own_models() if hasattr(model, "version")],
    ids=lambda model: model._meta.label,
)
def test_every_field_people_meet_says_what_it_is(model: type[Model]) -> None:
    """help_text feeds the OpenAPI document; tables of the machinery alone need none."""
    silent = [
        field.name
        for field in model._meta.local_fields
        if field.editable and not field.auto_created and not field.help_text
    ]

    assert silent == []


def _variables_read() -> set[str]:
    names = set()
    for path in (ROOT / "crisisapi").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(str(node.args[0].value))
    return names


def test_the_example_environment_names_every_variable_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    named = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, flags=re.MULTILINE))

    assert named == _variables_read()


def test_the_compose_file_hands_every_variable_on() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    handed_on = set(re.findall(r"^    ([A-Z][A-Z_]+): ", compose, flags=re.MULTILINE))

    # The image knows where its files are.
    assert handed_on == _variables_read() - {"STATIC_ROOT"}


def test_no_file_is_too_long_to_read() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in _python_files()
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINE_LIMIT
    }

    assert too_long == {}


def test_every_scheduled_task_exists() -> None:
    celery.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled - set(celery.tasks) == set()


def test_every_task_of_ours_has_a_name_and_time_limits_of_its_own() -> None:
    celery.loader.import_default_modules()

    ours = {name: task for name, task in celery.tasks.items() if not name.startswith("celery.")}

    assert {name for name in ours if name.split(".")[0] not in FLOORS} == set()
    assert {name for name, task in ours.items() if not task.time_limit} == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_name_no_index(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")
