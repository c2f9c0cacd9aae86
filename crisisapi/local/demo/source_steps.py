"""The steps of a source that is asked: a feed is added, asked for news, and breaks."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.step import MANAGER, Step, says
from crisisapi.local.demo.story import Known

SOURCE = "feed"


def source_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield how a feed is added and asked for what it says, in no order."""
    feed = story["feed"]
    yield _added(feed, story["brand"]["slug"])
    yield _asked(feed["synced_minute"], "source.synced", feed["synced_told"])
    # The second asking is known by what came of it: the log hears that the source fares worse.
    yield _asked(feed["broken_minute"], "source.degraded", feed["broken_told"])


def _added(feed: dict[str, Any], brand: str) -> Step:
    name = feed["name"]["en"] + " · " + feed["name"]["he"]

    def body(known: Known) -> dict[str, Any]:
        return {
            "brand": brand,
            "slug": feed["slug"],
            "name": name,
            "kind": "rss",
            "platform": "blog",
            "settings": {"url": known.ids["feed-address"]},
        }

    return Step(
        minute=feed["minute"],
        who=MANAGER,
        verb="source.created",
        subject=SOURCE,
        path="/sources/",
        body=body,
        sign=says(slug=feed["slug"]),
        makes=True,
        told=feed["added_told"],
        is_fed=True,
        is_scene=True,
    )


def _asked(minute: float, verb: str, told: dict[str, str]) -> Step:
    return Step(
        minute=minute,
        who=MANAGER,
        verb=verb,
        subject=SOURCE,
        path="/sources/{" + SOURCE + "}/sync/",
        told=told,
        is_fed=True,
        is_scene=True,
    )
