"""Where a list of Mention (mention.com) goes on, and from which id it is asked for next.

`since_id` lists by id, the order in which mentions were found; dates list by publication. An older
post may be found later, so only ids tell what is new. Which way ids run, and whether a list by
`since_id` has a link to more, is not documented: both are taken as they come.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from monitoring.rules.mention_fields import mapping, words
from monitoring.rules.mention_payloads import listed

PAGE = 500
_WITH_CHILDREN = {"include_children": "1", "limit": str(PAGE)}
# Nothing of a link but how to go on: where to, and as whom, is ours to say.
_NOT_OF_A_LINK = frozenset({"access_token"})
_VALUE_LIMIT = 2_000
# Published in the future by a clock that is fast.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """How far one alert was read.

    All that was found up to the id `since` has been seen. While a list is under way, `top` is
    what `since` becomes at its end, and `going` how to ask for its next page. `children` are ids
    of mentions, and cursors, whose grouped posts are still to be asked for.
    """

    since: int | None = None
    top: int | None = None
    going: Mapping[str, str] = field(default_factory=dict)
    children: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kept: Any) -> "Standing":
        """Return what was kept in a cursor; from the beginning when it cannot be read."""
        found = mapping(kept)
        children = found.get("children")
        return cls(
            since=_number(found.get("since")),
            top=_number(found.get("top")),
            going=_params(found.get("going")),
            children=tuple((str(one), str(cursor)) for one, cursor in children or ()),
        )

    def kept(self) -> dict[str, Any]:
        """Return what goes into a cursor."""
        said = {
            "since": None if self.since is None else str(self.since),
            "top": None if self.top is None else str(self.top),
            "going": dict(self.going),
            "children": [list(one) for one in self.children],
        }
        return {name: value for name, value in said.items() if value}


def question(standing: Standing, *, now: datetime, window: timedelta) -> dict[str, str]:
    """Return how to ask for the next page: going on, what is new, or what the window holds."""
    if standing.going:
        return dict(standing.going)
    if standing.since is not None:
        return {"since_id": str(standing.since), **_WITH_CHILDREN}
    return _window(now, window)


def behind(
    standing: Standing, asked: Mapping[str, str], data: Any, *, now: datetime, window: timedelta
) -> Standing:
    """Return how far it was read when this answer has been stored; `going` when it goes on."""
    found = replace(standing, children=standing.children + _unseen_children(data))
    if "since_id" in asked:
        return _behind_ids(found, asked, data, now, window)
    if standing.since is None:
        return _behind_window(found, asked, data)
    return _behind_known(found, asked, data)


def behind_children(standing: Standing, data: Any) -> Standing:
    """Return how far it was read when this page of the first open children has been stored."""
    (parent, before), *others = standing.children
    cursor = _more(data).get("cursor", "")
    goes_on = cursor and cursor != before
    left = [(parent, cursor), *others] if goes_on else others
    return replace(standing, children=tuple(left))


def afresh(standing: Standing) -> Standing:
    """Return where to begin when the link to go on has ceased to work."""
    return replace(standing, top=None, going={})


def _behind_ids(
    standing: Standing, asked: Mapping[str, str], data: Any, now: datetime, window: timedelta
) -> Standing:
    ids, since, more = _ids(data), standing.since or 0, _more(data)
    top = max([since, *ids])
    is_full = bool(more) or len(ids) >= PAGE
    if not is_full or top == since:
        return _ended(standing, top)
    if ids == sorted(ids):
        # Oldest first: whatever is missing lies above.
        return replace(standing, since=top, top=None, going={**asked, "since_id": str(top)})
    # Newest first: what is missing lies between. Without a link only the dates lead there.
    if more:
        return replace(standing, since=since, top=top, going=more)
    return replace(standing, since=None, top=top, going=_window(now, window))


def _behind_window(standing: Standing, asked: Mapping[str, str], data: Any) -> Standing:
    # Only the first page says what was found before it was asked for. What is found while the
    # others are read comes again by its id.
    top = standing.top
    if top is None:
        top = max(_ids(data), default=_pulled(data))
    more = _more(data)
    if more and more != dict(asked):
        return replace(standing, top=top, going=more)
    return _ended(standing, top)


def _behind_known(standing: Standing, asked: Mapping[str, str], data: Any) -> Standing:
    more, ids = _more(data), _ids(data)
    is_known = bool(ids) and max(ids) <= (standing.since or 0)
    if more and more != dict(asked) and not is_known:
        return replace(standing, going=more)
    return _ended(standing, standing.top)


def _ended(standing: Standing, since: int | None) -> Standing:
    return replace(standing, since=since, top=None, going={})


def _window(now: datetime, window: timedelta) -> dict[str, str]:
    return {
        "before_date": (now + _AHEAD).isoformat(timespec="microseconds"),
        "not_before_date": (now - window).isoformat(timespec="microseconds"),
        **_WITH_CHILDREN,
    }


def _ids(data: Any) -> list[int]:
    numbers = (_number(mapping(item).get("id")) for item in listed(data) or [])
    return [number for number in numbers if number is not None]


def _unseen_children(data: Any) -> tuple[tuple[str, str], ...]:
    """Return the mentions that have more children than came with them."""
    items = [mapping(item) for item in listed(data) or []]
    here = {words(item, "id") for item in items}
    return tuple((words(item, "id"), "") for item in items if _has_more(item, here))


def _has_more(item: Mapping[str, Any], here: set[str]) -> bool:
    said = mapping(item.get("children"))
    nested = [words(mapping(one), "id") for one in listed(said) or []]
    if not words(item, "id") or (nested and here.issuperset(nested)):
        return False
    total = _number(said.get("total")) or 0
    return bool(_more(said)) or total > len(nested)


def _more(data: Any) -> dict[str, str]:
    return _followed(data, "more")


def _pulled(data: Any) -> int | None:
    """Return the id that the link to what is new begins at."""
    return _number(_followed(data, "pull").get("since_id"))


def _followed(data: Any, name: str) -> dict[str, str]:
    link = mapping(mapping(mapping(data).get("_links")).get(name))
    try:
        query = dict(parse_qsl(urlsplit(words(link, "href")).query))
    except ValueError:
        query = {}
    return _params(query) or _params(link.get("params"))


def _params(value: Any) -> dict[str, str]:
    said = mapping(value)
    texts = {name: words(said, name) for name in said if name not in _NOT_OF_A_LINK}
    return {name: text for name, text in texts.items() if text and len(text) <= _VALUE_LIMIT}


def _number(value: Any) -> int | None:
    said = words({"value": value}, "value")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None
