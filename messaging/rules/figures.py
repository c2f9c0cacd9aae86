"""Numbers as people read them, the same in Hebrew and in English."""

_SIGNS = {"ils": "₪", "usd": "$", "eur": "€"}
_DECIMALS = 2


def figure(value: float, unit: str) -> str:
    """Return e.g. `1,240`, `86.5%`, `₪250`; two decimals at most, none where there are none."""
    rounded = round(value, _DECIMALS)
    text = f"{rounded:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    if unit == "percent":
        return f"{text}%"
    sign = _SIGNS.get(unit, "")
    return f"-{sign}{text[1:]}" if text.startswith("-") else f"{sign}{text}"
