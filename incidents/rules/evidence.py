"""What is taken in as evidence: kinds of files, told by their content, and links."""

import io
import re
import zipfile
from urllib.parse import urlsplit

# Pieces of evidence of one fact, or of an incident itself, not counting the withdrawn.
MOST_PIECES = 20

ACCEPTED: dict[str, str] = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "video/mp4": "MP4",
    "text/plain": "TXT",
    "text/csv": "CSV",
    "message/rfc822": "EML",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.oasis.opendocument.text": "ODT",
}

_BEGINNINGS: list[tuple[bytes, str]] = [
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
]
# Brands of ISO 14496-12 file type boxes that players show as MP4.
_MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
)
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ODT = "application/vnd.oasis.opendocument.text"
# Control characters no text has; tabulator, line feed, form feed and return are fine.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What a browser might show as a page of ours, wherever it stands.
_MARKUP = re.compile(r"<\s*(?:!doctype|html|svg|script|iframe|object|embed|\?xml)\b", re.IGNORECASE)
_MAIL_HEADER = re.compile(
    r"^(from|date|message-id|received|return-path):", re.IGNORECASE | re.MULTILINE
)
_MAIL_HEADERS = 2


def content_type_of(content: bytes, file_name: str) -> str | None:
    """Return the media type that the bytes show, None for what is not accepted.

    The name decides nothing but whether a plain text is called a table (CSV).
    """
    for beginning, found in _BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4" if content[8:12] in _MP4_BRANDS else None
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return _text_type(content, file_name)


def is_web_link(url: str) -> bool:
    """Say whether a link leads to the web, http or https, and carries no password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _office_type(content: bytes) -> str | None:
    """Return the type of a container by what it holds; none for one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            names = set(container.namelist())
            if "mimetype" in names:
                with container.open("mimetype") as said:
                    return _ODT if said.read(len(_ODT) + 1) == _ODT.encode() else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((found for part, found in _OFFICE.items() if part in names), None)


def _text_type(content: bytes, file_name: str) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not text.strip() or _NOT_TEXT.search(text):
        return None
    head = text.split("\r\n\r\n", 1)[0].split("\n\n", 1)[0]
    if len({name.lower() for name in _MAIL_HEADER.findall(head)}) >= _MAIL_HEADERS:
        return "message/rfc822"
    if _MARKUP.search(text):
        return None
    return "text/csv" if file_name.lower().endswith(".csv") else "text/plain"
