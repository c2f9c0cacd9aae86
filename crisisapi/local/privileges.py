"""How root starts a program that refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from crisisapi.local.errors import RefusedError

_USER = "nobody"
# Lets the user pass directories such as /root (0700) whose mode is not ours to change.
# no_setuid_fixup: access(2) must heed the capability too; PostgreSQL asks it.
_PASS_ALL = (
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
)


def lowered(binary: Path, directory: Path) -> tuple[str, ...]:
    """Return setpriv's options under which root may run the binary on a directory given away.

    The directory's owner is changed to an unprivileged user unless it has one. Nothing is
    returned when we are not root. Refuses when no unprivileged user can be had.
    """
    if os.geteuid() != 0:
        return ()
    user = _owner(directory)
    os.chown(directory, user.pw_uid, user.pw_gid)
    options = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    # Fewest rights first.
    for attempt in (options, (*options, *_PASS_ALL)):
        if _works(attempt, binary, directory):
            return attempt
    raise RefusedError(
        f"PostgreSQL may not run as root, and the user {user.pw_name} cannot reach {directory}: "
        "run as another user, or move the checkout, for example to /srv."
    )


def _owner(directory: Path) -> pwd.struct_passwd:
    try:
        owner = pwd.getpwuid(directory.stat().st_uid)
        return owner if owner.pw_uid != 0 else pwd.getpwnam(_USER)
    except KeyError as error:
        raise RefusedError(
            f"PostgreSQL may not run as root, and there is no user {_USER}: run as another user."
        ) from error


def _works(options: tuple[str, ...], binary: Path, directory: Path) -> bool:
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return False
    probe = ("sh", "-c", 'test -w "$1" && exec "$2" --version', "sh", directory, binary)
    result = subprocess.run(
        [setpriv, *options, "--", *probe], cwd="/", capture_output=True, check=False
    )
    return result.returncode == 0
