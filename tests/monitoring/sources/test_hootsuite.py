"""Hootsuite: who signed it, and what is read in it."""

import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.incoming import Unreadable
from monitoring.rules.signature import BadSignature
from monitoring.sources.base import Account
from tests.monitoring.hooting import (
    HOOTSUITE,
    NOW,
    SECRET,
    TOKEN,
    VECTOR,
    account,
    callback,
    inbound,
    push_of,
    signed,
)

# Who signed it


def test_the_signature_of_the_vector_fits_its_bytes() -> None:
    body, digest = VECTOR

    assert HOOTSUITE.verify(account(), push_of(body, digest), now=NOW).startswith("pushed:")


@pytest.mark.parametrize("bit", range(0, len(VECTOR[0]) * 8, 7))
def test_one_flipped_bit_of_the_body_is_refused(bit: int) -> None:
    body, digest = VECTOR
    flipped = bytearray(body)
    flipped[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BadSignature) as refused:
        HOOTSUITE.verify(account(), push_of(bytes(flipped), digest), now=NOW)

    assert refused.value.code == "signature_invalid"


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        ("", "signature_missing"),
        ("0" + VECTOR[1][1:], "signature_invalid"),
        (VECTOR[1][:-1], "signature_invalid"),
        (f"sha256={VECTOR[1]}", "signature_invalid"),
        ("א" * 64, "signature_invalid"),
        # With the digits of the key as its bytes.
        (hmac.new(SECRET.encode(), VECTOR[0], sha256).hexdigest(), "signature_invalid"),
    ],
)
def test_another_signature_is_refused(signature: str, code: str) -> None:
    with pytest.raises(BadSignature) as refused:
        HOOTSUITE.verify(account(), push_of(VECTOR[0], signature), now=NOW)

    assert refused.value.code == code


def test_while_a_secret_is_replaced_both_sign() -> None:
    both = Account(credentials={"inbox_secret": f"{'ab' * 16} {SECRET}"})

    assert HOOTSUITE.verify(both, push_of(*VECTOR), now=NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_event_recorded_earlier_and_sent_again_is_refused(minutes: int) -> None:
    body = json.dumps(inbound()).encode()

    with pytest.raises(BadSignature) as refused:
        HOOTSUITE.verify(
            account(), push_of(body, signed(body)), now=NOW + timedelta(minutes=minutes)
        )

    assert refused.value.code == "timestamp_out_of_tolerance"


@pytest.mark.parametrize("query", [{}, {"token": "another-token-of-2026"}, {"token": "א"}])
def test_a_callback_needs_the_token_of_its_address(query: dict[str, str]) -> None:
    body = json.dumps([callback()]).encode()

    with pytest.raises(BadSignature) as refused:
        HOOTSUITE.verify(account(), push_of(body, **query), now=NOW)

    assert refused.value.code == "token_invalid"


def test_without_a_token_no_callback_is_taken() -> None:
    body = json.dumps(callback()).encode()

    with pytest.raises(BadSignature):
        HOOTSUITE.verify(
            Account(credentials={"inbox_secret": SECRET}), push_of(body, token=""), now=NOW
        )


def test_the_token_of_the_address_signs_no_message_of_the_inbox() -> None:
    body = json.dumps([callback(), inbound()]).encode()

    with pytest.raises(BadSignature) as refused:
        HOOTSUITE.verify(account(), push_of(body, token=TOKEN), now=NOW)

    assert refused.value.code == "signature_missing"


# What is read


def _read(*events: Any) -> Any:
    return HOOTSUITE.parse(account(), json.dumps(list(events)).encode(), now=NOW)


def test_a_message_of_the_inbox_is_a_mention() -> None:
    (mention,) = HOOTSUITE.parse(account(), json.dumps(inbound()).encode(), now=NOW).mentions

    assert (mention.id, mention.text) == ("m-1", "הידית של הקומקום נסדקה")
    assert (mention.platform, mention.parent_id) == ("facebook", "0-01d90bc1b13-000-9a9ca0d8")
    assert mention.published_at == datetime(2026, 3, 4, 9, 29, 58, 635984, tzinfo=UTC)
    assert (mention.author.id, mention.author.name) == ("bb7b0f8f", "Noa Levi")


def test_a_telephone_number_is_not_kept_as_an_account() -> None:
    (mention,) = _read(inbound()).mentions

    assert mention.author.handle == ""


@pytest.mark.parametrize(
    ("medium", "platform"),
    [
        ("twitter", "x"),
        ("TWIT", "x"),
        ("instagram", "instagram"),
        ("WHATSAPP", "whatsapp"),
        ("our app!", None),
        (None, None),
    ],
)
def test_media_have_our_names(medium: Any, platform: str | None) -> None:
    event = inbound()
    event["data"]["medium"] = {"id": medium}

    (mention,) = _read(event).mentions

    assert mention.platform == platform


def test_events_of_other_and_future_types_are_passed_over() -> None:
    batch = _read(
        {"type": "CONVERSATION_STARTED", "data": {}}, {"type": "NEW", "x": 1}, {"version": 2}
    )

    assert (batch.mentions, batch.rejections, batch.states) == ([], [], [])


def test_a_message_that_comes_twice_is_one() -> None:
    again = inbound() | {"timestamp": "2026-03-04T09:29:59Z"}

    batch = _read(inbound(2), inbound(), again)

    assert ([one.id for one in batch.mentions], batch.repeated) == (["m-1", "m-2"], 1)


def test_what_lacks_its_parts_is_refused_by_itself() -> None:
    batch = _read(inbound(), {"type": "INBOUND_MESSAGE_RECEIVED"}, "?", inbound(3, text=7))

    assert [one.id for one in batch.mentions] == ["m-1"]
    assert [(one.index, one.code) for one in batch.rejections] == [
        (1, "id_missing"),
        (2, "not_an_object"),
        (3, "invalid_item"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<html>Sign in</html>", b'"x"', b"7", b"null", b"\xff", b"[" * 5000, b'[{"type']
)
def test_what_is_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        HOOTSUITE.parse(account(), body, now=NOW)


_ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["\x00", "\ud83d", "x" * 50_000, "9999-12-31T23:59:59+23:59", "0001-01-01Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(st.data())
def test_a_mutated_event_never_breaks_the_parser(data: Any) -> None:
    event = data.draw(st.sampled_from([inbound(), callback()]))
    for _ in range(data.draw(st.integers(1, 3))):
        holder = event
        while True:
            key = data.draw(st.sampled_from(sorted(holder)))
            if isinstance(holder[key], dict) and holder[key] and data.draw(st.booleans()):
                holder = holder[key]
                continue
            break
        if data.draw(st.booleans()):
            holder[key] = data.draw(_ODD)
        elif len(holder) > 1:
            del holder[key]
    body = json.dumps(event if data.draw(st.booleans()) else [event]).encode()

    with suppress(Unreadable):
        HOOTSUITE.parse(account(), body, now=NOW)
    with suppress(BadSignature):
        HOOTSUITE.verify(account(), push_of(body, signed(body), token=TOKEN), now=NOW)
    assert HOOTSUITE.ping(account(), push_of(body)) is None
    HOOTSUITE.answer(account(), push_of(body))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_unreadable(body: bytes) -> None:
    with suppress(Unreadable):
        HOOTSUITE.parse(account(), body, now=NOW)
    assert HOOTSUITE.ping(account(), push_of(body)) is None
