"""The smallest files that are what they say, put together from their headers."""

import struct


def png(width: int, height: int) -> bytes:
    """Return the head of a PNG."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


def gif(width: int, height: int) -> bytes:
    """Return the head of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(3)


def jpeg(width: int, height: int) -> bytes:
    """Return a JPEG with an application segment, a fill byte and a frame, without its picture."""
    segment = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8" + segment + frame + b"\xff\xd9"


def webp(width: int, height: int, kind: str = "VP8X") -> bytes:
    """Return the head of a WebP of a kind: VP8X (extended), VP8L (lossless) or VP8 (lossy)."""
    if kind == "VP8X":
        sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + sizes
    elif kind == "VP8L":
        bits = (width - 1) | (height - 1) << 14
        chunk = b"VP8L" + struct.pack("<IBI", 10, 0x2F, bits)
    else:
        chunk = b"VP8 " + struct.pack("<I", 10) + bytes(3) + b"\x9d\x01\x2a"
        chunk += struct.pack("<HH", width, height)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def mp4(width: int, height: int) -> bytes:
    """Return the boxes of an MP4 with a track of sound and one of pictures."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", len(content) + 8, kind) + content

    def track(wide: int, high: int) -> bytes:
        return box(b"trak", box(b"tkhd", bytes(76) + struct.pack(">II", wide << 16, high << 16)))

    return box(b"ftyp", b"isom\0\0\2\0") + box(b"moov", track(0, 0) + track(width, height))
