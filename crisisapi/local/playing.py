"""The example crisis in a process of its own, so that no fault of it reaches the service."""

import json
import sys

from crisisapi.local.demo import play

if __name__ == "__main__":
    play(**json.load(sys.stdin))
