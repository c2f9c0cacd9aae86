from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.signing import new_webhook_secret
from monitoring.rules.signature import BadSignature, sign, verify

# The example of the Standard Webhooks specification's kind, worked out by hand.
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
MESSAGE_ID = "msg_demo0001"
TIMESTAMP = 1767225600
BODY = b'{"type":"incident.opened","timestamp":"2026-01-01T00:00:00Z","data":{"id":"inc_1"}}'
SIGNATURE = "v1,sHbR2ukWLiQVCZ+76JhT/+zTlFv+vjvmZoWCF/ekKnI="
NOW = datetime.fromtimestamp(TIMESTAMP, UTC)


def _verify(**changed: Any) -> None:
    verify(
        **{
            "usable_secrets": [SECRET],
            "message_id": MESSAGE_ID,
            "timestamp": str(TIMESTAMP),
            "signatures": SIGNATURE,
            "body": BODY,
            "now": NOW,
            **changed,
        }
    )


def _code(check: Callable[[], None]) -> str:
    with pytest.raises(BadSignature) as caught:
        check()
    return caught.value.code


def test_the_known_signature_comes_out() -> None:
    assert sign(SECRET, message_id=MESSAGE_ID, timestamp=TIMESTAMP, body=BODY) == SIGNATURE


@pytest.mark.parametrize(
    "signatures",
    [
        SIGNATURE,
        f"v1,bm9uc2Vuc2U= {SIGNATURE}",
        f"{SIGNATURE} v2,c29tZXRoaW5n",
        f"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {SIGNATURE}",  # noqa: E501 - one header
    ],
)
def test_one_fitting_signature_is_enough(signatures: str) -> None:
    _verify(signatures=signatures)


@pytest.mark.parametrize("off", [-299, 299])
def test_five_minutes_off_is_within_tolerance(off: int) -> None:
    _verify(now=NOW + timedelta(seconds=off))


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"message_id": "msg_demo0002"},
        {"timestamp": str(TIMESTAMP + 1)},
        {"signatures": SIGNATURE.removeprefix("v1,")},
        {"signatures": SIGNATURE.replace("v1,", "v2,")},
        {"signatures": SIGNATURE.lower()},
        {"usable_secrets": [new_webhook_secret()]},
        {"usable_secrets": []},
    ],
)
def test_anything_that_does_not_fit_is_refused(changed: dict[str, Any]) -> None:
    assert _code(lambda: _verify(**changed)) == "signature_invalid"


@pytest.mark.parametrize("message_id", ["a\nb", "מזהה", "m" * 201])
def test_an_id_that_is_no_id_is_refused(message_id: str) -> None:
    assert _code(lambda: _verify(message_id=message_id)) == "webhook_id_invalid"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_other_body_has_the_signature(body: bytes, other: bytes) -> None:
    signature = sign(SECRET, message_id="a", timestamp=TIMESTAMP, body=body)

    assert (signature == sign(SECRET, message_id="a", timestamp=TIMESTAMP, body=other)) == (
        body == other
    )


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=80))
def test_any_headers_are_accepted_or_refused_and_never_fail(
    message_id: str, timestamp: str, signatures: str
) -> None:
    _code(lambda: _verify(message_id=message_id, timestamp=timestamp, signatures=signatures))
