"""Reasons why nothing can be run here, each told in one sentence."""

import errno
from pathlib import Path

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_TELLTALES = {
    "No space left on device": "The disk is full: free some space and try again.",
    "Disk quota exceeded": "The disk quota is used up: free some space and try again.",
    "database files are incompatible with server": (
        "The database was made by another version of PostgreSQL: "
        "dump it with that version, or run `make clean` to begin anew."
    ),
}


class RefusedError(Exception):
    """A refusal whose text is the one sentence shown to the person at the terminal."""


class StoppedError(Exception):
    """A person or the system asked for an end."""


def tail(log: Path, lines: int = 10) -> str:
    """Return the last lines of a log, or nothing when there is none."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def failure(what: str, log: Path) -> RefusedError:
    """Return the refusal for a command that failed: the cause its log tells, or the log's end."""
    text = tail(log, 60)
    for telltale, sentence in _TELLTALES.items():
        if telltale in text:
            return RefusedError(sentence)
    return RefusedError(f"{what}; the end of {log}:\n{tail(log)}")


def refusal(error: OSError) -> RefusedError:
    """Return the sentence for a file or directory that could not be written."""
    if error.errno in _NO_SPACE:
        return RefusedError(_TELLTALES["No space left on device"])
    if error.errno in {errno.EACCES, errno.EPERM}:
        return RefusedError(
            f"{error.filename} may not be written: it was made by another user; "
            "run as that user, or remove it."
        )
    return RefusedError(f"The system refused: {error}.")
