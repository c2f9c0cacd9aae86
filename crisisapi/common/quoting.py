"""Quoting what somebody sent, shortened."""


def shortened(text: str, length: int) -> str:
    """Return at most `length` code points: marks on a letter count too, whoever heaps them up."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
