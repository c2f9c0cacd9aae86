import os
import socket

import pytest

from crisisapi.local.errors import RefusedError
from crisisapi.local.ports import HOST, chosen_port, free_port


def test_a_free_port_is_taken_as_asked() -> None:
    port = free_port()

    assert chosen_port(str(port)) == port


def test_a_taken_port_is_refused_with_its_holder_and_a_way_out() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(
            RefusedError, match=rf"Port {port} is taken by .*PORT=\d+ make run"
        ) as why:
            chosen_port(str(port))

    assert f"process {os.getpid()}" in str(why.value)


@pytest.mark.parametrize("text", ["web", "0", "65536", "-1", ""])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="PORT must be a number"):
        chosen_port(text)
