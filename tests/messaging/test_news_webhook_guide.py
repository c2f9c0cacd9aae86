"""The page on webhooks is true: its receiver verifies, its document fits what is sent."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.utils import timezone
from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from crisisapi.accounts.models import Brand
from crisisapi.common.schema import DocumentGenerator
from incidents.models import Incident
from messaging.models import NotificationTarget
from messaging.services.notification_targets import try_target
from tests.factories.messaging import NotificationTargetFactory
from tests.messaging.alerting import SECRET, a_receiver, tell_alert, work
from tests.servers import serving

GUIDE = (Path(settings.BASE_DIR) / "docs/notifications.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_call_this_machine(settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@contextmanager
def _receiver_of_the_guide(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    found = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    monkeypatch.setitem(os.environ, "SECRET", SECRET)
    made: dict[str, Any] = {"__name__": "guide"}
    exec(found[1], made)  # noqa: S102 - our own page
    server = ThreadingHTTPServer(("127.0.0.1", 0), made["Receiver"])
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_the_receiver_takes_what_is_signed_and_nothing_else(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _receiver_of_the_guide(monkeypatch) as address:
        told = {"brand": brand, "way": "webhook", "address": address}
        known = NotificationTargetFactory(secret=SECRET, **told)
        forged = NotificationTargetFactory(secret="whsec_" + "QUFB" * 11, **told)

        attempts = [try_target(target=one, now=timezone.now()) for one in (known, forged)]

    assert [attempt.is_sent for attempt in attempts] == [True, False]
    assert attempts[1].error == "The receiver answered 401."


@pytest.mark.parametrize("what", ["alert", "alert without incident", "trial"])
def test_what_is_sent_fits_the_document(brand: Brand, incident: Incident, what: str) -> None:
    now = timezone.now()
    with serving() as server:
        target: NotificationTarget = a_receiver(brand, server)
        if what == "trial":
            try_target(target=target, now=now)
        else:
            tell_alert(brand, now=now, incident=incident if what == "alert" else None)
            work(brand, now)
        [seen] = server.seen

    document = DocumentGenerator().get_schema()
    operation = document["webhooks"]["news"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    resource = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource("urn:document", resource)
    validator = OAS31Validator(
        {"$ref": f"urn:document{schema['$ref']}"},
        registry=registry,
        format_checker=OAS31Validator.FORMAT_CHECKER,
    )
    validator.validate(seen.json())
    shown = operation["requestBody"]["content"]["application/json"]["example"]
    validator.validate(shown)
    assert shown["data"].keys() == seen.json()["data"].keys()
    assert {one["$ref"].rpartition("/")[2] for one in operation["parameters"]} <= set(seen.headers)
