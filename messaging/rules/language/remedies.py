"""What is offered to those who were harmed, and whether less is offered than before."""

from messaging.rules.language.clauses import Clause, Parsed
from messaging.rules.language.tokens import Token

_MONEY = frozenset(
    {"refund", "refunds", "reimburse", "reimbursement", "החזר", "החזרים", "והחזר", "בהחזר"}
)
_CREDIT = frozenset(
    {"voucher", "vouchers", "coupon", "coupons", "שובר", "שוברים", "בשובר", "קופון", "קופונים"}
)
_FULL = frozenset({"full", "fully", "complete", "מלא", "מלאים", "המלא"})
_PARTIAL = frozenset({"partial", "partly", "half", "חלקי", "חלקיים", "החלקי", "מחצית"})


def weakened(text: Parsed, before: Parsed) -> tuple[Token, Token] | None:
    """Return the words of a lesser offer and of the earlier one: a voucher for money, part for all.

    An offer made beside the earlier one takes nothing away.
    """
    ours, theirs = _offers(text), _offers(before)
    if credit := _word_of(ours, _CREDIT):
        money = _word_of(theirs, _MONEY)
        if money and not _word_of(ours, _MONEY) and not _word_of(theirs, _CREDIT):
            return credit, money
    part, whole = _beside(ours, _PARTIAL), _beside(theirs, _FULL)
    if part and whole and not _beside(ours, _FULL) and not _beside(theirs, _PARTIAL):
        return part, whole
    return None


def _offers(text: Parsed) -> list[Clause]:
    return [clause for clause in text.clauses if not clause.is_negated]


def _word_of(clauses: list[Clause], words: frozenset[str]) -> Token | None:
    found = (token for clause in clauses for token in clause.tokens if token.text in words)
    return next(found, None)


def _beside(clauses: list[Clause], words: frozenset[str]) -> Token | None:
    """Return the word where money is given back in the same clause."""
    with_money = [clause for clause in clauses if _word_of([clause], _MONEY)]
    return _word_of(with_money, words)
