"""`python -m crisisapi.local run` and `python -m crisisapi.local exec -- COMMAND`."""

import argparse
import sys

from rich.console import Console

from crisisapi.local.errors import RefusedError, refusal
from crisisapi.local.executing import execute
from crisisapi.local.home import Home
from crisisapi.local.running import serve

_DURABLE = "run"


def main(arguments: list[str]) -> int:
    """Run what the arguments say; every refusal is one sentence on stderr and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        if options.action == "run":
            return serve(
                Home.named(_DURABLE), Console(highlight=False, markup=False, soft_wrap=True)
            )
        home = Home.named(options.name)
        return execute(home, options.command, durable=options.name == _DURABLE)
    except RefusedError as error:
        sentence = str(error)
    except OSError as error:
        sentence = str(refusal(error))
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(sentence)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crisisapi.local")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("run", help="the whole service until Ctrl-C")
    execution = actions.add_parser("exec", help="one command with services of its own")
    execution.add_argument("--name", default="test", help="directory under .local to use")
    execution.add_argument("command", nargs="+")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
