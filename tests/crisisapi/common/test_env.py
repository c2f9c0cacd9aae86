"""Settings are read strictly and fail loudly."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from crisisapi import env


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("THING", raising=False)
    monkeypatch.delenv("THING_FILE", raising=False)
    return monkeypatch


def test_a_missing_variable_is_named(given: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set THING"):
        env.text("THING")


def test_a_secret_may_stand_in_a_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    given.setenv("THING_FILE", str(tmp_path / "secret"))

    assert env.text("THING") == "s3cret"


def test_an_unreadable_file_is_refused(given: pytest.MonkeyPatch) -> None:
    given.setenv("THING_FILE", "/nothing/here")

    with pytest.raises(ImproperlyConfigured, match="THING_FILE cannot be read"):
        env.text("THING", "default")


@pytest.mark.parametrize(
    ("said", "meant"), [("true", True), ("ON", True), ("1", True), ("no", False), ("", True)]
)
def test_a_flag_is_yes_or_no(given: pytest.MonkeyPatch, said: str, meant: bool) -> None:  # noqa: FBT001
    given.setenv("THING", said)

    assert env.flag("THING", default=True) is meant


@pytest.mark.parametrize("said", ["maybe", "2", "tru"])
def test_a_flag_that_is_neither_is_refused(given: pytest.MonkeyPatch, said: str) -> None:
    given.setenv("THING", said)

    with pytest.raises(ImproperlyConfigured, match="must be true or false"):
        env.flag("THING", default=False)


@pytest.mark.parametrize("said", ["x", "1.5", "0", "-3", ""])
def test_a_number_out_of_bounds_is_refused(given: pytest.MonkeyPatch, said: str) -> None:
    given.setenv("THING", said)

    with pytest.raises(ImproperlyConfigured, match="THING must be"):
        env.number("THING", 5, least=1)


def test_a_database_may_be_a_socket(given: pytest.MonkeyPatch) -> None:
    given.setenv("THING", "postgresql://me@/crisis?host=/run/pg&port=5433&sslmode=require")

    found = env.database("THING")

    assert (found["NAME"], found["USER"], found["HOST"], found["PORT"], found["OPTIONS"]) == (
        "crisis",
        "me",
        "/run/pg",
        "5433",
        {"sslmode": "require"},
    )


@pytest.mark.parametrize("said", ["nonsense", "mysql://x/y", "postgresql://localhost"])
def test_a_database_that_is_none_is_refused(given: pytest.MonkeyPatch, said: str) -> None:
    given.setenv("THING", said)

    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.database("THING")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://noa:p%40ss@mail.example.org", ("mail.example.org", 587, "p@ss", True, False)),
        ("smtps://mail.example.org:4650", ("mail.example.org", 4650, "", False, True)),
        ("smtp+plain://127.0.0.1:2525", ("127.0.0.1", 2525, "", False, False)),
    ],
)
def test_a_mail_server_is_one_address(
    monkeypatch: pytest.MonkeyPatch, address: str, expected: tuple[object, ...]
) -> None:
    monkeypatch.setenv("EMAIL_URL", address)

    mail = env.mail("EMAIL_URL")

    assert (mail.host, mail.port, mail.password, mail.starttls, mail.tls) == expected


def test_mails_can_be_kept_as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "file:///var/mails")

    mail = env.mail("EMAIL_URL")

    assert (mail.directory, mail.is_on) == ("/var/mails", True)


def test_without_a_mail_server_no_mail_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)

    assert not env.mail("EMAIL_URL").is_on


@pytest.mark.parametrize("address", ["mail.example.org", "ftp://x", "smtp://", "smtp://a:99999"])
def test_an_address_of_no_mail_server_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("EMAIL_URL", address)

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.mail("EMAIL_URL")
