"""Language packs at the desk: examples are run, refusals stand at their field."""

from typing import Any

import pytest
from django.test import Client

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from messaging.models import LanguagePack
from tests.factories.accounts import UserFactory
from tests.factories.messaging import LanguagePackFactory
from tests.messaging.test_language_packs import RULES

pytestmark = pytest.mark.django_db

PATH = "/admin/messaging/languagepack"


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def fields(brand: Brand, **fields: Any) -> dict[str, Any]:
    given = {"brand": brand.pk, "language": "he", "name": "Ours", "rules": RULES, "is_active": "on"}
    return {**given, "disabled": "", "severities": "", **fields}


def test_a_pack_added_here_is_an_event(root: Client, brand: Brand) -> None:
    root.post(f"{PATH}/add/", fields(brand))

    pack = LanguagePack.objects.get()
    assert (pack.disabled, pack.severities) == ([], {})
    assert Event.objects.get(verb="languagepack.added").object_id == pack.pk
    assert pack.revisions.get().number == 1


def test_an_example_that_does_not_hold_is_shown_at_the_rules(root: Client, brand: Brand) -> None:
    broken = RULES.replace('fires = ["', 'fires = ["אין כאן דבר.", "')

    response = root.post(f"{PATH}/add/", fields(brand, rules=broken))

    form = response.context["adminform"].form
    assert list(form.errors) == ["rules"]
    assert "rimon.device" in form.errors["rules"][0]
    assert not LanguagePack.objects.exists()


def test_a_change_is_a_version_and_its_language_is_fixed(root: Client, brand: Brand) -> None:
    pack = LanguagePackFactory(brand=brand, severities={})

    management = {"revisions-TOTAL_FORMS": "0", "revisions-INITIAL_FORMS": "0"}
    body = fields(brand, name="Other", language="en", **management)
    root.post(f"{PATH}/{pack.pk}/change/", body)

    pack.refresh_from_db()
    assert (pack.name, pack.language, pack.version) == ("Other", "he", 2)
    assert pack.revisions.get().number == 2
