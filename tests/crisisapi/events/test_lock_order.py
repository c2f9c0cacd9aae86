"""The chain and the rows events point at are locked without deadlock."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.accounts.services.brands import change_brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event


def _rename(brand: Brand) -> None:
    try:
        change_brand(
            brand=brand, name="New", actor=SYSTEM, now=timezone.now(), expected_version=None
        )
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_brand_changes_while_another_event_is_written(brand: Brand) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            record_event(
                brand_id=brand.pk, verb="x.y", instance=brand, actor=SYSTEM, now=timezone.now()
            )
            renaming = pool.submit(_rename, brand)
            # The other transaction now holds the brand's row and waits for the chain.
            time.sleep(0.3)
        renaming.result()

    verbs = Event.objects.filter(brand=brand).order_by("position").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["x.y", "brand.changed"]
