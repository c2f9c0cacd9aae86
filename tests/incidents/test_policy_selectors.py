"""What a brand decided beforehand, or the defaults."""

from datetime import timedelta

import pytest

from crisisapi.accounts.models import Brand
from incidents.rules.clock_targets import CLOCK_KINDS, default_clock_targets
from incidents.selectors.policies import clock_targets
from tests.factories.incidents import ResponsePolicyFactory

pytestmark = pytest.mark.django_db


def test_a_brand_without_a_policy_has_the_default_targets(brand: Brand) -> None:
    targets = clock_targets(brand.pk)

    assert set(targets) == {1, 2, 3, 4}
    assert all(set(row) == set(CLOCK_KINDS) for row in targets.values())
    assert targets[1]["first_publication"] == timedelta(hours=1)


def test_a_brand_with_a_policy_has_its_own_targets(brand: Brand) -> None:
    targets = default_clock_targets()
    targets["1"]["acknowledge"] = 2
    ResponsePolicyFactory(brand=brand, clock_targets=targets)
    ResponsePolicyFactory()

    assert clock_targets(brand.pk)[1]["acknowledge"] == timedelta(minutes=2)
