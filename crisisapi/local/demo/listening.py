"""Looking at a source as a person does: does it work, what came, how does it fare."""

from collections.abc import Callable
from typing import Any

from crisisapi.local.demo.feed import Feed
from crisisapi.local.demo.service import RefusedByService, Service
from crisisapi.local.demo.source_steps import SOURCE
from crisisapi.local.demo.step import MANAGER, Step
from crisisapi.local.demo.story import Known

Wait = Callable[[Callable[[], bool]], bool]


class Listening:
    """Lets the feed go on with the story, and asks the service what it makes of it."""

    def __init__(self, service: Service, known: Known, feed: Feed, wait: Wait) -> None:
        self._service = service
        self._known = known
        self._feed = feed
        self._wait = wait
        known.ids["feed-address"] = feed.url

    @property
    def address(self) -> str:
        """Where the feed is served."""
        return self._feed.url

    def come_to(self, minute: float) -> None:
        """Let the feed be as it is at a minute."""
        self._feed.minute = minute

    def find_again(self) -> None:
        """Tell a source of an earlier play where the feed is served now."""
        shown = self._service.get(MANAGER, self._path())
        if shown["settings"] != {"url": self._feed.url}:
            self._service.patch(MANAGER, self._path(), {"settings": {"url": self._feed.url}})

    def look(self, step: Step, *, key: str) -> str:
        """Return what the service says after a step, once it has done what was asked."""
        if step.makes:
            return self._tried(key)
        state = "degraded" if step.verb == "source.degraded" else "active"

        def fares_so() -> bool:
            brought = state != "active" or self._brought() >= len(self._feed.entries())
            return brought and self._intake()["state"] == state

        if not self._wait(fares_so):
            raise RefusedByService(f"The feed was not asked: {self._intake()}; is the worker up?")
        said = " ".join(self._intake()["in_words"])
        return f"{self._brought()} mentions from it. {said}"

    def _tried(self, key: str) -> str:
        """Test the source, and preview what it would bring; neither stores anything."""
        problems = self._post("test", {}, key)["problems"]
        if problems:
            raise RefusedByService(f"The test of the feed finds {problems}")
        seen = self._post("preview", {"payload": self._feed.rss()}, key)["mentions"]
        new = [one for one in seen if one["outcome"] == "new"]
        return f"Test: 0 problems. Preview: {len(new)} new, “{seen[-1]['text'].splitlines()[0]}”"

    def _brought(self) -> int:
        rows = self._service.rows(MANAGER, "/deliveries/", source=self._known.ids[SOURCE])
        return sum(row["accepted"] for row in rows)

    def _intake(self) -> dict[str, Any]:
        intake: dict[str, Any] = self._service.get(MANAGER, self._path())["intake"]
        return intake

    def _post(self, action: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        return self._service.post(MANAGER, f"{self._path()}{action}/", body, key=f"{key}:{action}")

    def _path(self) -> str:
        return f"/sources/{self._known.ids[SOURCE]}/"
