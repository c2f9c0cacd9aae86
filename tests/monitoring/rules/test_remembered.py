import pytest

from monitoring.rules import remembered
from monitoring.rules.remembered import LONGEST, Remembered


def test_each_word_is_looked_for_once() -> None:
    asked: list[str] = []

    def find(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = Remembered(find)

    assert [lengths[word] for word in ("tin", "kettle", "tin")] == [3, 6, 3]
    assert asked == ["tin", "kettle"]


def test_it_stays_small_whatever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 5)
    lengths = Remembered(len)

    for number in range(100):
        assert lengths[f"word{number:03}"] == 7
        assert lengths["x" * (LONGEST + 1 + number)] == LONGEST + 1 + number
        assert len(lengths) <= 5
