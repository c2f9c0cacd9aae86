"""What weights take for blame and is none: "not bad", and short plain questions."""

import re

MOST_TOKENS = 9  # of a plain question
# What word lists may say against a question: asking alone is worth -0.2.
BLAMELESS_FROM = -0.25

_NOT_BAD = re.compile(
    r"(?:^| )(?:(?:not|isn't|wasn't|aren't|weren't) (?:(?:too|that|so|half|a|really|at all) )?bad"
    r"|(?:ה|ש)?לא (?:כל כך |כזה |היה |הייתה |היו )?רע(?:ה|ים|ות)?)(?= |$)(?! enough)"
)
_REPROACH = re.compile(r"(?:^| )(?:why|how come|למה|מדוע|איך ייתכן|עד מתי)(?= )")


def is_mild(prepared: str, mood: float) -> bool:
    """Whether a text as `prepare` leaves it blames nobody, by its form and its word lists.

    Questions after reasons are none of the plain ones: those who ask why mostly complain.
    """
    if mood >= 0 and _NOT_BAD.search(prepared):
        return True
    return (
        mood > BLAMELESS_FROM
        and prepared.endswith(" ?")
        and prepared.count(" ") < MOST_TOKENS
        and not _REPROACH.search(prepared)
    )
