"""Which sentiment each output of a model stands for, as its configuration names them."""

from collections.abc import Mapping
from typing import Any

from monitoring.rules.sentiment import Label

_CLASSES: tuple[Label, ...] = ("negative", "neutral", "positive")
_NAMES: dict[str, Label] = {
    **dict.fromkeys(("negative", "neg", "very negative", "1 star", "2 stars"), "negative"),
    **dict.fromkeys(("neutral", "neu", "3 stars"), "neutral"),
    **dict.fromkeys(("positive", "pos", "very positive", "4 stars", "5 stars"), "positive"),
}
# What a configuration says when nobody named its labels; three of them stand in this order.
_UNNAMED = ("label 0", "label 1", "label 2")


class UnknownLabels(ValueError):
    """The outputs cannot be told to be negative, neutral and positive."""


def classes_of(id2label: object) -> tuple[Label, ...]:
    """Return the class of each output, in their order; refuses what does not name all three."""
    if not isinstance(id2label, Mapping) or not id2label:
        raise UnknownLabels("it names no labels (id2label)")
    names = _in_order(id2label)
    if tuple(names) == _UNNAMED:
        return _CLASSES
    unknown = [name for name in names if name not in _NAMES]
    if unknown:
        raise UnknownLabels(f"its labels are not known: {', '.join(names)}")
    classes = tuple(_NAMES[name] for name in names)
    if missing := [one for one in _CLASSES if one not in classes]:
        raise UnknownLabels(f"none of its labels is {' or '.join(missing)}: {', '.join(names)}")
    return classes


def _in_order(id2label: Mapping[Any, Any]) -> list[str]:
    try:
        numbered = {int(number): _plain(str(name)) for number, name in id2label.items()}
    except ValueError as error:
        raise UnknownLabels("its labels are not numbered") from error
    if sorted(numbered) != list(range(len(id2label))):
        raise UnknownLabels("its labels are not numbered from 0 on")
    return [numbered[number] for number in range(len(numbered))]


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())
