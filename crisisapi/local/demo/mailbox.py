"""The mails that `make run` keeps as files, read as those would who get them."""

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What Django's file backend writes behind each mail.
_END = b"-" * 79 + b"\n"
_LINK = re.compile(r"https?://\S+")


class Mailbox:
    """All mails of a folder, the oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mails_to(self, address: str) -> Iterator[EmailMessage]:
        """Yield what an address got."""
        # Their names tell seconds only.
        for path in sorted(self.folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
            for part in path.read_bytes().split(_END):
                mail = message_from_bytes(part.strip(), policy=policy.default)
                if address in str(mail["To"] or ""):
                    yield mail

    def link_to(self, address: str, word: str) -> str:
        """Return the path of the newest link with a word in it; empty when there is none yet."""
        found = ""
        for mail in self.mails_to(address):
            text = mail.get_body(("plain",))
            links = _LINK.findall(text.get_content()) if text else []
            found = next((urlsplit(link).path for link in links if word in link), found)
        return found


def mailbox_of(environ: Mapping[str, str]) -> Mailbox | None:
    """Return the mailbox of an environment; None where mails are not kept as files."""
    parts = urlsplit(environ.get("EMAIL_URL", ""))
    return Mailbox(Path(unquote(parts.path))) if parts.scheme == "file" else None
