"""Messages that Hootsuite sends to a social profile, now or once somebody there approves.

apidocs.hootsuite.com/docs/api. It has no key against duplicates, and its lists are by the time a
message is scheduled for, which one sent at once need not have: not to be found proves nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, check_address, check_number
from messaging.channels import hootsuite_media
from messaging.channels.base import NOT_THERE, Account, BaseWay, Outcome, Piece, cannot_withdraw
from messaging.channels.bearer import Bearer, renewed_by_oauth
from messaging.channels.http import Answer, rate_limited, refusal_of
from messaging.channels.platform import (
    SKEW,
    base_of,
    busy,
    cannot_tell,
    checked,
    declined,
    ends,
    failed,
    gone,
    problems,
    repeatable,
    text_with_link,
    unreadable,
)
from messaging.rules.sameness import is_same_text

API_BASE = "https://platform.hootsuite.com"
# A list may span four weeks; what we look for is minutes old.
LOOK_AHEAD = timedelta(days=1)

_RATES = frozenset({1003, 1004, 1043})
_CANNOT_DELETE = 40003
_MEDIA_NOT_READY = 40021
_OPEN = frozenset({"SCHEDULED", "SUBMITTED", "PENDING_APPROVAL", "APPROVED"})
_PROFILES = {
    "x": {"TWITTER"},
    "facebook": {"FACEBOOK", "FACEBOOKPAGE"},
    "instagram": {"INSTAGRAM", "INSTAGRAMBUSINESS"},
    "linkedin": {"LINKEDIN", "LINKEDINCOMPANY"},
    "threads": {"THREADS"},
    "tiktok": {"TIKTOKBUSINESS"},
    "youtube": {"YOUTUBECHANNEL"},
}


class HootsuiteWay(BaseWay):
    """Hands messages to Hootsuite, one for each social profile."""

    kind: ClassVar[str] = "hootsuite"
    about = gettext_lazy("Hands posts to Hootsuite, one for each social profile.")
    platforms: ClassVar[frozenset[str]] = frozenset(_PROFILES)
    calls_back: ClassVar[bool] = True
    settings: ClassVar[tuple[Field, ...]] = (
        Field(
            "social_profile_id",
            gettext_lazy("id of the social profile"),
            required=True,
            check=check_number,
        ),
        Field("api_base", gettext_lazy("address of the API"), check=check_address),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field("client_id", gettext_lazy("client id of the app"), required=True),
        Field(
            "client_secret", gettext_lazy("client secret of the app"), required=True, is_secret=True
        ),
        Field("access_token", gettext_lazy("access token"), is_secret=True),
        Field("refresh_token", gettext_lazy("refresh token"), required=True, is_secret=True),
        Field("expires_at", gettext_lazy("when the access token ends, in Unix seconds")),
        Field("scope", gettext_lazy("what the token may do")),
    )

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Ask Hootsuite to send it at once; `accepted` until it says that it is out."""
        if piece.reply_to:
            return failed("thread_refused", _("Hootsuite sends single posts, no threads."))
        session = _session(account)
        message: dict[str, Any] = {
            "text": text_with_link(piece),
            "socialProfileIds": [account.settings.get("social_profile_id", "")],
        }
        media = hootsuite_media.upload_all(session, piece)
        if media:
            message["media"] = [{"id": media_id} for media_id in media]
        answer = checked(session.call("POST", "/v1/messages", json=message), _refusal)
        return _sent(account, answer)

    @cannot_tell
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Look for the text among the profile's messages; absence is no proof here."""
        for message in _messages(_session(account), account, since):
            if is_same_text(text_with_link(piece), str(message.get("text") or "")):
                return _state_of(message)
        return None

    @ends
    def follow(self, account: Account, external_id: str) -> Outcome:
        """Ask what became of a message; while it is uploaded Hootsuite may not know it."""
        answer = _session(account).call("GET", f"/v1/messages/{quote(external_id, safe='')}")
        message = answer.data().get("data")
        if answer.status == 404 or (answer.is_ok and not isinstance(message, dict)):
            return Outcome("accepted", external_id=external_id)
        checked(answer, _refusal)
        return _state_of({"id": external_id, **(message or {})})

    @repeatable
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Delete a message that is not sent yet; what is out has to go on the network itself."""
        path = f"/v1/messages/{quote(external_id, safe='')}"
        answer = _session(account).call("DELETE", path)
        if answer.status == 404:
            return replace(gone(external_id), code=NOT_THERE)
        if _CANNOT_DELETE in _codes(answer):
            return cannot_withdraw()
        checked(answer, _refusal)
        return gone(external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Ask for the profile: whether it is there, of the right network, and still connected."""
        session = _session(account)
        profile_id = account.settings.get("social_profile_id", "")
        answer = session.call("GET", f"/v1/socialProfiles/{profile_id}")
        if answer.status in (400, 404):
            sentence = _("Hootsuite knows no such profile for this account.")
            return [Problem("not_found", sentence, "settings.social_profile_id")]
        return _problems_of(checked(answer, _refusal).data().get("data") or {}, account.platform)


