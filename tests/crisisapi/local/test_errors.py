import errno
from pathlib import Path

import pytest

from crisisapi.local.errors import failure, refusal


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("initdb: error: could not write: No space left on device", "The disk is full"),
        ("FATAL:  database files are incompatible with server", "another version of PostgreSQL"),
        ("FATAL:  something else", "initdb failed; the end of "),
    ],
)
def test_a_failure_tells_its_cause(tmp_path: Path, said: str, told: str) -> None:
    log = tmp_path / "postgres.log"
    log.write_text(said)

    assert told in str(failure("initdb failed", log))


def test_a_failure_without_a_log_is_told_all_the_same(tmp_path: Path) -> None:
    assert "web ended" in str(failure("web ended", tmp_path / "none.log"))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "made by another user"),
        (errno.EIO, "The system refused"),
    ],
)
def test_a_refusal_of_the_system_is_one_sentence(number: int, told: str) -> None:
    sentence = str(refusal(OSError(number, "because", "/file")))

    assert told in sentence
    assert "\n" not in sentence
