"""What a file to publish is, told by its first bytes: media type, width and height in pixels."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MEDIA_TYPES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "video/mp4": "MP4",
}

_MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
)
# Markers of JPEG (ITU T.81) that begin a frame and so say its size; C4, C8 and CC begin others.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
# Which box lies in which, from the file to the headers of tracks.
_BOXES = (b"moov", b"trak")
_FIXED_POINT = 1 << 16
_VP8_START = b"\x9d\x01\x2a"
# The most a PNG may say (PNG 11.2.2), and a database keep.
_WIDEST = 2**31 - 1


@dataclass(frozen=True)
class MediaFacts:
    """Media type and size in pixels; 0 where a film does not say."""

    content_type: str
    width: int
    height: int


def read_media(content: bytes) -> MediaFacts | None:
    """Return what a file is; None for a kind not taken, or one that is cut or broken."""
    for read in (_png, _gif, _jpeg, _webp, _mp4):
        try:
            found = read(content)
        except (struct.error, IndexError):
            return None
        if found is not None:
            is_shown = 0 < found.width <= _WIDEST and 0 < found.height <= _WIDEST
            return found if is_shown or found.content_type == "video/mp4" else None
    return None


def _png(content: bytes) -> MediaFacts | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    return MediaFacts("image/png", *struct.unpack_from(">II", content, 16))


def _gif(content: bytes) -> MediaFacts | None:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return MediaFacts("image/gif", *struct.unpack_from("<HH", content, 6))


def _jpeg(content: bytes) -> MediaFacts | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    for marker, at in _segments(content):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 3)
            return MediaFacts("image/jpeg", width, height)
    return MediaFacts("image/jpeg", 0, 0)


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the markers before the picture itself, and where the length of each stands."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        yield marker, at + 2
        if marker == 0xDA:
            return
        at += 2 + max(2, struct.unpack_from(">H", content, at + 2)[0])


def _webp(content: bytes) -> MediaFacts | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width = 1 + int.from_bytes(content[24:27], "little")
        return MediaFacts("image/webp", width, 1 + int.from_bytes(content[27:30], "little"))
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = struct.unpack_from("<I", content, 21)[0]
        return MediaFacts("image/webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 " and content[23:26] == _VP8_START:
        width, height = struct.unpack_from("<HH", content, 26)
        return MediaFacts("image/webp", width & 0x3FFF, height & 0x3FFF)
    return MediaFacts("image/webp", 0, 0)


def _mp4(content: bytes) -> MediaFacts | None:
    if content[4:8] != b"ftyp" or content[8:12] not in _MP4_BRANDS:
        return None
    for start, end in _track_headers(content, 0, len(content)):
        # The last eight bytes of a track header: width and height as 16.16 fixed point.
        width, height = struct.unpack_from(">II", content, end - 8) if end - 8 > start else (0, 0)
        if width and height:
            return MediaFacts("video/mp4", width // _FIXED_POINT, height // _FIXED_POINT)
    return MediaFacts("video/mp4", 0, 0)


def _track_headers(
    content: bytes, at: int, end: int, boxes: tuple[bytes, ...] = _BOXES
) -> Iterator[tuple[int, int]]:
    """Yield where the boxes of track headers begin and end (ISO/IEC 14496-12)."""
    while at + 8 <= end:
        size, kind, head = *struct.unpack_from(">I4s", content, at), 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        box_end = min(end, at + size) if size else end
        if kind == b"tkhd" and not boxes:
            yield at + head, box_end
        if boxes and kind == boxes[0]:
            yield from _track_headers(content, at + head, box_end, boxes[1:])
        at = max(box_end, at + 8)
