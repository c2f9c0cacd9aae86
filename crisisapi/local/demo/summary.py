"""What the story came to, asked of the API."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from crisisapi.local.demo.mailbox import Mailbox
from crisisapi.local.demo.service import API, Service
from crisisapi.local.demo.step import RESPONDER
from crisisapi.local.demo.story import FIRST_MINUTE, LAST_MINUTE, Known

# The messages were out by then; the bucket they came out in belongs to neither side.
_MESSAGE_FROM, _MESSAGE_UNTIL = 150, 155
_LONGEST = 3


def counts(
    service: Service, known: Known, brand: str, first: int = FIRST_MINUTE, last: int = LAST_MINUTE
) -> dict[str, Any]:
    """Return what was counted between two minutes of the story."""
    window = {"since": known.at(first), "until": known.at(last)}
    answer = service.get(RESPONDER, "/metrics/", brand=brand, **window)
    totals: dict[str, Any] = answer["totals"]
    return totals


def summary(
    service: Service,
    known: Known,
    *,
    story: dict[str, Any],
    brand: str,
    base_url: str,
    mailbox: Mailbox | None,
) -> Iterator[tuple[str, str]]:
    """Yield names and results, and then where to look on."""
    incident = known.ids["incident"]
    whole = counts(service, known, brand)
    before = counts(service, known, brand, 0, _MESSAGE_FROM)
    after = counts(service, known, brand, _MESSAGE_UNTIL, LAST_MINUTE)
    yield "Mentions", f"{whole['mentions']}, {whole['analysed']} of them analysed"
    yield "Negative before the message", _share(before["negative_share"])
    yield "Negative after the message", _share(after["negative_share"])
    for alert in reversed(list(service.rows(RESPONDER, "/alerts/", brand=brand))):
        began_at = datetime.fromisoformat(alert["started_at"]).astimezone(UTC)
        yield "Alert", f"{alert['said']} Since {began_at:%H:%M} UTC"
    for goal in service.rows(RESPONDER, "/goals/", incident=incident):
        yield "Goal", f"{_goal(goal)}: {goal['title']}"
    yield from _response(service, incident)
    yield from _checked(service, known, story["first_reply"]["text"]["he"])
    yield from _held_back(service, known)
    if mailbox is not None:
        yield from _mails(mailbox, story["public"]["subscriber"]["address"])
    yield "Public page", f"{base_url}/p/{story['public']['page']['slug']}/"
    yield "Incident", f"{base_url}/admin/incidents/incident/{incident}/change/"
    yield "Review", f"{base_url}/admin/incidents/review/{known.ids['review']}/change/"
    yield "Metrics", f"{base_url}{API}/incidents/{incident}/metrics/"
    yield "Timeline", f"{base_url}{API}/incidents/{incident}/timeline/"


def _response(service: Service, incident: str) -> Iterator[tuple[str, str]]:
    """Yield how the organisation did: what it judged, promised and published, and how fast."""
    now = service.get(RESPONDER, f"/incidents/{incident}/")
    reason = next(iter(now["severity_reasons"]), "")
    yield "Severity", f"{now['severity']} set, {now['computed_severity']} computed: {reason}"
    advice = service.get(RESPONDER, f"/incidents/{incident}/advice/")
    yield "Advice", advice["strategy"]["sentence"]
    promises = service.rows(RESPONDER, "/tasks/", incident=incident, kind="commitment")
    for task in reversed(list(promises)):
        due_at = datetime.fromisoformat(task["due_at"]).astimezone(UTC)
        yield "Promise", f"{task['public_state']}, due {due_at:%d %B %H:%M} UTC: {task['title']}"
    yield "Messages", _by(service.rows(RESPONDER, "/messages/", incident=incident), "status")
    yield "Clocks", _by(service.rows(RESPONDER, "/clocks/", incident=incident), "state")
    yield "Waited longest on", _waited(service.get(RESPONDER, f"/incidents/{incident}/waiting/"))


def _checked(service: Service, known: Known, text: str) -> Iterator[tuple[str, str]]:
    """Yield what the language checks say of the first reply, which was posted without them."""
    incident = known.ids["incident"]
    body = {"incident": incident, "text": text, "language": "he"}
    key = f"{incident}:first-reply"
    found = service.post(RESPONDER, "/language-checks/", body, key=key)["findings"]
    for finding in [one for one in found if one["quote"]][:_LONGEST]:
        yield "First reply", f"“{finding['quote']}”: {finding['reason']} {finding['suggestion']}"


def _held_back(service: Service, known: Known) -> Iterator[tuple[str, str]]:
    """Yield what became of what the brake stopped."""
    rows = service.rows(RESPONDER, "/publications/", held_for=known.ids["hold"])
    yield "Held back by the brake", _by(rows, "status")


def _mails(mailbox: Mailbox, address: str) -> Iterator[tuple[str, str]]:
    """Yield what a subscriber got last, and where it is kept."""
    mails = list(mailbox.mails_to(address))
    if mails:
        last, folder = mails[-1]["Subject"], os.path.relpath(mailbox.folder)
        yield "Mails to a subscriber", f"{len(mails)} in {folder}, the last: {last}"


def _by(rows: Iterable[dict[str, Any]], name: str) -> str:
    """Count rows by a field of theirs."""
    found = Counter(row[name].replace("_", " ") for row in rows)
    return ", ".join(f"{count} {value}" for value, count in found.most_common())


def _waited(waiting: dict[str, Any]) -> str:
    longest = sorted(waiting["totals"], key=lambda total: -total["seconds"])[:_LONGEST]
    return ", ".join(f"{one['display_name']} {one['seconds']} s" for one in longest)


def _share(share: dict[str, float] | None) -> str:
    if share is None:
        return "nothing is known"
    return f"{share['value']:.0%} (95 % interval: {share['low']:.0%} to {share['high']:.0%})"


def _goal(goal: dict[str, Any]) -> str:
    if goal["current"] is None:
        return str(goal["state"])
    numbers = (goal["baseline"], goal["current"], goal["target"])
    baseline, current, target = (f"{number:.0%}" for number in numbers)
    at = datetime.fromisoformat(goal["measured_at"]).astimezone(UTC)
    state = goal["state"].replace("_", " ")
    return f"{state}, {baseline} → {current} of {target} at {at:%H:%M:%S} UTC"
