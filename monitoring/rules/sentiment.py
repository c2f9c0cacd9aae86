"""Whether a text speaks well or badly, by a lexicon of Hebrew and English."""

import math
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from monitoring.rules.lexicon import (
    LANGUAGES,
    NOTHING,
    Entry,
    emoji_weights,
    found_entries,
    plain,
)
from monitoring.rules.remembered import Remembered

Label = Literal["positive", "neutral", "negative", "unknown"]

# Longer texts are judged by their beginning, so that no text takes more than a few milliseconds.
CHARACTERS_READ = 4000

POLAR_FROM = 1.0  # evidence below this, in lexicon weights, leaves a text neutral
PRAISE = 0.8  # praise is cheaper than blame: half of it is politeness
REACH = 3  # words over which a negation or an intensifier carries
NEGATED_PRAISE, NEGATED_BLAME = -0.7, -0.3  # "not good" blames more than "not bad" praises
BEFORE_BUT = 0.5
# Those who complain say what is not, and ask; neither is enough to call a text negative.
DENIAL, MOST_DENIALS, QUESTION = -0.5, 3, -0.5
EMPHASIS, MOST_EMPHASIS = 0.1, 0.4
# Finding nothing is weak evidence that there is nothing.
NEUTRAL_CONFIDENCE = 0.35

NAMES_AND_LINKS = re.compile(r"(?:https?\b|www\.)\S*|@\w+", re.IGNORECASE)


class Sentiment(NamedTuple):
    """`score` from -1 (bad) to 1 (good); `confidence` from 0 to 1; `unknown` has neither."""

    label: Label
    score: float
    confidence: float


@dataclass(slots=True)
class Tally:
    """The evidence collected while a text is read from its first word to its last."""

    hits: list[float] = field(default_factory=list)
    emphasis: float = 0.0
    denials: int = 0
    asks: bool = False
    negated_for: int = 0
    boost: float = 1.0
    boosted_for: int = 0
    just_hit: bool = False

    def add(self, weight: float) -> None:
        """Count a word or phrase, turned by a negation and scaled by an intensifier before it."""
        weight *= (PRAISE if weight > 0 else 1) * (self.boost if self.boosted_for else 1)
        if self.negated_for:
            weight *= NEGATED_PRAISE if weight > 0 else NEGATED_BLAME
        self.hits.append(weight)
        self.negated_for = self.boosted_for = 0
        self.just_hit = True

    def amplify(self, boost: float) -> None:
        """Scale the next hit, or the last one where the intensifier follows it (as in Hebrew)."""
        if self.just_hit:
            self.hits[-1] *= boost
            self.just_hit = False
        else:
            self.boost, self.boosted_for = boost, REACH

    def turn(self) -> None:
        """What stands before a "but" weighs less than what follows."""
        self.hits = [hit * BEFORE_BUT for hit in self.hits]
        self.end_clause()

    def deny(self) -> None:
        """Turn what follows within reach."""
        self.end_clause()
        self.denials += 1
        self.negated_for = REACH

    def end_clause(self) -> None:
        self.negated_for = self.boosted_for = 0
        self.just_hit = False

    def step(self) -> None:
        """Come a word further."""
        if self.negated_for:
            self.negated_for -= 1
        if self.boosted_for:
            self.boosted_for -= 1
        self.just_hit = False


def score_sentiment(text: str, language: str) -> Sentiment:
    """Judge a text; outside Hebrew and English only its emoji speak."""
    tokens = _tokens().findall(NAMES_AND_LINKS.sub(" ", plain(text[:CHARACTERS_READ])))
    tally = Tally()
    if language in LANGUAGES:
        _read(tokens, language, tally)
        return _judge(tally)
    tally.hits = [emoji_weights()[token] for token in tokens if token in emoji_weights()]
    if not tally.hits:
        return Sentiment("unknown", 0.0, 0.0)
    judged = _judge(tally)
    return judged._replace(confidence=round(judged.confidence / 2, 3))


def score_tokens(tokens: list[str], language: str) -> float:
    """The score of a text that is put down as tokens; 0 outside Hebrew and English."""
    if language not in LANGUAGES:
        return 0.0
    tally = Tally()
    _read(tokens, language, tally)
    return _judge(tally).score


def _read(tokens: list[str], language: str, tally: Tally) -> None:
    emoji = emoji_weights()
    following = 0
    for place, entry in enumerate(map(_words(language).__getitem__, tokens)):
        if place < following:
            continue
        if entry is NOTHING:
            tally.step()
        elif entry is not None:
            following = place + 1 + _read_word(entry, tokens, place + 1, tally)
        elif tokens[place] in emoji:
            tally.hits.append(emoji[tokens[place]])
        else:
            _read_mark(tokens[place], tally)


@cache
def _words(language: str) -> Remembered[Entry | None]:
    """The entries of tokens that are words; None for all others."""
    entries = found_entries(language)
    return Remembered(lambda token: entries[token] if token[:1].isalpha() else None)


def _read_word(entry: Entry, tokens: list[str], following: int, tally: Tally) -> int:
    """Tally one word or the phrase it begins; the number of further tokens used up."""
    if entry.phrases and following < len(tokens):
        for rest, weight in entry.phrases.get(tokens[following], ()):
            if tuple(tokens[following : following + len(rest)]) == rest:
                tally.add(weight)
                return len(rest)
    if entry.weight:
        tally.add(entry.weight)
    elif entry.negates:
        tally.deny()
    elif entry.boost:
        tally.amplify(entry.boost)
        return 0
    elif entry.contrasts:
        tally.turn()
    else:
        tally.step()  # a phrase begins with it, and does not go on here
    return 0


def _read_mark(mark: str, tally: Tally) -> None:
    tally.end_clause()
    tally.emphasis += EMPHASIS * mark.count("!")
    tally.asks = tally.asks or "?" in mark


def _judge(tally: Tally) -> Sentiment:
    scale = 1 + min(tally.emphasis, MOST_EMPHASIS)
    mood = DENIAL * min(tally.denials, MOST_DENIALS) + QUESTION * tally.asks
    balance = scale * (sum(tally.hits) + mood)
    evidence = scale * (sum(map(abs, tally.hits)) - mood)
    score = round(balance / math.sqrt(balance * balance + 6), 3)
    if abs(balance) < POLAR_FROM:
        return Sentiment("neutral", score, round(NEUTRAL_CONFIDENCE / (1 + evidence / 4), 3))
    agreement = abs(balance) / evidence
    confidence = round(agreement * evidence / (evidence + 1.5), 3)
    return Sentiment("positive" if balance > 0 else "negative", score, confidence)


@cache
def _tokens() -> re.Pattern[str]:
    """Words (with an inner apostrophe or gershayim), marks that end a clause, smileys and emoji."""
    signs = sorted(emoji_weights(), key=len, reverse=True)
    smileys = "|".join(re.escape(sign) for sign in signs if len(sign) > 1)
    emoji = "".join(sign for sign in signs if len(sign) == 1)
    return re.compile(rf"[^\W\d_]+(?:['\"][^\W\d_]+)*|[!?.,;\n]+|[{emoji}]|{smileys}")
