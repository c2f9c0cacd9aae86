"""What every test stands on: real PostgreSQL, real Redis protocol, no other network."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Member, Role, User
from tests import templates
from tests.emptying import empty_tables
from tests.factories.accounts import BrandFactory, MemberFactory, UserFactory

# How long an example takes says what else the machine does, not whether the code is right.
settings.register_profile(
    "busy", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage less often, and never among what was imported and collected.

    There are millions of such objects, and they stay to the end of the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def _one_setup_at_a_time() -> Iterator[Callable[[], None]]:
    """Hold the other processes back until this one has its database; call it to let them go on."""
    with ExitStack() as stack:
        stack.enter_context(templates.one_at_a_time())
        yield stack.close


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, _one_setup_at_a_time: Callable[[], None]
) -> None:
    """Begin with the migrated database that an earlier run kept, if there is one."""
    if templates.has_template():
        connection.settings_dict["TEST"]["TEMPLATE"] = templates.template_name()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, _one_setup_at_a_time: Callable[[], None]
) -> Iterator[None]:
    """Keep the migrated database for later runs, and for tests that need one of their own.

    It is dropped at the end; threads that answered a browser may still be connected then.
    """
    if not templates.has_template():
        with django_db_blocker.unblock():
            templates.keep_template()
    _one_setup_at_a_time()
    yield
    with django_db_blocker.unblock():
        templates.end_sessions()


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """Empty only what was filled after each test that committed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(autouse=True)
def _only_loopback(request: pytest.FixtureRequest) -> None:
    """Refuse sockets to anywhere but this machine."""
    request.getfixturevalue("socket_enabled")


@pytest.fixture(autouse=True)
def _no_error_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logged an error nobody looked at; `caplog.clear()` after looking."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Forget the language that the last request of the test before asked for."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    """Hash cheaply (the real hash is slow on purpose); do not look static files up a client."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture
def brand(db: Any) -> Brand:
    return BrandFactory(slug="rimon", name="Rimon Home")


@pytest.fixture
def member_of(db: Any) -> Callable[[Brand, Role], User]:
    """Return a person with a role in a brand."""

    def make(brand: Brand, role: Role) -> User:
        member: Member = MemberFactory(brand=brand, role=role)
        return member.user

    return make


@pytest.fixture
def viewer(brand: Brand) -> User:
    return MemberFactory(brand=brand, role=Role.VIEWER).user


@pytest.fixture
def responder(brand: Brand) -> User:
    return MemberFactory(brand=brand, role=Role.RESPONDER).user


@pytest.fixture
def approver(brand: Brand) -> User:
    return MemberFactory(brand=brand, role=Role.APPROVER).user


@pytest.fixture
def manager(brand: Brand) -> User:
    return MemberFactory(brand=brand, role=Role.MANAGER).user


@pytest.fixture
def stranger(db: Any) -> User:
    """A manager of another brand."""
    return MemberFactory(brand=BrandFactory(slug="other"), role=Role.MANAGER).user


@pytest.fixture
def loner(db: Any) -> User:
    """A person without any brand."""
    return UserFactory()


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """Return an API client signed in as a person."""

    def make(user: User) -> APIClient:
        client = APIClient(raise_request_exception=True)
        client.force_login(user)
        return client

    return make


@pytest.fixture
def api(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    """A client of a responder of `brand`."""
    return client_of(responder)
