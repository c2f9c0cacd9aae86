"""Hootsuite: what comes into its Inbox, and a hint when a message of ours changes its state.

Inbox 2.0 signs (apidocs.hootsuite.com/docs/api/inbox, virtual agents). The callbacks of the REST
platform (developer.hootsuite.com/docs/webhooks) are signed by nobody: they carry a token of ours
in their address, and what they say is looked up before anybody believes it.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, one_of
from monitoring.rules.hootsuite import (
    INBOUND,
    check_age,
    is_callback,
    is_ping,
    mention_in,
    read_events,
    states_in,
    types_in,
)
from monitoring.rules.incoming import Batch, Unreadable, sift
from monitoring.rules.signature import DOES_NOT_FIT, BadSignature
from monitoring.sources.base import Account, BaseProvider, Push, Reply
from monitoring.sources.http import Calls

_HANDED_OVER = frozenset({INBOUND, "CONVERSATION_DELEGATED"})
_SECRET = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")


def _check_secrets(value: str) -> Any:
    """Return what would be right when these are no secrets in hexadecimal digits."""
    secrets = value.split()
    if secrets and all(_SECRET.fullmatch(secret) for secret in secrets):
        return None
    return gettext_lazy(
        "Give the secret as Hootsuite shows it: 32 or more of the digits 0-9 and a-f."
    )


def _check_token(value: str) -> Any:
    """Return what would be right when this cannot stand in an address, or can be guessed."""
    return (
        None if _TOKEN.fullmatch(value) else gettext_lazy("Give 16 to 200 letters, digits, - or _.")
    )


class HootsuiteProvider(BaseProvider):
    """Takes what Hootsuite pushes: events of a virtual agent, and callbacks of the platform."""

    kind = "hootsuite"
    label = gettext_lazy("Hootsuite")
    about = gettext_lazy("Takes private messages and callbacks that Hootsuite pushes.")
    is_pushed = True
    settings = (
        Field(
            "hand_over",
            gettext_lazy("hand conversations to people at once"),
            help_text=gettext_lazy(
                "yes (as when empty): nobody waits for an answer of this service. no: you end the "
                "conversations yourselves, and every message of them comes."
            ),
            check=one_of({"yes": "", "no": ""}),
        ),
    )
    credentials = (
        Field(
            "inbox_secret",
            gettext_lazy("shared secret of the virtual agent"),
            help_text=gettext_lazy(
                "Hexadecimal, as Hootsuite shows it. Several, separated by blanks, while one "
                "takes the place of another."
            ),
            check=_check_secrets,
            is_secret=True,
        ),
        Field(
            "callback_token",
            gettext_lazy("token in the address of callbacks"),
            help_text=gettext_lazy(
                "Made by you, at least 16 letters and digits. Callbacks of the platform come to "
                "the address of this source with ?token= and this at its end."
            ),
            check=_check_token,
            is_secret=True,
        ),
    )

    def ping(self, account: Account, push: Push) -> Reply | None:
        """Answer a ping, which turns on again an address that Hootsuite had given up."""
        return _reply({}) if is_ping(push.body) else None

    def verify(self, account: Account, push: Push, *, now: datetime) -> str:
        """Check the signature over the bytes, or the token of a callback, which has none."""
        if not _is_signed(account, push):
            if not is_callback(push.body):
                raise _unsigned(push)
            _require_token(account, push)
        check_age(push.body, now=now)
        # Hootsuite repeats an event under a new time: the id in it cannot name the bytes.
        return f"pushed:{sha256(push.body).hexdigest()}"

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read one event or an array of them; those of other types are passed over."""
        events = read_events(body)
        if events is None:
            reason = _("The body is neither an event nor an array of them.")
            raise Unreadable("malformed_json", reason)
        batch = sift(events, mention_in, now=now)
        batch.states = states_in(events)
        return batch

    def answer(self, account: Account, push: Push) -> Reply | None:
        """Return the conversation to people, so that nobody waits for a robot that only listens."""
        if is_callback(push.body):
            return None
        keeps = account.settings.get("hand_over") == "no"
        over = not keeps and not _HANDED_OVER.isdisjoint(types_in(push.body))
        return _reply({"complete": "HANDOVER"} if over else {})

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Say when nothing could come; Hootsuite itself cannot be asked."""
        if any(account.credentials.get(name) for name in ("inbox_secret", "callback_token")):
            return []
        sentence = _("Nothing can come: give the secret of the virtual agent, or a token.")
        return [Problem("nothing_signs", sentence, "credentials.inbox_secret")]


def _is_signed(account: Account, push: Push) -> bool:
    given = push.headers.get("x-hootsuite-signature", "").encode(errors="replace")
    for secret in account.credentials.get("inbox_secret", "").split():
        try:
            key = bytes.fromhex(secret)
        except ValueError:
            continue
        expected = hmac.new(key, push.body, sha256).hexdigest().encode()
        if hmac.compare_digest(expected, given):
            return True
    return False


def _unsigned(push: Push) -> BadSignature:
    if not push.headers.get("x-hootsuite-signature"):
        reason = _("Send %(header)s.") % {"header": "X-Hootsuite-Signature"}
        return BadSignature("signature_missing", reason)
    return BadSignature("signature_invalid", DOES_NOT_FIT)


def _require_token(account: Account, push: Push) -> None:
    token = account.credentials.get("callback_token", "")
    given = push.query.get("token", "")
    if not token or not hmac.compare_digest(token.encode(), given.encode(errors="replace")):
        reason = _("The token in the address is missing or another one.")
        raise BadSignature("token_invalid", reason)


def _reply(said: Mapping[str, Any]) -> Reply:
    return Reply(200, orjson.dumps(said), "application/json")


PROVIDER = HootsuiteProvider()
