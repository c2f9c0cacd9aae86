"""How often an analyser is right, told from what people said of the same mentions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.rules.counts import SENTIMENTS
from monitoring.rules.intervals import Share, share

UNKNOWN = "unknown"


@dataclass
class Tally:
    """How many mentions people and an analyser judged in which way."""

    # By what the person said and what the analyser found.
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    languages: int = 0
    right_languages: int = 0

    def add(self, said: str, found: str, *, count: int, is_language_right: bool) -> None:
        """Count mentions that were judged in the same way."""
        self.pairs[said, found] = self.pairs.get((said, found), 0) + count
        self.languages += count
        self.right_languages += count if is_language_right else 0


@dataclass(frozen=True)
class Accuracy:
    """Shares of the mentions whose sentiment a person could tell; an analyser's `unknown` errs."""

    judged: int
    undecided: int
    accuracy: Share | None
    negative_recall: Share | None
    negative_precision: Share | None
    macro_f1: float | None
    language_accuracy: Share | None


def accuracy_of(tally: Tally) -> Accuracy:
    """Return the figures of a tally, each with Wilson's interval of 95 % where it is a share.

    Macro-F1 is the mean over the classes that people found, None where they found only one.
    """
    pairs = {pair: count for pair, count in tally.pairs.items() if pair[0] != UNKNOWN}
    decided = sum(pairs.values())
    right = sum(count for (said, found), count in pairs.items() if said == found)
    hits, said, found = _of_class("negative", pairs)
    return Accuracy(
        judged=sum(tally.pairs.values()),
        undecided=sum(tally.pairs.values()) - decided,
        accuracy=share(right, decided),
        negative_recall=share(hits, said),
        negative_precision=share(hits, found),
        macro_f1=_macro_f1(pairs),
        language_accuracy=share(tally.right_languages, tally.languages),
    )


def _of_class(name: str, pairs: Mapping[tuple[str, str], int]) -> tuple[int, int, int]:
    """Return how many both called so, how many people did, and how many the analyser did."""
    return (
        pairs.get((name, name), 0),
        sum(count for (said, _found), count in pairs.items() if said == name),
        sum(count for (_said, found), count in pairs.items() if found == name),
    )


def _macro_f1(pairs: Mapping[tuple[str, str], int]) -> float | None:
    classes = [_of_class(name, pairs) for name in SENTIMENTS]
    scores = [2 * hits / (said + found) for hits, said, found in classes if said]
    return sum(scores) / len(scores) if len(scores) > 1 else None
