"""What an act costs in steps of the interpreter: as many on a busy machine as on an idle one."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any


def steps(act: Callable[[], object]) -> int:
    """Return how many lines, calls and returns of Python an act takes in this thread."""
    count = 0

    def tell(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal count
        count += 1
        return tell

    before = sys.gettrace()
    sys.settrace(tell)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def growth(act: Callable[[str], object], text: str) -> float:
    """Return how many times the steps of its first quarter a text takes: 4, or little more.

    What a step does in C, a slice or a pattern, is not seen: `make bench ARGS=text` times that.
    """
    act(text[: len(text) // 16])  # what is loaded and remembered once counts for neither
    quarter = steps(partial(act, text[: len(text) // 4]))
    return steps(partial(act, text)) / quarter
