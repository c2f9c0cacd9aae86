import os
import subprocess
import sys
from pathlib import Path

import pytest

from crisisapi.local.home import CHECKOUT, Home

_EXEC = """
import sys
from pathlib import Path
from crisisapi.local.executing import execute
from crisisapi.local.home import Home
sys.exit(execute(Home(Path(sys.argv[1])), sys.argv[2:], durable=sys.argv[1].endswith("run")))
"""
_GIVEN = {"DATABASE_URL": "postgresql:///given", "REDIS_URL": "redis://given"}


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _EXEC, str(home), *command],
        cwd=CHECKOUT,
        env={**os.environ, **_GIVEN},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 5", 5), ("kill -9 $$", 137)])
def test_the_command_decides_the_exit_code(tmp_path: Path, script: str, code: int) -> None:
    assert run(tmp_path / "test", "sh", "-c", script).returncode == code


def test_the_command_is_told_of_the_services(tmp_path: Path) -> None:
    result = run(tmp_path / "test", "sh", "-c", "echo $REDIS_URL $DATABASE_URL")

    assert result.stdout == "redis://given postgresql:///given\n"


def test_a_command_joins_services_that_run_already(tmp_path: Path) -> None:
    home = Home(tmp_path / "run")
    with home.locked("make run"):
        home.share({"REDIS_URL": "redis://running"})

        result = run(home.path, "sh", "-c", "echo $REDIS_URL")

    assert result.stdout == "redis://running\n"


def test_a_second_test_run_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "test")
    with home.locked("make test"):
        result = run(home.path, "true")

    assert result.returncode != 0
    assert "`make test` is already running" in result.stderr
