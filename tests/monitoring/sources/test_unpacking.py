"""Packed answers: whole, in members, cut, bombs, and packings that nobody asked for."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.sources.http import Calls, SourceFault
from monitoring.sources.unpacking import AT_ONCE, Cut, unpacked
from tests.servers import FakeServer, Reply, serving

MIB = 1024 * 1024
TEXT = "הקומקום נסדק ".encode() * 1000


def bare(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    " GZIP": gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
    "gzip ": gzip.compress(TEXT) + gzip.compress(b"") + b"\x00" * 100,
    "deflate": zlib.compress(TEXT),
    "Deflate": bare(TEXT),
    "identity": TEXT,
    "": TEXT,
}


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def fault_at(server: FakeServer, *, limit: int = MIB) -> str:
    with pytest.raises(SourceFault) as caught:
        Calls().get(server.url, limit=limit)
    return caught.value.code


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_what_was_packed_comes_back_however_it_is_cut(packing: str, size: int) -> None:
    packed = PACKED[packing]
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]

    assert b"".join(unpacked(packing, pieces, may_be_cut=False)) == TEXT


@pytest.mark.parametrize("extra", [-1, 0, 1, AT_ONCE - 1, AT_ONCE])
def test_nothing_stays_inside_at_the_edge_of_a_step(extra: int) -> None:
    text = b"\n" * (AT_ONCE + extra)

    assert b"".join(unpacked("gzip", [gzip.compress(text)], may_be_cut=False)) == text


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_half_of_it_is_cut_unless_it_is_a_stream(packing: str) -> None:
    half = PACKED[packing][:-10]

    with pytest.raises(Cut):
        list(unpacked(packing, [half], may_be_cut=False))
    assert TEXT.startswith(b"".join(unpacked(packing, [half], may_be_cut=True)))


def test_nothing_at_all_is_nothing() -> None:
    assert b"".join(unpacked("gzip", [], may_be_cut=False)) == b""


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_are_unpacked_or_refused(body: bytes, packing: str) -> None:
    try:
        list(unpacked(packing, [body], may_be_cut=False))
    except (Cut, zlib.error):
        return


@pytest.mark.parametrize("packing", ["gzip", "deflate", " GZIP"])
def test_a_packed_answer_is_read(server: FakeServer, packing: str) -> None:
    server.then(Reply(body=PACKED[packing], headers={"Content-Encoding": packing.strip()}))

    assert Calls().get(server.url).body == TEXT
    assert server.seen[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip", "compress"])
def test_a_packing_that_nobody_asked_for_is_not_understood(
    server: FakeServer, packing: str
) -> None:
    server.then(
        Reply(body=gzip.compress(gzip.compress(TEXT)), headers={"Content-Encoding": packing})
    )

    assert fault_at(server) == "not_understood"


@pytest.mark.parametrize("body", [b"never packed", gzip.compress(TEXT)[:-10]])
def test_what_cannot_be_unpacked_is_cut(server: FakeServer, body: bytes) -> None:
    server.then(Reply(body=body, headers={"Content-Encoding": "gzip"}))

    assert fault_at(server) == "cut"


def bomb(name: str) -> bytes:
    noughts = b"\x00" * (64 * MIB)
    if name == "members":
        return gzip.compress(noughts[:MIB]) * 64
    if name == "bare":
        return bare(noughts)
    return gzip.compress(noughts) if name == "gzip" else zlib.compress(noughts)


@pytest.mark.parametrize("name", ["gzip", "deflate", "bare", "members"])
def test_a_bomb_is_refused_in_bounded_memory(server: FakeServer, name: str) -> None:
    packing = "gzip" if name in ("gzip", "members") else "deflate"
    server.then(Reply(body=bomb(name), headers={"Content-Encoding": packing}))

    tracemalloc.start()
    found = fault_at(server)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == "too_large"
    assert peak < 8 * MIB


def test_a_packed_stream_is_heard_line_by_line(server: FakeServer) -> None:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    pieces = [packer.compress(b"one\ntw") + packer.flush(zlib.Z_SYNC_FLUSH)]
    pieces.append(packer.compress(b"o\nthree\n") + packer.flush(zlib.Z_SYNC_FLUSH))
    server.then(Reply(stream=pieces, headers={"Content-Encoding": "gzip"}))

    heard = list(Calls().lines(server.url, seconds=60, silence=60))

    assert heard == [b"one", b"two", b"three"]


def test_a_bomb_in_a_stream_is_broken_off(server: FakeServer) -> None:
    server.then(Reply(stream=[bomb("gzip")], headers={"Content-Encoding": "gzip"}))

    with pytest.raises(SourceFault) as caught:
        list(Calls().lines(server.url, seconds=60, silence=60))

    assert caught.value.code == "too_large"
