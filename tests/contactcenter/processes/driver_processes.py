"""A program under test: serves a plan of small children, or holds embedded servers, as its first argument says."""

import json
import signal
import sys
from pathlib import Path

from contactcenter.foundation import embedded
from contactcenter.foundation.children import CannotStart
from contactcenter.processes import serve
from contactcenter.settings import Settings
from contactcenter.startup import Command, Plan

CHILDREN = Path(__file__).with_name("children_processes.py")


def main(kind: str, argument: str) -> int:
    match kind:
        case "hold":
            return hold(Path(argument))
        case "serve":
            preparations, processes = json.loads(argument)
            plan = Plan(tuple(map(command, preparations)), tuple(map(command, processes)))
            return serve(Settings(), announce, lambda _settings: plan)
    raise AssertionError(kind)


def command(word: str) -> Command:
    """`name` or `name:behaviour`."""
    name, _, behaviour = word.partition(":")
    return Command(name, (sys.executable, str(CHILDREN), behaviour or name, name))


def announce(settings: Settings) -> list[str]:
    return [f"Open {settings.base_url}"]


def hold(var: Path) -> int:
    try:
        with embedded.servers(var, need_postgres=True, need_valkey=True, fsync=False) as servers:
            print(json.dumps([servers.database, servers.redis]), flush=True)
            signal.pause()
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
