"""Places in recordings, as the platforms name them in addresses."""

from urllib.parse import parse_qsl, urlencode, urlsplit

_BY_QUERY = ("youtube.com", "youtu.be")


def is_address(address: str) -> bool:
    """Say whether it is an address of the web that may be shown: https, a host, no spaces."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    is_plain = not any(mark.isspace() or not mark.isprintable() for mark in address)
    is_open = parts.username is None and parts.password is None
    return parts.scheme == "https" and bool(host) and is_plain and is_open


def moment_in(address: str, seconds: int) -> str:
    """Return the address of a recording from a second on.

    YouTube takes `t` in the query; others the fragment `#t=` of Media Fragments URI 1.0 (W3C).
    """
    parts = urlsplit(address)
    if not _is_by_query(parts.hostname or ""):
        return parts._replace(fragment=f"t={seconds}").geturl()
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "t"]
    return parts._replace(query=urlencode([*kept, ("t", f"{seconds}s")])).geturl()


def clock_of(seconds: int) -> str:
    """Return a place in a recording as players show it, e.g. 12:05 or 1:02:05."""
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def _is_by_query(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in _BY_QUERY)
