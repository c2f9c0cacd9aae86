"""What lets several pytest processes share one Redis: a database of its own for each.

Loaded with `-p`, so that it is done before Django reads its settings.
"""

import os
from urllib.parse import urlsplit

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if _WORKER:
    number = int(_WORKER.removeprefix("gw")) + 1
    address = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()
