"""What is counted of mentions."""

from dataclasses import dataclass

SENTIMENTS = ("positive", "neutral", "negative")
ENGAGEMENT = ("likes", "comments", "shares")
EMOTIONS = ("anger", "fear", "sadness", "joy", "hope", "sympathy")
INTENTS = ("asks", "complains", "leaves", "praises", "harm")
COUNT_COLUMNS = (
    "mentions",
    "analysed",
    *SENTIMENTS,
    *ENGAGEMENT,
    "reach",
    *EMOTIONS,
    *INTENTS,
)
# An emotion of less strength is kept with its mention, and not counted.
EMOTION_COUNTS_FROM = 0.3


@dataclass(frozen=True)
class Counts:
    """What was counted; engagement is likes, comments and shares together."""

    mentions: int = 0
    analysed: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    reach: int = 0
    anger: int = 0
    fear: int = 0
    sadness: int = 0
    joy: int = 0
    hope: int = 0
    sympathy: int = 0
    asks: int = 0
    complains: int = 0
    leaves: int = 0
    praises: int = 0
    harm: int = 0

    @property
    def known(self) -> int:
        """Those whose sentiment is known."""
        return self.positive + self.neutral + self.negative

    @property
    def unknown(self) -> int:
        """Analysed, and the analyser could not tell."""
        return self.analysed - self.known

    @property
    def engagement(self) -> int:
        """Likes, comments and shares."""
        return self.likes + self.comments + self.shares

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in COUNT_COLUMNS))
