"""Imports of files: each batch of rows is a delivery of our own shape."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from monitoring.rules.incoming import Batch, parse_body
from monitoring.sources.base import Account, BaseProvider


class FileProvider(BaseProvider):
    """Takes what the command `import_mentions` reads (monitoring/sources/files.py)."""

    kind = "file"
    label = _("import of files")
    about = _("Takes what a command reads from files; nothing is asked, and nobody pushes.")

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read `{"mentions": […]}`."""
        return parse_body(body, now=now)


PROVIDER = FileProvider()
