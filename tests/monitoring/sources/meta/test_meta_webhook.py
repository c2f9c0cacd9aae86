"""How Meta proves itself, and we ourselves to it; what it pushes, from end to end."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from monitoring.models import Delivery, Mention, Source
from monitoring.rules.signature import BadSignature
from monitoring.sources.base import Account, Push
from tests.monitoring.sources.meta.facebook_says import (
    ACCOUNT,
    FACEBOOK,
    TOLD,
    body_of,
    comment,
    entry,
    intake_of,
    push,
    stored,
    walked,
)
from tests.monitoring.sources.meta.graph_server import (
    APP_SECRET,
    NOW,
    VERIFY_TOKEN,
    signed,
)

# The vector of connectors: what is not ASCII is escaped, and stays six characters.
VECTOR = (
    rb'{"object":"page","entry":[{"id":"100","time":1767225600,"changes":[{"field":"feed",'
    rb'"value":{"item":"comment","verb":"add","message":"caf\u00e9"}}]}]}'
)
VECTOR_DIGEST = "9309ed77b68a23d811e89940f3fa833b56764c0474ca9c90c3412dfe99010cb5"


def verified(body: bytes, headers: dict[str, str], secret: str = APP_SECRET) -> str:
    account = Account(credentials={"app_secret": secret})
    named = {name.lower(): value for name, value in headers.items()}
    return FACEBOOK.verify(account, Push(named, {}, body), now=NOW)


def test_the_known_signature_fits_the_untouched_bytes() -> None:
    assert verified(VECTOR, {"X-Hub-Signature-256": f"sha256={VECTOR_DIGEST}"}).startswith("push:")


@pytest.mark.parametrize("place", [0, 40, len(VECTOR) - 1])
def test_one_flipped_bit_is_refused(place: int) -> None:
    flipped = bytearray(VECTOR)
    flipped[place] ^= 1

    with pytest.raises(BadSignature) as refused:
        verified(bytes(flipped), signed(VECTOR))

    assert refused.value.code == "signature_invalid"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "signature_missing"),
        ({"X-Hub-Signature": "sha1=9309"}, "signature_outdated"),
        ({"X-Hub-Signature-256": VECTOR_DIGEST}, "signature_invalid"),
        ({"X-Hub-Signature-256": "sha256="}, "signature_invalid"),
        ({"X-Hub-Signature-256": f"sha1={VECTOR_DIGEST}"}, "signature_invalid"),
        ({"X-Hub-Signature-256": "sha256=é"}, "signature_invalid"),
    ],
)
def test_a_push_that_the_app_did_not_sign_is_refused(headers: dict[str, str], code: str) -> None:
    with pytest.raises(BadSignature) as refused:
        verified(VECTOR, headers)

    assert refused.value.code == code


def test_without_a_secret_nothing_is_signed_right() -> None:
    with pytest.raises(BadSignature):
        verified(VECTOR, signed(VECTOR, ""), secret="")


def _asked(**query: str) -> Any:
    named = {f"hub.{name}": value for name, value in query.items()}
    return FACEBOOK.handshake(ACCOUNT, Push({}, named, b""))


def test_the_challenge_is_given_back_as_plain_text() -> None:
    reply = _asked(mode="subscribe", challenge="1158201444", verify_token=VERIFY_TOKEN)

    assert (reply.status, reply.body) == (200, b"1158201444")
    assert reply.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "subscribe", "challenge": "1", "verify_token": "other"},
        {"mode": "unsubscribe", "challenge": "1", "verify_token": VERIFY_TOKEN},
        {"mode": "subscribe", "verify_token": VERIFY_TOKEN},
        {"mode": "subscribe", "challenge": "1" * 201, "verify_token": VERIFY_TOKEN},
        {},
    ],
)
def test_a_stranger_is_given_no_challenge(query: dict[str, str]) -> None:
    assert _asked(**query) is None


def test_without_a_token_of_its_own_a_source_answers_nobody() -> None:
    push = Push({}, {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""}, b"")

    assert FACEBOOK.handshake(Account(), push) is None


@walked
@pytest.mark.django_db
def test_a_push_is_stored_and_always_answered_200(source: Source) -> None:
    statuses = [
        push(source, body).status_code
        for body in (body_of(entry(comment(1))), body_of(entry(comment(1))), b'{"object":"page"}')
    ]

    assert statuses == [200, 200, 200]
    assert stored() == "5_1"
    intake = intake_of(source)
    assert (intake.state, intake.error_code) == ("degraded", "invalid_envelope")
    assert "no list `entry`" in intake.error_detail


@walked
@pytest.mark.django_db
def test_a_push_signed_by_another_app_leaves_nothing(source: Source) -> None:
    body = body_of(entry(comment(1)))

    response = push(source, body, **signed(body, "other-secret"))

    assert response.status_code == 401
    assert response.json()["code"] == "signature_invalid"
    assert not Delivery.objects.exists()


@walked
@pytest.mark.django_db
def test_meta_proves_the_address_over_http(source: Source) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": VERIFY_TOKEN}

    right = APIClient().get(f"/api/v1/sources/{source.pk}/webhook/", query)
    wrong = APIClient().get(
        f"/api/v1/sources/{source.pk}/webhook/", {**query, "hub.verify_token": "x"}
    )

    assert (right.status_code, right.content) == (200, b"42")
    assert wrong.status_code == 401


@walked
@pytest.mark.django_db
def test_edits_and_removals_in_any_order_end_the_same(source: Source) -> None:
    added = body_of(entry(comment(1)))
    edited = body_of(entry(comment(1, verb="edited", message="It is fine"), time=TOLD + 60))
    removed = body_of(entry(comment(2, verb="remove", message=None), time=TOLD + 60))
    late = body_of(entry(comment(2, message="Take my name away")))

    for body in (edited, added, edited, removed, late):
        push(source, body)

    said = dict(Mention.objects.values_list("external_id", "text"))
    assert said == {"5_1": "It is fine", "5_2": ""}
    assert Mention.objects.get(external_id="5_2").author_name == ""
