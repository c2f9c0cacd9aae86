"""What was found for words, kept to be read again at the price of a look into a dict."""

from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

LONGEST = 40  # characters; what is longer hardly comes again
MOST = 65_536


class Remembered(dict[str, Found]):
    """What a function finds for words, each looked for once; full, it begins anew."""

    def __init__(self, find: Callable[[str], Found]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Found:
        found = self._find(word)
        if len(word) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[word] = found
        return found
