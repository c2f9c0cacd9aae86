"""The example crisis, played through the public HTTP API as any other client would."""

from crisisapi.local.demo.telling import SECONDS, play

__all__ = ["SECONDS", "play"]
