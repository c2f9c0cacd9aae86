"""Secrets encrypted anew: all of them, once, and nothing that was written meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from crisisapi.common.models import IdempotentAnswer
from crisisapi.common.rekeying import encrypted_fields, rotate_field
from crisisapi.common.secrets import DERIVED, cipher
from messaging.models import Channel, Question
from monitoring.models import Intake, Source
from tests.factories.audience import QuestionFactory
from tests.factories.messaging import ChannelFactory, NotificationTargetFactory
from tests.factories.monitoring import SourceFactory
from tests.factories.public import SubscriberFactory

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = {"token": "rimon-token"}

pytestmark = pytest.mark.django_db


class Killed(Exception):
    """The process ended here."""


@pytest.fixture(autouse=True)
def _old_key(settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]


@pytest.fixture
def new_key(settings: Any) -> Callable[[], None]:
    """Put a key in front of the old one."""

    def add() -> None:
        settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    return add


def _rotate(**options: Any) -> str:
    said = StringIO()
    call_command("rotate_secrets", stdout=said, stderr=said, **options)
    return said.getvalue()


def _code(**options: Any) -> int:
    with pytest.raises(CommandError) as refused:
        _rotate(**options)
    return refused.value.returncode


def _one_of_each() -> None:
    ChannelFactory(credentials=SECRETS)
    NotificationTargetFactory()
    SubscriberFactory()
    QuestionFactory(contact="dana@example.org")
    source = SourceFactory(credentials=SECRETS, previous_secret="whsec_old")
    Intake.objects.filter(source=source).update(tokens=SECRETS)
    IdempotentAnswer.objects.create(caller="key:1", key_hash="k", request_hash="r", body="{}")


def _tokens_at_rest() -> list[tuple[str, str]]:
    """Return every value of any text column of any table that looks like a Fernet token."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
        )
        found = []
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" LIKE \'gAAAA%\'')  # noqa: S608
            found += [(f"{table}.{column}", row[0]) for row in cursor.fetchall()]
    return found


@contextmanager
def _before_updates(act: Callable[[int], object]) -> Iterator[None]:
    """Call `act` with its number ahead of each update; what it does itself is not counted."""
    count, busy = 0, False

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal count, busy
        if sql.startswith("UPDATE") and not busy:
            count, busy = count + 1, True
            try:
                act(count)
            finally:
                busy = False
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield


def test_every_secret_in_any_table_opens_with_the_new_key_alone(
    settings: Any, new_key: Callable[[], None]
) -> None:
    _one_of_each()
    new_key()

    _rotate()

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    tokens = _tokens_at_rest()
    named = {f"{model._meta.db_table}.{name}" for model, name in encrypted_fields()}
    assert {column for column, _ in tokens} <= named
    assert len(tokens) == 9
    assert all(cipher().decrypt(token.encode()) is not None for _, token in tokens)
    assert Channel.objects.get().credentials == Intake.objects.get().tokens == SECRETS
    assert Question.objects.get().contact == "dana@example.org"


def test_a_dry_run_counts_and_changes_nothing(new_key: Callable[[], None]) -> None:
    _one_of_each()
    new_key()
    before = _tokens_at_rest()

    code = _code(dry_run=True)

    assert code == 1
    assert _tokens_at_rest() == before


def test_it_leaves_well_when_the_old_key_may_be_dropped(new_key: Callable[[], None]) -> None:
    _one_of_each()
    new_key()

    said = _rotate()

    assert "messaging.Channel.credentials: 1 encrypted anew" in said
    assert "messaging.Channel.credentials: 1 values, 0 on old keys" in said
    assert "can be dropped" in _rotate(dry_run=True)


def test_what_is_rotated_already_is_not_written_again(new_key: Callable[[], None]) -> None:
    ChannelFactory(credentials=SECRETS)
    new_key()
    _rotate()
    before = _tokens_at_rest()

    _rotate()

    assert _tokens_at_rest() == before


@pytest.mark.django_db(transaction=True)
def test_broken_off_in_the_middle_it_goes_on_where_it_stopped(new_key: Callable[[], None]) -> None:
    ChannelFactory.create_batch(5, credentials=SECRETS)
    new_key()

    def kill(number: int) -> None:
        if number == 3:
            raise Killed

    with _before_updates(kill), pytest.raises(Killed):
        rotate_field(Channel, "credentials")
    again = rotate_field(Channel, "credentials")

    assert (again.values, again.rotated) == (5, 3)
    assert {row.credentials["token"] for row in Channel.objects.all()} == {"rimon-token"}


def test_what_a_person_saved_meanwhile_is_not_overwritten(new_key: Callable[[], None]) -> None:
    channel = ChannelFactory(credentials=SECRETS)
    new_key()

    def save(_number: int) -> None:
        Channel.objects.filter(pk=channel.pk).update(credentials={"token": "newer"})

    with _before_updates(save):
        done = rotate_field(Channel, "credentials")

    channel.refresh_from_db()
    assert channel.credentials == {"token": "newer"}
    assert (done.rotated, done.missed) == (0, 1)


def test_two_at_once_rotate_each_row_once(new_key: Callable[[], None]) -> None:
    ChannelFactory.create_batch(4, credentials=SECRETS)
    new_key()
    other: list[Any] = []

    def join(number: int) -> None:
        if number == 2:
            other.append(rotate_field(Channel, "credentials"))

    with _before_updates(join):
        mine = rotate_field(Channel, "credentials")

    assert (mine.rotated, mine.missed, other[0].rotated) == (1, 3, 3)
    assert rotate_field(Channel, "credentials").old == 0


def test_a_row_that_no_key_opens_is_named_and_left(
    settings: Any, new_key: Callable[[], None], capsys: Any
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    lost = SourceFactory(secret="whsec_lost", credentials=SECRETS)
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    SourceFactory()
    new_key()
    said = StringIO()

    with pytest.raises(CommandError) as refused:
        call_command("rotate_secrets", stdout=StringIO(), stderr=said)

    assert refused.value.returncode == 2
    assert f"monitoring.Source.secret {lost.pk}: no key opens it" in said.getvalue()
    assert "whsec" not in said.getvalue()
    with pytest.raises(InvalidToken):
        Source.objects.get(pk=lost.pk)


def test_more_rows_than_a_batch_are_all_rotated(
    new_key: Callable[[], None], django_assert_max_num_queries: Any
) -> None:
    brand = ChannelFactory(credentials=SECRETS).brand
    Channel.objects.bulk_create(
        Channel(brand=brand, name=f"Shop {n}", platform="x", credentials=SECRETS)
        for n in range(600)
    )
    new_key()

    done = rotate_field(Channel, "credentials")

    assert (done.values, done.rotated) == (601, 601)
    with django_assert_max_num_queries(3):
        assert rotate_field(Channel, "credentials").old == 0


def test_the_derived_key_can_be_named_to_leave_it(settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = []
    channel = ChannelFactory(credentials=SECRETS)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, DERIVED]

    _rotate()

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    channel.refresh_from_db()
    assert channel.credentials == SECRETS
