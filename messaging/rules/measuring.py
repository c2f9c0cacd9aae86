"""The real limits of each platform (docs/platform-limits.md says where each number is from)."""

from messaging.rules.bidi import check_directions
from messaging.rules.limits import (
    bluesky,
    facebook,
    instagram,
    linkedin,
    mastodon,
    plain,
    threads,
    tiktok,
    x,
    youtube,
)
from messaging.rules.limits.base import (
    Measure,
    Medium,
    Meter,
    Options,
    Platform,
    Post,
    Problem,
    overrun,
)

PLATFORMS: dict[str, Platform] = {
    "x": x.PLATFORM,
    "facebook": facebook.PLATFORM,
    "instagram": instagram.PLATFORM,
    "linkedin": linkedin.PLATFORM,
    "tiktok": tiktok.PLATFORM,
    "youtube": youtube.PLATFORM,
    "threads": threads.PLATFORM,
    "bluesky": bluesky.PLATFORM,
    "mastodon": mastodon.PLATFORM,
    "website": plain.PLATFORM,
    "email": plain.PLATFORM,
    "press": plain.PLATFORM,
    "other": plain.PLATFORM,
}


def measure(platform: str, post: Post) -> Measure:
    """Say how a post fits a platform: its length, and everything wrong with it."""
    rules = PLATFORMS[platform]
    counted = [_counted(meter, post) for meter in rules.meters]
    problems = [problem for _length, found in counted for problem in found]
    problems += [problem for check in rules.checks for problem in check(post)]
    problems += check_directions(post.text)
    if not post.text.strip() and not post.media:
        problems.append(Problem("nothing_said"))
    shown = rules.meters[0]
    return Measure(counted[0][0], shown.limit(post.options), shown.unit, tuple(problems))


def _counted(meter: Meter, post: Post) -> tuple[int, list[Problem]]:
    length, first = overrun(meter, post.text, post.options)
    if first is None:
        return length, []
    limit = meter.limit(post.options) or 0
    said = {"length": length, "limit": limit, "over": length - limit, "unit": meter.unit}
    return length, [Problem(meter.code, "error", "text", first, len(post.text), said)]


__all__ = ["PLATFORMS", "Measure", "Medium", "Options", "Post", "Problem", "measure"]
