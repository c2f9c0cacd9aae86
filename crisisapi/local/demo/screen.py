"""The story on a terminal: phases as they come, and a live picture below them."""

import os
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text as Line

from crisisapi.local.demo.story import FIRST_MINUTE, Text, both

_BAR_WIDTH = 30


class Screen:
    """Shows the story; where there is no terminal, only a line for each phase."""

    def __init__(self, console: Console, *, phases: Sequence[dict[str, Any]], total: int) -> None:
        self._console = console
        self._phases = list(phases)
        self._total = total
        self._language = _language()
        self._minute = float(FIRST_MINUTE)
        self._heard = 0
        self._said = self._done = ""
        self._live = Live(
            console=console, get_renderable=self._picture, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> "Screen":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def come_to(self, minute: float) -> None:
        """Move the clock of the story, and say so when a phase begins."""
        self._minute = minute
        begun = [phase for phase in self._phases if phase["minute"] <= minute]
        if begun:
            self._phases = self._phases[len(begun) :]
            self._console.print(f"  {clock(begun[-1]['minute'])}  {both(begun[-1]['title'])}")

    def hear(self, mentions: Sequence[dict[str, Any]]) -> None:
        """Count mentions, and show the last of them."""
        last = mentions[-1]
        self._heard += len(mentions)
        self._said = f"{last['platform']} @{last['author']['handle']}: {last['text']}"

    def show(self, who: str, verb: str, told: Text) -> None:
        """Show what a player did."""
        self.note(f"{who} → {verb}: {told[self._language]}")

    def scene(self, minute: float, told: Text, detail: str = "") -> None:
        """Tell everybody who watches what was done, and what the service said to it."""
        self._console.print(f"  {clock(minute)}    {both(told)}")
        if detail:
            self._console.print(f"            {' '.join(detail.split())}")

    def note(self, sentence: str) -> None:
        """Show a sentence in place of what a player did."""
        self._done = sentence

    def _picture(self) -> RenderableType:
        head = Table.grid(padding=(0, 1))
        head.add_row(
            f"  {clock(self._minute)}",
            ProgressBar(total=self._total, completed=self._heard, width=_BAR_WIDTH),
            f"{self._heard}/{self._total} mentions · אזכורים",
        )
        return Group(head, _one_line(self._said), _one_line(self._done))


def clock(minute: float) -> str:
    """Return a minute of the story as hours and minutes since the crisis began."""
    hours, minutes = divmod(abs(int(minute)), 60)
    return f"{'-' if minute < 0 else '+'}{hours:02d}:{minutes:02d}"


def _one_line(text: str) -> Line:
    return Line("  " + " ".join(text.split()), no_wrap=True, overflow="ellipsis")


def _language() -> str:
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "he" if locale.startswith("he") else "en"
