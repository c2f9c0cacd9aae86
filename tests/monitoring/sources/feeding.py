"""A feed source at a local server, asked step by step."""

from datetime import UTC, datetime

from monitoring.models import Intake, Source
from monitoring.services.fetching import fetch_source

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def due(source: Source) -> None:
    """Let a source be due."""
    Intake.objects.filter(source=source).update(due_at=NOW)


def ask(source: Source) -> Intake:
    """Ask a source now; returns how it fares."""
    due(source)
    fetch_source(source.pk)
    return Intake.objects.get(source=source)


def item(name: str, text: str = "Kettle", *, at: str = "Wed, 04 Mar 2026 09:15:00 GMT") -> str:
    """Return an item of RSS."""
    return f"<item><guid>{name}</guid><title>{text}</title><pubDate>{at}</pubDate></item>"


def rss(*items: str) -> bytes:
    """Return a feed of items."""
    return (
        f'<rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'.encode()
    )
