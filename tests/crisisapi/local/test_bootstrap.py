import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crisisapi.local.home import CHECKOUT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    shutil.copy(CHECKOUT / ".ci" / "venv", tmp_path / ".ci")
    (tmp_path / "requirements-dev.lock").write_text("some-package==1\n")
    return tmp_path


def bootstrap(checkout: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / ".ci" / "venv"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_python(checkout: Path, script: str) -> str:
    path = checkout / "fake-python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def fake_venv(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    lock = (checkout / "requirements-dev.lock").read_text()
    (checkout / ".venv" / "stamp").write_text(f"{checkout}\n{lock}")


def test_a_venv_that_fits_is_left_alone(checkout: Path) -> None:
    fake_venv(checkout)

    result = bootstrap(checkout, PYTHON="/nonexistent")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("spoiled", [".venv/stamp", ".venv/bin/python"])
def test_a_venv_made_by_half_is_made_anew(checkout: Path, spoiled: str) -> None:
    fake_venv(checkout)
    (checkout / spoiled).unlink()
    (checkout / ".venv" / "left-over").touch()

    # It creates no venv, so nothing comes after the old one's removal.
    bootstrap(checkout, PYTHON=fake_python(checkout, '[ "$1" = -c ]'))

    assert not (checkout / ".venv" / "left-over").exists()


def test_a_changed_lock_makes_the_venv_anew(checkout: Path) -> None:
    fake_venv(checkout)
    (checkout / "requirements-dev.lock").write_text("some-package==2\n")

    bootstrap(checkout, PYTHON=fake_python(checkout, '[ "$1" = -c ]'))

    assert not (checkout / ".venv" / "stamp").exists()


@pytest.mark.parametrize(
    ("pip_says", "told"),
    [
        ("Failed to establish a new connection", "The package index cannot be reached"),
        ("[Errno 28] No space left on device", "The disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "differs from the one in requirements-dev.lock"),
        ("something else", "pip could not install requirements-dev.lock"),
    ],
)
def test_what_hinders_pip_is_told_in_one_sentence(checkout: Path, pip_says: str, told: str) -> None:
    makes_a_broken_pip = (
        'case "$*" in *"venv .venv"*) mkdir -p .venv/bin;'
        f" printf '#!/bin/sh\\necho \"{pip_says}\"; exit 1\\n' > .venv/bin/python;"
        " chmod +x .venv/bin/python ;; esac"
    )

    result = bootstrap(checkout, PYTHON=fake_python(checkout, makes_a_broken_pip))

    assert result.returncode == 1
    assert told in result.stderr.splitlines()[-1]
    assert len(result.stderr.splitlines()) == 2


def test_a_python_too_old_is_refused(checkout: Path) -> None:
    result = bootstrap(checkout, PYTHON=fake_python(checkout, "exit 1"))

    assert result.returncode == 1
    assert "Python 3.11 or newer" in result.stderr
