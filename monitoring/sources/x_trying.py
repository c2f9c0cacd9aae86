"""Whether a source of X would work: what is missing, and what X says to it."""

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Problem
from monitoring.sources.base import Account
from monitoring.sources.http import SourceFault
from monitoring.sources.x_asking import searches_of
from monitoring.sources.x_calls import Session, rules_missing
from monitoring.sources.x_rules import missing_rules, rules_at
from monitoring.sources.x_setup import asks_for_mentions, lines_of, says_yes, streams

# X returns no fewer; each post that is read is paid for.
_LEAST = {"search": "10", "mentions": "5"}
_FIELDS = {
    "account_unknown": "settings.username",
    "credentials_refused": "credentials.bearer_token",
    "query_refused": "settings.query",
    "rules_missing": "settings.query",
}


def problems_of(session: Session) -> list[Problem]:
    """Ask for as little as shows that the token, the plan and the search are good."""
    if found := _lacks(session.account):
        return found
    try:
        _try(session)
        return _problems_of_rules(session)
    except SourceFault as fault:
        return [Problem(fault.code, fault.sentence, _FIELDS.get(fault.code, ""))]


def _lacks(account: Account) -> list[Problem]:
    """Return what the mode cannot do without and was not given."""
    given = {
        **{f"settings.{name}": value for name, value in account.settings.items()},
        **{f"credentials.{name}": value for name, value in account.credentials.items()},
    }
    sentence = _("This way of listening needs it.")
    return [Problem("missing", sentence, one) for one in _needed(account) if not given.get(one)]


def _needed(account: Account) -> list[str]:
    mode = account.settings.get("mode")
    needed = ["credentials.consumer_secret" if mode == "push" else "credentials.bearer_token"]
    if mode == "search" or (mode == "stream" and says_yes(account, "manage_rules")):
        needed.append("settings.query")
    if mode == "push" and asks_for_mentions(account):
        needed.append("credentials.bearer_token")
    if asks_for_mentions(account):
        needed.append("settings.username")
    return needed


def _try(session: Session) -> None:
    mode = str(session.account.settings.get("mode"))
    for search in searches_of(session):
        session.get(search.path, {**search.params, "max_results": _LEAST.get(mode, "5")})


def _problems_of_rules(session: Session) -> list[Problem]:
    account = session.account
    if not streams(account):
        return []
    rules, wanted = rules_at(session), lines_of(account)
    if says_yes(account, "manage_rules"):
        return []
    if not rules and not wanted:
        raise rules_missing()
    sentence = _("The stream has no such rule: %(rule)s. Add it at X, or let us keep the rules.")
    return [
        Problem("rule_missing", sentence % {"rule": line[:200]}, "settings.query")
        for line in missing_rules(wanted, rules)
    ]
