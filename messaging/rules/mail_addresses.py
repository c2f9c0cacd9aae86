"""Addresses of e-mail: one form for comparing, one for showing to people who need not know."""

import re

# Practical, not RFC 5321 in full: no quoted local parts, no addresses of hosts by number.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
LONGEST = 254


def cleaned(address: str) -> str:
    """Return the address with its domain in lower case and in ASCII; empty when it is none."""
    local, at, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    written = f"{local}{at}{ascii_domain}"
    if len(written) > LONGEST or ".." in written or local.startswith(".") or local.endswith("."):
        return ""
    return written if _ADDRESS.fullmatch(written) else ""


def masked(address: str) -> str:
    """Return e.g. `n…@e….org`: enough to recognise one's own, too little to write to."""
    local, _at, domain = address.partition("@")
    if not local or not domain:
        return ""
    host, _dot, ending = domain.rpartition(".")
    return f"{local[0]}…@{host[:1]}….{ending}"
