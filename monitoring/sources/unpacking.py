"""Packed answers, unpacked piece by piece: gzip of several members, zlib, and bare deflate."""

import zlib
from collections.abc import Iterable, Iterator

# What one step may unpack to, however little it was packed into.
AT_ONCE = 256 * 1024
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_BARE = -zlib.MAX_WBITS


class Cut(Exception):
    """What was packed ends in the middle."""


class UnknownPacking(Exception):
    """It is packed in a way that nobody asked for."""


def unpacked(packing: str, pieces: Iterable[bytes], *, may_be_cut: bool) -> Iterator[bytes]:
    """Yield what was packed, in pieces of bounded size.

    Raises `UnknownPacking`, `zlib.error`, and `Cut` unless it `may_be_cut`, as streams are.
    """
    name = packing.strip().lower()
    if name in ("", "identity"):
        yield from pieces
    elif name in ("gzip", "x-gzip", "deflate"):
        yield from _Unpacker().read(pieces, may_be_cut=may_be_cut)
    else:
        raise UnknownPacking(name[:100])


class _Unpacker:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._has_begun = False

    def read(self, pieces: Iterable[bytes], *, may_be_cut: bool) -> Iterator[bytes]:
        start = b""
        for piece in pieces:
            start += piece
            # Two bytes tell how it is packed.
            if self._has_begun or len(start) > 1:
                yield from self._members(start)
                start = b""
        if self._has_begun and not self._inner.eof and not may_be_cut:
            raise Cut

    def _members(self, packed: bytes) -> Iterator[bytes]:
        """Yield what a piece unpacks to; behind the end of one member another may begin."""
        while packed:
            if self._inner.eof:
                # Tapes and some servers fill up with noughts.
                packed = packed.lstrip(b"\x00")
                if not packed:
                    return
                self._inner = zlib.decompressobj(_ZLIB_OR_GZIP)
            yield from self._member(packed)
            packed = self._inner.unused_data

    def _member(self, packed: bytes) -> Iterator[bytes]:
        found = self._first(packed) if not self._has_begun else self._step(packed)
        self._has_begun = True
        yield found
        # A full step may have left some of it inside, with nothing more to be fed. Behind its end
        # zlib still calls the next member unconsumed.
        while not self._inner.eof and (self._inner.unconsumed_tail or len(found) == AT_ONCE):
            found = self._step(self._inner.unconsumed_tail)
            yield found

    def _first(self, packed: bytes) -> bytes:
        try:
            return self._step(packed)
        except zlib.error:
            # Some servers take "deflate" at its word.
            self._inner = zlib.decompressobj(_BARE)
            return self._step(packed)

    def _step(self, packed: bytes) -> bytes:
        return self._inner.decompress(packed, AT_ONCE)
