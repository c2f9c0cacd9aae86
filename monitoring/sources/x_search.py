"""Walking through what X finds, the newest first, so that nothing is missed on the way.

A walk goes from the newest post back to what the walk before has seen. Where it stands is in the
cursor: broken off anywhere it goes on there, and only its end moves `since`. Tokens of X do not
expire (docs.x.com/x-api/posts/search/integrate/paginate); one that is refused all the same begins
the walk anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitoring.rules.x_posts import id_at, id_of, mapping_of, objects, text_of, time_of_id
from monitoring.sources.base import Page
from monitoring.sources.http import Answer, SourceFault
from monitoring.sources.x_calls import FIELDS, Session, refusal_of, said_in

PAGE = "100"
QUERY_LENGTH = 512
# How far recent search goes back, less the time a call may take.
REACH = timedelta(days=7) - timedelta(minutes=2)
# X shows a post half a minute after it was made, some later: the end of a walk is walked again.
SETTLED = timedelta(minutes=2)


@dataclass(frozen=True)
class Search:
    """One thing to ask for; `reach` is how far back X looks, None when there is no such limit."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    token: str = "next_token"  # noqa: S105
    reach: timedelta | None = REACH


def recent(query: str) -> Search:
    """Return the search for what was said in the last seven days."""
    return Search("/2/tweets/search/recent", {"query": query})


def mentions_of(user_id: str) -> Search:
    """Return the search for what mentions an account: X has the last 800."""
    return Search(f"/2/users/{user_id}/mentions", token="pagination_token", reach=None)  # noqa: S106


def joined(lines: Sequence[str]) -> list[str]:
    """Return as few queries as X's limit of characters allows that find what any line finds."""
    if len(lines) < 2:
        return list(lines)
    found: list[str] = []
    for line in lines:
        both = f"{found[-1]} OR ({line})" if found else f"({line})"
        if found and len(both) <= QUERY_LENGTH:
            found[-1] = both
        else:
            found.append(f"({line})")
    return found


def walk(
    session: Session, searches: Sequence[Search], cursor: Mapping[str, Any], *, lookback: timedelta
) -> Iterator[Page]:
    """Yield each page of each search with the cursor behind it.

    What is not known yet is asked for from `lookback` ago. Walks in vain yield nothing.
    """
    state = dict(cursor) if "began" in cursor else _begun(cursor, session.now)
    is_known = state == dict(cursor)
    while "began" in state:
        state, answer = _ask(session, searches, state, lookback)
        said = said_in(answer)
        following = _behind(state, said, answer, len(searches))
        is_vain = not said.get("data") and not following.get("next") and bool(state["since"])
        if is_known or not is_vain:
            yield Page(answer.body, following)
            is_known = True
        state = following


def _begun(cursor: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    since = text_of(cursor.get("since"))
    return {"since": since, "newest": "", "began": now.isoformat(), "part": 0, "next": ""}


def _ask(
    session: Session, searches: Sequence[Search], state: dict[str, Any], lookback: timedelta
) -> tuple[dict[str, Any], Answer]:
    """Return the state that was asked from, which is a new one when X knows its token no more."""
    search = searches[min(state["part"], len(searches) - 1)]
    answer = session.try_get(search.path, _params(search, state, session.now, lookback))
    if answer.status == 400 and (state["next"] or state["part"]):
        state = _begun(state, session.now)
        search = searches[0]
        answer = session.try_get(search.path, _params(search, state, session.now, lookback))
    if not answer.is_ok:
        raise refusal_of(answer, now=session.now)
    return state, answer


def _params(
    search: Search, state: Mapping[str, Any], now: datetime, lookback: timedelta
) -> dict[str, str]:
    asked = {**search.params, **FIELDS, "max_results": PAGE}
    began = datetime.fromisoformat(state["began"])
    since = time_of_id(state["since"])
    if since and (search.reach is None or since > began - search.reach):
        asked["since_id"] = state["since"]
    else:
        back = search.reach if since and search.reach else lookback
        asked["start_time"] = (began - back).strftime("%Y-%m-%dT%H:%M:%SZ")
    if state["next"]:
        asked[search.token] = state["next"]
    return asked


def _behind(
    state: Mapping[str, Any], said: Mapping[str, Any], answer: Answer, parts: int
) -> dict[str, Any]:
    """Return where to go on: the next page, the next search, or the end of the walk."""
    following = next_of(said, answer)
    if following and following == state["next"]:
        raise SourceFault.not_understood(answer.body)
    newest = _newest(state["newest"], said)
    if following:
        return {**state, "newest": newest, "next": following}
    if state["part"] + 1 < parts:
        return {**state, "newest": newest, "part": state["part"] + 1, "next": ""}
    return {"since": _since(state, newest)}


def next_of(said: Mapping[str, Any], answer: Answer) -> str:
    """Return the token of the next page; raises `SourceFault` for what is no page at all."""
    data, meta = said.get("data"), said.get("meta")
    is_page = isinstance(meta, Mapping) or isinstance(data, list)
    if not is_page or not isinstance(data or [], list):
        raise SourceFault.not_understood(answer.body)
    return text_of(mapping_of(meta).get("next_token"))


def _newest(known: str, said: Mapping[str, Any]) -> str:
    ids = [known, *(id_of(post.get("id")) for post in objects(said, "data"))]
    timed = [int(one) for one in ids if time_of_id(one)]
    return str(max(timed)) if timed else ""


def _since(state: Mapping[str, Any], newest: str) -> str:
    """Return what the next walk goes back to: what is younger may not all be shown yet."""
    settled = id_at(datetime.fromisoformat(state["began"]) - SETTLED)
    reached = min(int(newest), settled) if newest else settled
    return str(max(reached, int(state["since"] or 0)))
