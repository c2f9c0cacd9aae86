"""How findings of consistency are worded, for each reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from messaging.rules.language.findings import Text

_SOURCES = {
    "fact": {"en": "a fact of this incident", "he": "עובדה של האירוע"},
    "message": {"en": "what was published before", "he": "מה שפורסם קודם"},
}
_DIFFERS = {
    "en": "Here it says “{here}”; {source} says “{there}”.",
    "he": "כאן כתוב “{here}”; לפי {source}: “{there}”.",
}
_ALIGN = {
    "en": "Give the number that is known, or say that it has changed and why.",
    "he": "יש לכתוב את המספר הידוע, או לומר שהוא השתנה ומדוע.",
}
_WORDS: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]] = {
    "number": ("consistency.number", _DIFFERS, _ALIGN),
    "amount": (
        "consistency.amount",
        _DIFFERS,
        {
            "en": "Give the same amount, or say that it has changed and why.",
            "he": "יש לכתוב אותו סכום, או לומר שהוא השתנה ומדוע.",
        },
    ),
    "deadline": (
        "consistency.deadline",
        _DIFFERS,
        {
            "en": "Keep the time that was promised, or say openly that it cannot be kept.",
            "he": "יש לעמוד במועד שהובטח, או לומר בגלוי שלא ניתן לעמוד בו.",
        },
    ),
    "date": (
        "consistency.date",
        _DIFFERS,
        {
            "en": "Give the same day and hour, or correct the earlier one openly.",
            "he": "יש לכתוב אותו יום ואותה שעה, או לתקן בגלוי את מה שנאמר קודם.",
        },
    ),
    "contact": (
        "consistency.contact",
        {
            "en": "“{here}” differs by a character or two from “{there}” in {source}.",
            "he": "“{here}” שונה בתו אחד או שניים מ“{there}” ב{source}.",
        },
        {
            "en": "Check which of the two is right.",
            "he": "כדאי לבדוק מה מהשניים נכון.",
        },
    ),
    "promise": (
        "consistency.promise",
        {
            "en": "“{there}” was promised before; now it is “{here}”.",
            "he": "קודם הובטח “{there}”; עכשיו “{here}”.",
        },
        {
            "en": "Keep what was promised, or say openly what has changed and for whom.",
            "he": "יש לקיים את מה שהובטח, או לומר בגלוי מה השתנה ולמי.",
        },
    ),
    "unconfirmed": (
        "consistency.unconfirmed",
        {
            "en": "This is said as true, and it is not confirmed: “{there}”.",
            "he": "הדבר נאמר כאמת, אך הוא לא אומת: “{there}”.",
        },
        {
            "en": "Say that it is being checked, or leave it out until it is confirmed.",
            "he": "יש לומר שהדבר נבדק, או להשמיט אותו עד שיאומת.",
        },
    ),
    "false": (
        "consistency.unconfirmed",
        {
            "en": "This is said as true, and it was found to be false: “{there}”.",
            "he": "הדבר נאמר כאמת, אך נמצא שאינו נכון: “{there}”.",
        },
        {
            "en": "Leave it out, or say what is true instead.",
            "he": "יש להשמיט אותו, או לומר מה נכון במקומו.",
        },
    ),
}


SORTS = tuple(_WORDS)


@dataclass(frozen=True)
class Wording:
    """A rule of consistency with its sentences."""

    rule: str
    reason: Mapping[str, str]
    suggestion: Text

    def reason_of(self, source: str, *, here: str, there: str) -> Text:
        """Return the reason in each language, both quotations put in."""
        return {
            language: sentence.replace("{source}", _SOURCES[source][language])
            .replace("{here}", here)
            .replace("{there}", there)
            for language, sentence in self.reason.items()
        }


@cache
def worded(name: str) -> Wording:
    """Return the rule of a sort of difference."""
    return Wording(*_WORDS[name])
