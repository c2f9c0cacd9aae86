"""What Facebook and Instagram share: pushes that are signed, and walks over what is there.

Meta repeats a push for 36 hours, and nothing pushed can be asked for later. So the posts and the
comments under them are walked over from time to time, and what did not arrive is found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, quote, urlsplit

from crisisapi.common.setup import Problem
from monitoring.rules.meta import (
    Asked,
    answered_challenge,
    id_of,
    mapping_of,
    moment_of,
    objects_of,
    text_of,
    verify_body,
    wrapped,
)
from monitoring.sources.base import Account, BaseProvider, Page, Push, Reply
from monitoring.sources.graph import Graph, TooMuchData, wait_of
from monitoring.sources.http import Answer, Calls, SourceFault
from monitoring.sources.meta_setup import CREDENTIALS, DAYS, places_of

# Comments are listed late, and clocks differ.
OVERLAP = timedelta(hours=1)
# A walk that was broken off is begun anew when its places in lists are no longer good.
WALK_LASTS = timedelta(hours=24)
# Lists have empty pages with more behind them; so many in a row are an end.
MOST_EMPTY = 20
# What leads to the next page; the rest of its address is known, or secret.
_PLACE_IN_LIST = ("after", "until", "since", "offset", "__paging_token")
_LONGEST_PLACE = 2000


@dataclass(frozen=True)
class Step:
    """One call of a walk; `params` are the place in a list, `empty` the empty pages before it."""

    place: str
    edge: str
    on: str = ""
    params: Mapping[str, str] | None = None
    empty: int = 0

    @classmethod
    def kept(cls, said: Mapping[str, Any]) -> Self:
        """Return a step as the cursor keeps it."""
        return cls(**said)

    def as_json(self) -> dict[str, Any]:
        """Return what the cursor keeps."""
        return {
            "place": self.place,
            "edge": self.edge,
            "on": self.on,
            "params": dict(self.params or {}),
            "empty": self.empty,
        }


@dataclass(frozen=True)
class Walk:
    """How far a walk goes back: to posts from `posts_from` on, to comments from `new_from` on."""

    posts_from: datetime
    new_from: datetime | None


class MetaProvider(BaseProvider):
    """What both do; each says which edges there are, and reads what it gets."""

    is_pushed = True
    is_fetched = True
    tells_removals = True
    interval = timedelta(minutes=15)
    least_interval = timedelta(minutes=1)
    credentials = CREDENTIALS
    place_field: ClassVar[str]
    roots: ClassVar[tuple[str, ...]]
    # Edges that only some tokens may ask for; the walk goes on without them.
    optional: ClassVar[frozenset[str]] = frozenset()
    fields: ClassVar[Mapping[str, Mapping[str, str]]]

    def verify(self, account: Account, push: Push, *, now: datetime) -> str:
        """Check X-Hub-Signature-256 over the untouched bytes; they name the push."""
        return verify_body(account.credentials.get("app_secret", ""), push.headers, push.body)

    def handshake(self, account: Account, push: Push) -> Reply | None:
        """Give the challenge back when the token is the one that was agreed on."""
        token = account.credentials.get("verify_token", "")
        challenge = answered_challenge(token, push.query)
        return None if challenge is None else Reply(200, challenge.encode())

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Walk over posts and comments; a walk that was broken off goes on where it was."""
        if not account.credentials.get("access_token") or account.settings.get("poll") == "off":
            return
        graph = Graph(account, calls)
        state = self._begun(account, cursor, now)
        walk = _walk(account, state, now)
        while state["todo"]:
            step, *rest = [Step.kept(one) for one in state["todo"]]
            answer = self._asked(graph, step)
            more = self._following(step, answer, walk) if answer else []
            state = state | {"todo": [one.as_json() for one in (*more, *rest)]}
            asked = Asked(step.place, step.edge, step.on)
            kept = state if state["todo"] else {"heard": state["began"]}
            yield Page(wrapped(asked, answer.body if answer else b"{}"), kept)
            if state["todo"] and answer and (wait := wait_of(answer)):
                raise SourceFault.rate_limited(wait)

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Ask for each Page or account, and for what else has to be right."""
        if not account.credentials.get("access_token"):
            return []
        graph = Graph(account, calls)
        try:
            return [
                problem
                for place in places_of(account, self.place_field)
                for problem in self.problems_of(graph, place)
            ]
        except SourceFault as fault:
            return [Problem(fault.code, fault.sentence, self._field_of(fault))]

    def problems_of(self, graph: Graph, place: str) -> list[Problem]:
        """Return what is wrong with one Page or account; raises `SourceFault`."""
        raise NotImplementedError

    def _field_of(self, fault: SourceFault) -> str:
        fields = {
            "credentials_refused": "credentials.access_token",
            "rights_missing": "credentials.access_token",
            "app_secret_wrong": "credentials.app_secret",
            "not_found": f"settings.{self.place_field}",
        }
        return fields.get(fault.code, "")

    def _begun(self, account: Account, cursor: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        began = moment_of(cursor.get("began"))
        if cursor.get("todo") and began and now - began < WALK_LASTS:
            return dict(cursor)
        places = places_of(account, self.place_field)
        todo = [Step(place, edge).as_json() for place in places for edge in self.roots]
        return {"heard": cursor.get("heard"), "began": now.timestamp(), "todo": todo}

    def _asked(self, graph: Graph, step: Step) -> Answer | None:
        """Return an answer; None where there is nothing, so that the walk goes on without it."""
        try:
            return self._asked_for_less(graph, step)
        except SourceFault as fault:
            is_optional = step.edge in self.optional and fault.needs_person
            if is_optional and fault.code in ("rights_missing", "refused", "not_found"):
                return None
            if fault.code == "not_found" and step.on:
                return None
            raise

    def _asked_for_less(self, graph: Graph, step: Step) -> Answer:
        params = {**self.fields[step.edge], **(step.params or {})}
        while True:
            try:
                return graph.get(f"{quote(step.on or step.place)}/{step.edge}", params)
            except TooMuchData:
                if params["limit"] == "1":
                    raise
                params["limit"] = str(max(1, int(params["limit"]) // 4))

    def _following(self, step: Step, answer: Answer, walk: Walk) -> list[Step]:
        """Return what is to be asked next: the comments that did not fit, then the next page."""
        said = answer.data()
        rows = [row for row in objects_of(said) if isinstance(row, Mapping)]
        nested = (
            [] if step.edge != self.roots[0] else [self._under(step, row, walk) for row in rows]
        )
        horizon = walk.new_from if step.on else walk.posts_from
        empty = 0 if rows else step.empty + 1
        going = Step(step.place, step.edge, step.on, step.params, empty)
        return [*filter(None, nested), *filter(None, [_next(going, said, rows, horizon)])]

    def _under(self, step: Step, row: Mapping[str, Any], walk: Walk) -> Step | None:
        comments, own_id = mapping_of(row.get("comments")), id_of(row.get("id"))
        if not own_id:
            return None
        rows = [one for one in objects_of(comments) if isinstance(one, Mapping)]
        return _next(Step(step.place, "comments", own_id), comments, rows, walk.new_from)


def _walk(account: Account, state: Mapping[str, Any], now: datetime) -> Walk:
    heard = moment_of(state.get("heard"))
    days = timedelta(days=int(account.settings.get("days") or DAYS))
    since = heard or moment_of(state["began"]) or now
    return Walk(since - days, heard - OVERLAP if heard else None)


def _next(
    step: Step, said: Mapping[str, Any], rows: list[Mapping[str, Any]], horizon: datetime | None
) -> Step | None:
    """Return the step to the next page; None at the end, or behind what is old enough.

    The newest come first, mostly; in a list of another order the end is not known before.
    """
    paging = mapping_of(said.get("paging"))
    params = _place_in_list(paging)
    if not paging.get("next") or not params or params == step.params or step.empty > MOST_EMPTY:
        return None
    if horizon is not None and _is_behind(rows, horizon):
        return None
    return Step(step.place, step.edge, step.on, params, step.empty)


def _place_in_list(paging: Mapping[str, Any]) -> dict[str, str]:
    """Return what of the next page's address leads there: its host and its token are left."""
    try:
        asked = parse_qs(urlsplit(text_of(paging.get("next"))).query)
    except ValueError:
        asked = {}
    found = {name: asked[name][-1] for name in _PLACE_IN_LIST if name in asked}
    after = mapping_of(paging.get("cursors")).get("after")
    if isinstance(after, str) and after:
        found.setdefault("after", after)
    return {name: value for name, value in found.items() if len(value) <= _LONGEST_PLACE}


def _is_behind(rows: list[Mapping[str, Any]], horizon: datetime) -> bool:
    times = [moment_of(row.get("created_time") or row.get("timestamp")) for row in rows]
    known = [one for one in times if one is not None]
    return bool(known) and known[-1] < horizon and known == sorted(known, reverse=True)
