"""Numbers that somebody else wrote down: in a header, in a field of a form."""

MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """Return the number that at most eighteen ASCII digits write; None for any other text.

    Python itself refuses to read numbers of some thousand digits.
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None
