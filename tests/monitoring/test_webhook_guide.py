"""The page integrators read is true: its examples run, its tables are complete."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from monitoring.models import Mention, Source
from monitoring.rules.incoming import IncomingAuthor, IncomingMention

GUIDE = (Path(settings.BASE_DIR) / "docs/sources/webhook.md").read_text(encoding="utf-8")
TOOLS = ["sh", "curl", "openssl", "od"]


def _example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="needs curl and openssl")
@pytest.mark.django_db(transaction=True)
def test_the_example_in_shell_pushes_a_mention(source: Source, live_server: LiveServer) -> None:
    script = (
        _example("sh")
        .replace("http://localhost:8000", live_server.url)
        .replace("put-the-id-here", str(source.pk))
        .replace("whsec_put-the-secret-here", source.secret)
    )

    run = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, timeout=60, check=True
    )

    assert '"accepted":1' in run.stdout
    assert Mention.objects.get(source=source).text == "הידית של הקומקום נסדקה"


@pytest.mark.django_db(transaction=True)
def test_the_example_in_python_pushes_a_mention(source: Source, live_server: LiveServer) -> None:
    said = {"BASE": live_server.url, "SOURCE": str(source.pk), "SECRET": source.secret}

    run = subprocess.run(
        [sys.executable, "-c", _example("python")],
        env=os.environ | said,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "'accepted': 1" in run.stdout
    assert Mention.objects.get(source=source).likes == 3


def test_every_field_of_a_mention_is_described() -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(IncomingMention)} - {"author"}
    fields |= {f"author.{field.encode_name}" for field in msgspec.structs.fields(IncomingAuthor)}

    assert {name for name in fields if f"`{name}`" not in GUIDE} == set()


@pytest.mark.parametrize(
    "path",
    [
        "monitoring/rules/incoming.py",
        "monitoring/rules/signature.py",
        "monitoring/services/deliveries.py",
    ],
)
def test_every_code_a_sender_may_get_is_described(path: str) -> None:
    text = (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")
    raised = r'(?:Refused|Unreadable|BadSignature)\(\s*"(\w+)"|code = "(\w+)"|_fail\(\w+, "(\w+)"'

    codes = {code for found in re.findall(raised, text) for code in found if code}

    assert codes
    assert {code for code in codes if f"`{code}`" not in GUIDE} == set()