def _session(account: Account) -> Bearer:
    base = base_of(account, API_BASE)
    renew = renewed_by_oauth(f"{base}/oauth2/token", always_basic=True)
    return Bearer(account, base=base, renew=renew)


def _sent(account: Account, answer: Answer) -> Outcome:
    """Read an answer that may carry messages and errors at once: one message for each profile."""
    said = answer.data()
    rows = said.get("data")
    messages = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    wanted = account.settings.get("social_profile_id", "")
    for message in messages:
        profile = str((message.get("socialProfile") or {}).get("id") or wanted)
        if profile == wanted and message.get("id"):
            return _state_of(message)
    if said.get("errors") and not messages:
        return _refusal(answer)
    return unreadable()


def _state_of(message: Mapping[str, Any]) -> Outcome:
    message_id, state = str(message.get("id") or ""), str(message.get("state"))
    if state == "SENT":
        url = str(message.get("postUrl") or "")
        return Outcome("published", external_id=message_id, url=url)
    if state == "REJECTED":
        return failed("rejected", _("Somebody rejected it in Hootsuite."))
    if state == "SEND_FAILED_PERMANENTLY":
        return failed("refused", _("Hootsuite could not send it, and will not try again."))
    if state in _OPEN:
        return Outcome("accepted", external_id=message_id)
    return unreadable(message_id)


def _refusal(answer: Answer) -> Outcome:
    codes = _codes(answer)
    if codes & _RATES or answer.status == 429:
        return rate_limited(answer.retry_after())
    if _MEDIA_NOT_READY in codes:
        error = _("The platform is still processing a file.")
        return Outcome("retry", code="media_processing", error=error)
    if declined(answer):
        return busy(answer)
    if codes:
        said = {"numbers": ", ".join(map(str, sorted(codes)))}
        return failed("refused", _("Hootsuite refused it: error %(numbers)s.") % said)
    return failed("refused", _("Hootsuite refused it.")) if answer.is_ok else refusal_of(answer)


def _codes(answer: Answer) -> set[int]:
    errors = answer.data().get("errors")
    if answer.status in (401, 403) or answer.status >= 500 or not isinstance(errors, list):
        return set()
    return {
        one["code"] for one in errors if isinstance(one, dict) and isinstance(one.get("code"), int)
    }


def _messages(session: Bearer, account: Account, since: datetime) -> Iterable[dict[str, Any]]:
    asked = {
        "startTime": _time(since - SKEW),
        "endTime": _time(timezone.now() + LOOK_AHEAD),
        "socialProfileIds": account.settings.get("social_profile_id", ""),
        "limit": "100",
        "includeUnscheduledReviewMsgs": "true",
    }
    said = checked(session.call("GET", "/v1/messages", params=asked), _refusal).data()
    rows = said.get("data")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _problems_of(profile: Mapping[str, Any], platform: str) -> list[Problem]:
    found = []
    if profile.get("isReauthRequired") in (1, True):
        sentence = _("The profile has to be connected to Hootsuite again.")
        found.append(Problem("reconnect", sentence))
    network = str(profile.get("type") or "")
    if network and network not in _PROFILES.get(platform, set()):
        sentence = _("The profile is of another network: %(network)s.") % {"network": network}
        found.append(Problem("other_account", sentence, "settings.social_profile_id"))
    return found
