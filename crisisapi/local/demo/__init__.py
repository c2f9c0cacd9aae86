"""The example crisis, played through the public HTTP API as any other client would."""

from crisisapi.local.demo.mailbox import mailbox_of
from crisisapi.local.demo.telling import SECONDS, play

__all__ = ["SECONDS", "mailbox_of", "play"]
