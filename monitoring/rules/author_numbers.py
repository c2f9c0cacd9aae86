"""Numbers of authors: one for each account, which does not tell whose it is."""

import hashlib


def author_number(platform: str, account_id: str, handle: str, *, secret: bytes) -> int | None:
    """Return the signed 64-bit number of an account; None when nothing names it.

    By its id where the platform gives one, since handles change hands. `secret` has 16 to 64
    bytes: without it nobody can try out whose number it is.
    """
    if account_id:
        name = f"{platform}\0id\0{account_id}"
    elif handle:
        name = f"{platform}\0handle\0{handle.removeprefix('@').casefold()}"
    else:
        return None
    digest = hashlib.blake2b(name.encode(), digest_size=8, key=secret).digest()
    return int.from_bytes(digest, signed=True)
