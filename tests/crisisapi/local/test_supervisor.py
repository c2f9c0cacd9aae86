import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from crisisapi.local.errors import RefusedError
from crisisapi.local.home import Home
from crisisapi.local.processes import Program, name_of
from crisisapi.local.supervisor import Supervisor

_RUN = "echo up; while :; do sleep 0.05; done"


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, clock: Clock, told: list[str]) -> Iterator[Supervisor]:
    home = Home(tmp_path)
    home.make()
    supervisor = Supervisor(home, tell=told.append, clock=clock)
    yield supervisor
    supervisor.stop()


def shell(name: str, script: str, patience: float = 5.0) -> Program:
    return Program(name, ("sh", "-c", script), os.environ, patience=patience)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.01)


def until_up(home: Path, name: str) -> None:
    until(lambda: "up" in Home(home).log(name).read_text())


def check_until_told(supervisor: Supervisor, told: list[str], count: int) -> None:
    def is_told() -> bool:
        supervisor.check()
        return len(told) >= count

    until(is_told)


def test_a_program_that_ends_is_started_again_after_a_delay(
    supervisor: Supervisor, clock: Clock, told: list[str], tmp_path: Path
) -> None:
    supervisor.start(shell("web", f"echo x >> '{tmp_path}/starts'; exit 3"))

    check_until_told(supervisor, told, 1)
    supervisor.check()
    before_the_delay = (tmp_path / "starts").read_text()
    clock.now += 0.5
    check_until_told(supervisor, told, 2)

    assert before_the_delay == "x\n"
    assert (tmp_path / "starts").read_text() == "x\nx\n"
    assert told == [
        "web ended (exit code 3); it starts again in 0.5 s.",
        "web ended (exit code 3); it starts again in 1 s.",
    ]


def test_a_program_that_keeps_ending_ends_all_with_its_last_words(
    supervisor: Supervisor, clock: Clock, told: list[str]
) -> None:
    supervisor.start(shell("worker", "echo broken pipe dream; exit 1"))

    for count in range(1, 5):
        check_until_told(supervisor, told, count)
        clock.now += 5

    with pytest.raises(
        RefusedError, match=r"worker ended 5 times in a minute[^$]*broken pipe dream"
    ):
        check_until_told(supervisor, told, 5)


def test_a_program_that_ends_now_and_then_is_not_given_up(
    supervisor: Supervisor, clock: Clock, told: list[str]
) -> None:
    supervisor.start(shell("beat", "exit 0"))

    for count in range(1, 8):
        check_until_told(supervisor, told, count)
        clock.now += 30

    assert len(told) == 7


def test_programs_stop_in_the_opposite_order_of_their_start(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    order = tmp_path / "order"
    for name in ("postgres", "web", "beat"):
        script = (
            f"trap 'echo {name} >> \"{order}\"; exit 0' TERM; echo up; while :; do sleep 0.05; done"
        )
        supervisor.start(shell(name, script))
        until(lambda name=name: "up" in Home(tmp_path).log(name).read_text())  # type: ignore[misc]

    supervisor.stop()

    assert order.read_text().split() == ["beat", "web", "postgres"]


def test_what_a_stopped_program_had_started_is_killed(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    number = tmp_path / "number"
    supervisor.start(
        shell("web", f"sleep 60 & echo $! > '{number}.new'; mv '{number}.new' '{number}'; wait")
    )
    until(number.exists)

    supervisor.stop()

    until(lambda: not name_of(int(number.read_text())))


def test_an_urgent_stop_does_not_wait(supervisor: Supervisor, tmp_path: Path) -> None:
    patient = shell("web", f"trap '' TERM; {_RUN}", patience=3_600)
    supervisor.start(patient)
    until_up(tmp_path, "web")
    number = int((Home(tmp_path).processes / "web").read_text().split()[0])
    stopping = Thread(target=partial(supervisor.stop, is_urgent=lambda: True), daemon=True)

    stopping.start()
    stopping.join(timeout=60)

    assert not stopping.is_alive()
    assert not name_of(number)
