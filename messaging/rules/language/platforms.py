"""How a text would stand on a platform as one post: its length, tags, names and links."""

from collections.abc import Iterator, Mapping

from messaging.rules.language.findings import Finding, Text
from messaging.rules.limits.base import Problem
from messaging.rules.measuring import Post, measure

CATEGORY = "platform"

# The rule, its reason and its suggestion, for each problem that wording alone can have.
_TOO_LONG: Text = {
    "en": "{over} too many: {length} where {limit} are taken in one post.",
    "he": "חריגה של {over}: {length} במקום {limit} לכל היותר בפוסט אחד.",
}
_SHORTEN: Text = {
    "en": "Say less, or send it as a thread.",
    "he": "כדאי לקצר, או לפרסם כשרשור.",
}
_FEWER: Text = {"en": "Keep those that matter.", "he": "כדאי להשאיר רק את החשובים."}
_WORDINGS: Mapping[str, tuple[str, Text, Text]] = {
    "too_long": ("platform.length", _TOO_LONG, _SHORTEN),
    "too_many_bytes": ("platform.length", _TOO_LONG, _SHORTEN),
    "too_long_when_sent": ("platform.length", _TOO_LONG, _SHORTEN),
    "too_many_hashtags": (
        "platform.hashtags",
        {
            "en": "{count} hashtags; at most {most} are taken.",
            "he": "{count} האשטאגים; מתקבלים {most} לכל היותר.",
        },
        _FEWER,
    ),
    "many_hashtags": (
        "platform.hashtags",
        {
            "en": "{count} hashtags; more than {most} are not shown any more.",
            "he": "{count} האשטאגים; יותר מ-{most} כבר לא מוצגים.",
        },
        _FEWER,
    ),
    "too_many_mentions": (
        "platform.mentions",
        {
            "en": "{count} names are mentioned; at most {most} are taken.",
            "he": "{count} אזכורים; מתקבלים {most} לכל היותר.",
        },
        _FEWER,
    ),
    "too_many_links": (
        "platform.links",
        {
            "en": "{count} different links; at most {most} are taken.",
            "he": "{count} קישורים שונים; מתקבלים {most} לכל היותר.",
        },
        _FEWER,
    ),
    "link_not_clickable": (
        "platform.links",
        {"en": "Nobody can click this link there.", "he": "שם אי אפשר ללחוץ על הקישור."},
        {
            "en": "Say where the link stands, for example in the profile.",
            "he": "כדאי לומר היכן הקישור נמצא, למשל בפרופיל.",
        },
    ),
}


def fit(text: str, platform: str) -> list[Finding]:
    """Return what the platform would refuse or hide of a text sent as one post, by place.

    Knows the limits of an ordinary account; what a channel may do besides is measured where the
    wording for it is kept. Never an error, since a long text may still be cut into a thread.
    """
    problems = measure(platform, Post(text)).problems
    return sorted(_findings(problems), key=lambda one: (one.start, one.end, one.rule))


def _findings(problems: tuple[Problem, ...]) -> Iterator[Finding]:
    for problem in problems:
        if problem.code in _WORDINGS:
            rule, reason, suggestion = _WORDINGS[problem.code]
            params = dict(problem.params)
            yield Finding(
                rule=rule,
                severity="warning" if problem.severity == "error" else "hint",
                start=problem.start or 0,
                end=problem.end or 0,
                reason={reader: said.format(**params) for reader, said in reason.items()},
                suggestion=suggestion,
                data=params,
                category=CATEGORY,
            )
