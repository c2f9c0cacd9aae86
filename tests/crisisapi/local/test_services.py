import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
import redis

from crisisapi.local.home import Home
from crisisapi.local.processes import name_of
from crisisapi.local.services import Services, start_services


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    # Longer than the path of a socket may be, with what a path may hold.
    home = Home(tmp_path / ("a checkout, deep down " * 5) / "home")
    home.make()
    return home


@pytest.fixture
def redis_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")


def start(home: Home, *, durable: bool = True) -> Services:
    return start_services(home, durable=durable, pause=lambda: time.sleep(0.05))


def write_a_row(services: Services) -> None:
    with psycopg.connect(services.settings["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (id int)")


def has_the_row(services: Services) -> bool:
    with psycopg.connect(services.settings["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT to_regclass('kept') IS NOT NULL").fetchone()
    return bool(found and found[0])


def kill(services: Services) -> None:
    """Leave everything as a crash of the parent would."""
    for child in services.children:
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()


def test_both_services_answer_and_leave_nothing_running(home: Home) -> None:
    services = start(home)
    with redis.Redis.from_url(services.settings["REDIS_URL"]) as client:
        client.set("key", "value")
    write_a_row(services)

    sockets = (home.path / "socket").resolve()

    services.stop()

    assert [child.exit_code for child in services.children] == [0, 0]
    assert list(home.processes.iterdir()) == []
    assert not sockets.exists()


def test_redis_asks_for_a_password(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    services = start(home)
    address = services.settings["REDIS_URL"].rpartition("@")[2]

    try:
        with (
            redis.Redis.from_url(f"redis://{address}") as client,
            pytest.raises(redis.AuthenticationError),
        ):
            client.ping()
    finally:
        services.stop()


@pytest.mark.usefixtures("redis_given")
def test_a_given_url_starts_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", "/run/secrets/database")

    services = start(home)

    assert services.children == ()
    assert services.environ["REDIS_URL"] == "redis://elsewhere"


@pytest.mark.usefixtures("redis_given")
def test_durable_data_outlive_a_crash_and_a_reused_process_number(home: Home) -> None:
    services = start(home)
    write_a_row(services)
    kill(services)
    pid_file = home.path / "postgres" / "postmaster.pid"
    # PostgreSQL believes only in processes of its own user.
    other = subprocess.Popen(["sleep", "60"], user=pid_file.stat().st_uid)
    number = str(services.children[0].process.pid)
    pid_file.write_text(pid_file.read_text().replace(number, str(other.pid), 1))

    services = start(home)

    try:
        assert has_the_row(services)
    finally:
        services.stop()
        other.kill()
        other.wait()


@pytest.mark.usefixtures("redis_given")
def test_forgetful_data_begin_anew_after_a_crash(home: Home) -> None:
    services = start(home, durable=False)
    write_a_row(services)
    kill(services)

    services = start(home, durable=False)

    try:
        assert not has_the_row(services)
    finally:
        services.stop()


def test_what_an_earlier_run_left_running_is_stopped(home: Home) -> None:
    left = start(home)
    write_a_row(left)

    services = start(home)

    try:
        assert has_the_row(services)
        assert [name_of(child.process.pid) for child in left.children] == ["", ""]
    finally:
        services.stop()
