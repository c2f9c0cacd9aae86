"""The rules of the filtered stream: docs.x.com/x-api/posts/filtered-stream/integrate.

They belong to the app, not to a connection. Ours carry our tag; those of others stay as they are.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from crisisapi.common.sentences import sentence as _
from monitoring.rules.x_posts import id_of, mapping_of, objects, text_of
from monitoring.sources.http import SourceFault
from monitoring.sources.x_calls import Session, rules_missing, said_in
from monitoring.sources.x_setup import lines_of

PATH = "/2/tweets/search/stream/rules"
TAG = "crisis-api"
_PAGES = 10


def rules_at(session: Session) -> list[Mapping[str, Any]]:
    """Return the rules the app has; raises `SourceFault`."""
    found: list[Mapping[str, Any]] = []
    asked: dict[str, str] = {}
    for _page in range(_PAGES):
        said = said_in(session.get(PATH, asked))
        found.extend(objects(said, "data"))
        token = text_of(mapping_of(said.get("meta")).get("next_token"))
        if not token or token == asked.get("pagination_token"):
            break
        asked = {"pagination_token": token}
    return found


def missing_rules(wanted: Iterable[str], rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines that no rule says."""
    there = {_plain(text_of(rule.get("value"))) for rule in rules}
    return [line for line in wanted if _plain(line) not in there]


def keep_rules(session: Session) -> None:
    """Add the rules that are missing, and take away those of ours that nobody wants any more."""
    wanted = lines_of(session.account)
    if not wanted:
        return
    rules = rules_at(session)
    added = missing_rules(wanted, rules)
    if added:
        said = said_in(session.post(PATH, {"add": [{"value": v, "tag": TAG} for v in added]}))
        _refuse_invalid(said)
    if unwanted := _unwanted(wanted, rules):
        session.post(PATH, {"delete": {"ids": unwanted}})


def queries_at(session: Session) -> list[str]:
    """Return what the stream listens for: ours, or else all rules of the app."""
    found = lines_of(session.account) or [
        value for rule in rules_at(session) if (value := text_of(rule.get("value")))
    ]
    if not found:
        raise rules_missing()
    return found


def _unwanted(wanted: Iterable[str], rules: Iterable[Mapping[str, Any]]) -> list[str]:
    kept = {_plain(line) for line in wanted}
    return [
        id_of(rule.get("id"))
        for rule in rules
        if rule.get("tag") == TAG and _plain(text_of(rule.get("value"))) not in kept
    ]


def _refuse_invalid(said: Mapping[str, Any]) -> None:
    """Raise `SourceFault` when X took not all of them; one that is there twice does no harm."""
    for error in objects(said, "errors"):
        if text_of(error.get("title")) == "DuplicateRule":
            continue
        why = next(iter(error.get("details") or ()), "") if _has_details(error) else ""
        words = {"rule": text_of(error.get("value"))[:200], "words": text_of(why)[:200]}
        sentence = _("X does not take the rule “%(rule)s”. It says: %(words)s") % words
        raise SourceFault("rule_refused", sentence, needs_person=True)


def _has_details(error: Mapping[str, Any]) -> bool:
    return isinstance(error.get("details"), list)


def _plain(value: str) -> str:
    return " ".join(value.split())
