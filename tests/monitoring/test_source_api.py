"""Sources and their signed webhook, as an integrator and as an attacker meets them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from rest_framework.test import APIClient
from standardwebhooks.webhooks import Webhook

from crisisapi.accounts.models import Brand, User
from messaging.rules.signing import new_webhook_secret
from monitoring.models import Delivery, Mention, Source
from tests.factories.monitoring import DeliveryFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(brand=brand, slug="listening")


def _problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.content)
    assert problem["code"] == code
    return problem


def test_a_signed_delivery_is_stored_and_answered_with_counts(source: Source) -> None:
    response = push(source, body_of(mention(1), mention(2), {"id": "x"}))

    answer = response.json()
    assert response.status_code == 202
    assert (answer["accepted"], answer["duplicates"]) == (2, 0)
    assert [item["index"] for item in answer["rejected"]] == [2]
    assert bytes(Delivery.objects.get(pk=answer["delivery"]).body).startswith(b'{"mentions"')


def test_a_delivery_signed_by_the_reference_library_is_taken(source: Source) -> None:
    body, now = body_of(mention(1)), datetime.now(UTC)
    signature = Webhook(source.secret).sign("msg_ref", now, body.decode())

    response = APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        body,
        content_type="application/json",
        headers={
            "webhook-id": "msg_ref",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": f"v1a,c2lnbmVk {signature}",
        },
    )

    assert response.status_code == 202


def test_the_same_delivery_again_gets_the_same_answer_and_does_nothing(source: Source) -> None:
    first = push(source, body_of(mention(1)))

    again = push(source, body_of(mention(1)))

    assert (again.status_code, again.json()) == (202, first.json())
    assert Mention.objects.count() == 1


def test_a_replayed_id_with_another_body_is_a_conflict(source: Source) -> None:
    push(source, body_of(mention(1)))

    response = push(source, body_of(mention(2)))

    _problem(response, 409, "delivery_conflict")
    assert Mention.objects.count() == 1


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_timestamp_more_than_five_minutes_off_is_refused(source: Source, off: timedelta) -> None:
    response = push(source, body_of(mention(1)), at=datetime.now(UTC) + off)

    _problem(response, 401, "timestamp_out_of_tolerance")
    assert Delivery.objects.count() == 0


def test_a_wrong_secret_is_refused_and_nothing_is_stored(source: Source) -> None:
    response = push(source, body_of(mention(1)), secret=new_webhook_secret())

    _problem(response, 401, "signature_invalid")
    assert Delivery.objects.count() == 0


def test_a_body_cut_on_the_way_is_refused_and_nothing_is_stored(source: Source) -> None:
    whole = body_of(mention(1), mention(2))

    response = push(source, whole[:-20], signed=whole)

    _problem(response, 401, "signature_invalid")
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(source: Source, header: str) -> None:
    headers = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
    del headers[header]

    response = APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        b"{}",
        content_type="application/json",
        headers=headers,
    )

    _problem(response, 401, "signature_missing")


@pytest.mark.parametrize("timestamp", ["soon", "-5", "1e9", "9" * 30, "１７７２６１５７００"])
def test_a_timestamp_that_is_none_is_refused(source: Source, timestamp: str) -> None:
    response = APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        b"{}",
        content_type="application/json",
        HTTP_WEBHOOK_ID="a",
        HTTP_WEBHOOK_TIMESTAMP=timestamp,
        HTTP_WEBHOOK_SIGNATURE="v1,x",
    )

    _problem(response, 401, "timestamp_invalid")


def test_an_unknown_source_looks_like_a_wrong_signature(source: Source) -> None:
    unknown = Source(pk="01900000-0000-7000-8000-000000000000", secret=source.secret)

    _problem(push(unknown, body_of(mention(1))), 401, "signature_invalid")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"mentions": [', "malformed_json"),
        (b'{"mentions": [{"id": "\xff\xfe"}]}', "invalid_utf8"),
        (b'{"mentions": ' + b"[" * 1_000_000, "malformed_json"),
        (b"null", "invalid_envelope"),
    ],
)
def test_signed_rubbish_is_kept_and_answered_400(source: Source, body: bytes, code: str) -> None:
    problem = _problem(push(source, body), 400, code)

    assert Delivery.objects.get(pk=problem["delivery"]).status == "failed"
    assert Mention.objects.count() == 0


def test_ten_megabytes_of_nested_json_are_refused_before_they_are_read(source: Source) -> None:
    _problem(push(source, b"[" * 10_000_000), 413, "body_too_large")
    assert Delivery.objects.count() == 0


def test_more_than_a_thousand_mentions_are_too_many(source: Source) -> None:
    response = push(source, body_of(*(mention(n) for n in range(1001))))

    _problem(response, 400, "invalid_envelope")


def test_a_paused_source_refuses(source: Source) -> None:
    source.is_active = False
    source.save()

    _problem(push(source, body_of(mention(1))), 403, "source_inactive")


def test_after_a_rotation_both_secrets_sign_for_a_while(
    source: Source, client_of: Callable[[User], APIClient], manager: User
) -> None:
    response = client_of(manager).post(
        f"/api/v1/sources/{source.pk}/rotate-secret/", {"overlap_hours": 1}, format="json"
    )
    new = response.json()["secret"]

    assert response.status_code == 200
    assert push(source, body_of(mention(1)), message_id="old").status_code == 202
    assert push(source, body_of(mention(2)), message_id="new", secret=new).status_code == 202


def test_after_the_overlap_the_old_secret_signs_no_more(
    source: Source, client_of: Callable[[User], APIClient], manager: User
) -> None:
    client_of(manager).post(
        f"/api/v1/sources/{source.pk}/rotate-secret/", {"overlap_hours": 0}, format="json"
    )

    _problem(push(source, body_of(mention(1))), 401, "signature_invalid")


def test_a_secret_is_shown_once_and_never_again(
    brand: Brand, client_of: Callable[[User], APIClient], manager: User
) -> None:
    client = client_of(manager)

    made = client.post("/api/v1/sources/", {"slug": "crm", "name": "CRM"}, format="json")

    seen = client.get(f"/api/v1/sources/{made.json()['id']}/")
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in seen.json()


def test_a_secret_is_encrypted_at_rest(source: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM monitoring_source")
        stored = cursor.fetchone()[0]

    assert source.secret not in stored


@pytest.mark.django_db(transaction=True)
def test_a_database_that_gives_up_stores_nothing_and_asks_to_come_back(
    source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        DeliveryFactory(source=source, external_id="msg_1")
        # The id is claimed by the transaction above, which does not end.
        impatient = pool.submit(_push_impatiently, source)
        response = impatient.result()
        transaction.set_rollback(True)

    _problem(response, 503, "unavailable")
    assert int(response["Retry-After"]) > 0
    assert not Delivery.objects.exists()
    assert push(source, body_of(mention(1))).json()["accepted"] == 1
    caplog.clear()


def _push_impatiently(source: Source) -> Any:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        return push(source, body_of(mention(1)))
    finally:
        connection.close()


def test_a_storm_of_nudges_that_redis_does_not_hear_stops_nobody(
    source: Source, settings: LazySettings, django_capture_on_commit_callbacks: Any, caplog: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with django_capture_on_commit_callbacks(execute=True):
        response = push(source, body_of(mention(1)))

    assert response.status_code == 202
