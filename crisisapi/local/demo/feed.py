"""A small feed on this machine, served by the player as long as the story lasts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from crisisapi.local.demo.story import FIRST_MINUTE, Text, both

_HOST, _PATH = "127.0.0.1", "/feed.xml"
_MOVED_TO = "/news.xml"


class Feed:
    """The feed of a blog as it is at a minute of the story; one day a page stands in its place."""

    def __init__(self, told: dict[str, Any], at: Callable[[float], str], port: int) -> None:
        self.url = f"http://{_HOST}:{port}{_PATH}"
        self.minute = float(FIRST_MINUTE)
        self._told = told
        self._at = at

    def document(self) -> tuple[str, str]:
        """Return what is at its address now, and of which type."""
        if self.minute >= self._told["broken_minute"]:
            return _page(self._told["name"]), "text/html; charset=utf-8"
        return self.rss(), "application/rss+xml; charset=utf-8"

    def rss(self) -> str:
        """Return the entries that are out by now, as RSS 2.0."""
        items = "".join(map(self._item, self.entries()))
        title = escape(both(self._told["name"]))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
            f"<title>{title}</title>{items}</channel></rss>\n"
        )

    def entries(self) -> list[dict[str, Any]]:
        """Return what is out by now, the oldest first."""
        return [one for one in self._told["entries"] if one["minute"] <= self.minute]

    def _item(self, entry: dict[str, Any]) -> str:
        said_at = format_datetime(datetime.fromisoformat(self._at(entry["minute"])))
        return (
            f"<item><guid isPermaLink='false'>{entry['id']}</guid><pubDate>{said_at}</pubDate>"
            f"<title>{escape(entry['title'])}</title>"
            f"<description>{escape(entry['text'])}</description></item>"
        )


def _page(name: Text) -> str:
    title = escape(both(name))
    link = f'<link rel="alternate" type="application/rss+xml" href="{_MOVED_TO}">'
    return f"<!doctype html><html><head><title>{title}</title>{link}</head><body></body></html>"


@contextmanager
def serve_feed(told: dict[str, Any], at: Callable[[float], str]) -> Iterator[Feed]:
    """Serve the feed on loopback, on any free port; `at` says when a minute of the story was."""
    server = ThreadingHTTPServer((_HOST, 0), _Handler)
    server.feed = Feed(told, at, server.server_address[1])  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.feed  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with what is there now."""
        text, media_type = self.server.feed.document()  # type: ignore[attr-defined]
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name upstream
        """Say nothing: standard error is the log of faults."""
