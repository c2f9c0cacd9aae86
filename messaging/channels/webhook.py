"""Posts handed to a receiver of one's own as signed webhooks (Standard Webhooks 1.0.0)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, one_of, parts_of_address
from messaging.channels.base import Account, BaseWay, Outcome, Piece, cannot_withdraw
from messaging.channels.http import Answer, call, refusal_of
from messaging.channels.platform import checked, ends, failed, problems
from messaging.models import Platform
from messaging.rules.signing import LEAST_BYTES, MOST_BYTES, key_of, signed_headers

_YES_OR_NO = {"true": "", "false": ""}


def _check_url(value: str) -> Any:
    if parts_of_address(value):
        return None
    return _("Give an address that begins with https://, without a name and password in it.")


def _check_secret(value: str) -> Any:
    if key_of(value) is not None:
        return None
    said = {"least": LEAST_BYTES, "most": MOST_BYTES}
    return _("Give a secret of %(least)s to %(most)s bytes in base64, after whsec_.") % said


class WebhookWay(BaseWay):
    """Hands each piece to a receiver, which posts it wherever it likes."""

    kind: ClassVar[str] = "webhook"
    about = gettext_lazy(
        "Hands each post to a receiver of your own, which brings it wherever it likes."
    )
    platforms: ClassVar[frozenset[str]] = frozenset(Platform.values)
    settings: ClassVar[tuple[Field, ...]] = (
        Field("url", gettext_lazy("address"), required=True, check=_check_url),
        Field(
            "is_idempotent",
            gettext_lazy("recognises repetitions"),
            help_text=gettext_lazy("true: it ignores a webhook-id it has seen."),
            check=one_of(_YES_OR_NO),
        ),
        Field(
            "takes_withdrawals",
            gettext_lazy("takes posts down"),
            help_text=gettext_lazy("true: it takes a post down when it gets post.withdraw."),
            check=one_of(_YES_OR_NO),
        ),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field(
            "secret",
            gettext_lazy("signing secret"),
            required=True,
            check=_check_secret,
            is_secret=True,
        ),
        Field(
            "previous_secret",
            gettext_lazy("signing secret before"),
            check=_check_secret,
            is_secret=True,
        ),
    )

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Send it; any 2xx says that it is out, and may say where."""
        answer = checked(_send(account, str(piece.key), "post.publish", _said_of(piece)), _refusal)
        said = answer.data()
        return Outcome(
            "published",
            url=_text(said.get("url")),
            external_id=_text(said.get("id")) or str(piece.key),
        )

    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Say whether sending it again does no harm: that is up to the receiver."""
        if account.settings.get("is_idempotent") != "true":
            return Outcome("unknown", code="not_asked")
        error = _("The receiver recognises a repetition; it is sent again.")
        return Outcome("retry", code="repeatable", error=error)

    @ends
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Ask the receiver to take it down, if it can; it may be asked twice."""
        if account.settings.get("takes_withdrawals") != "true":
            return cannot_withdraw()
        asked = {"id": external_id}
        checked(_send(account, f"withdraw-{external_id}", "post.withdraw", asked), _refusal)
        return Outcome("published", external_id=external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Look whether anything is there: a HEAD request, which posts nothing."""
        answer = call("HEAD", account.settings["url"])
        if answer.status in (404, 410):
            return [Problem("gone", _("There is nothing at this address."), "settings.url")]
        if answer.status >= 500:
            said = _("The receiver answered %(status)s.") % {"status": answer.status}
            return [Problem("server_error", said, "settings.url")]
        return []


def _said_of(piece: Piece) -> dict[str, Any]:
    return {
        "id": str(piece.key),
        "number": piece.number,
        "count": piece.count,
        "title": piece.title,
        "text": piece.text,
        "language": piece.language,
        "attachments": [
            {"url": one.url, "mime_type": one.mime_type, "alt_text": one.alt_text}
            for one in piece.attachments
        ],
        "options": dict(piece.options),
        "reply_to": piece.reply_to,
        "root": piece.root,
    }


def _send(account: Account, message_id: str, kind: str, data: Mapping[str, Any]) -> Answer:
    now = timezone.now()
    body = orjson.dumps({"type": kind, "timestamp": now.isoformat(), "data": data})
    secrets = [account.credentials.get(name, "") for name in ("secret", "previous_secret")]
    signed = signed_headers(
        [secret for secret in secrets if secret],
        message_id=message_id,
        timestamp=int(now.timestamp()),
        body=body,
    )
    headers = {"Content-Type": "application/json", **signed}
    return call("POST", account.settings["url"], content=body, headers=headers)


def _refusal(answer: Answer) -> Outcome:
    if answer.status == 410:
        return failed("gone", _("The receiver wants no more posts. Set the channel inactive."))
    return refusal_of(answer)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
