import stat
from pathlib import Path

import pytest

from crisisapi.local.errors import RefusedError
from crisisapi.local.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


def test_a_home_is_held_by_one_at_a_time(home: Home) -> None:
    with home.locked("make test"):
        assert home.is_in_use()
        with (
            pytest.raises(RefusedError, match=r"`make test` is already running .* \(process \d+\)"),
            home.locked("make test"),
        ):
            pass

    assert not home.is_in_use()


def test_the_secret_key_is_kept_and_private(home: Home) -> None:
    key = home.secret_key()

    assert home.secret_key() == key
    assert len(key) >= 50
    assert stat.S_IMODE((home.path / "secret-key").stat().st_mode) == 0o600


def test_an_empty_secret_key_is_made_anew(home: Home) -> None:
    (home.path / "secret-key").touch()

    assert home.secret_key()


def test_the_last_log_is_kept_beside_the_new_one(home: Home) -> None:
    home.log("web").write_text("before")

    log = home.rotate("web")

    assert log.read_text() == ""
    assert log.with_suffix(".log.1").read_text() == "before"


def test_later_commands_read_the_variables_of_running_services(home: Home) -> None:
    home.share({"REDIS_URL": "redis://here"})

    assert home.shared() == {"REDIS_URL": "redis://here"}
    home.unshare()
    with pytest.raises(RefusedError, match="still starting"):
        home.shared()
