"""Small files as they would be sent."""

import io
import zipfile

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PDF = b"%PDF-1.7\n%..."
MAIL = b"From: a@example.org\r\nDate: Tue, 9 Jun 2026 08:00:00 +0000\r\n\r\n<html>It cracks</html>"


def container(**parts: str) -> bytes:
    """Return a zip file with these parts; `__` stands for a slash, `_x` for a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_x", "."), text)
    return stream.getvalue()


def office(main: str, *more: str) -> bytes:
    """Return an Office Open XML container with a main part and others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in ("[Content_Types].xml", main, *more):
            made.writestr(name, "<x/>")
    return stream.getvalue()
