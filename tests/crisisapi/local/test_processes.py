import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crisisapi.local.home import CHECKOUT, Home
from crisisapi.local.processes import Program, name_of, start, stop_leftovers

_PARENT = """
import os, sys, time
from pathlib import Path
from crisisapi.local.home import Home
from crisisapi.local.processes import Program, start
home = Home(Path(sys.argv[1]))
home.make()
start(Program("sleeper", ("sleep", "60"), os.environ), home)
time.sleep(60)
"""


@pytest.mark.skipif(not shutil.which("setpriv"), reason="only Linux signals orphans")
def test_children_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path)], cwd=CHECKOUT)
    note = tmp_path / "processes" / "sleeper"
    end = time.monotonic() + 60
    while not (note.exists() and note.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    number = int(note.read_text().split()[0])
    while name_of(number) != "sleep" and time.monotonic() < end:
        time.sleep(0.02)

    parent.kill()
    parent.wait()

    while name_of(number) and time.monotonic() < end:
        time.sleep(0.02)
    assert name_of(number) == ""


def test_a_stranger_with_a_noted_number_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    child = start(Program("web", ("sleep", "60"), os.environ), home)
    note = home.processes / "web"
    # The number is the same, the moment of its start is not.
    note.write_text(f"{child.process.pid} 1000.0 SIGTERM")

    stopped = stop_leftovers(home)

    assert stopped == []
    assert child.exit_code is None
    child.stop()
    assert child.exit_code == -signal.SIGTERM


def test_a_note_torn_by_a_crash_is_thrown_away(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    (home.processes / "web").write_text("12")

    assert stop_leftovers(home) == []
    assert list(home.processes.iterdir()) == []
