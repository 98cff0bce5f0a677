"""How does the sandbox live? It binds, builds its scenario, says where it is, serves, and ends with its parent."""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from sandbox import DEFAULT_ACCOUNT, DEFAULT_REGION
from sandbox.errors import ScenarioError
from sandbox.scenario import Scenario, load, shipped

if TYPE_CHECKING:
    from sandbox.world import World


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="An embedded AWS in which something has happened."
    )
    parser.add_argument("--scenario", metavar="NAME_OR_PATH", help="default: healthy, or nothing where --logs is given")
    parser.add_argument("--logs", metavar="DIR", help="exported log events, logged in addition to the scenario's")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--latency-ms", type=float, default=0, metavar="N", help="added to every call")
    parser.add_argument("--log", type=Path, metavar="FILE", help="takes every request, a line of JSON each")
    parser.add_argument("--list", action="store_true", help="print the shipped scenarios and stop")
    parser.add_argument(
        "--parent-pipe", action="store_true", help="end when standard input does: with the process that holds it"
    )
    return parser


def _end_with_stdin() -> None:
    """Leave at end of input: the pipe closes however the parent ends, SIGKILL included."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True, name="parent-pipe").start()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _isolate(port: int) -> None:
    """Nothing of the machine's AWS settings reaches the sandbox, and moto's own calls come back to it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "*",
        "MOTO_PORT": str(port),
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }


def _announcement(scenario: Scenario, port: int, account: str, region: str) -> dict[str, Any]:
    return {
        "endpoint": f"http://127.0.0.1:{port}",
        "scenario": scenario.name,
        "targets": scenario.targets,
        "args": list(scenario.args),
        "expected": list(scenario.expected),
        "account": account,
        "region": region,
        "databases": _databases(),
    }


def _databases() -> list[dict[str, str]]:
    """Where each PostgreSQL is reached, and by whom: for who reads standard output, no file has it."""
    from sandbox.postgres import server

    return [
        {"target": "/".join(key), "dsn": running.dsn(server.READER)} for key, running in sorted(server.running.items())
    ]


def _load_logs(world: World, folder: str) -> None:
    from sandbox.insights.errors import UnreadableLog
    from sandbox.services import logs

    try:
        logs.load(world.account, world.region, folder)
    except UnreadableLog as error:
        raise ScenarioError(str(error)) from None


def _nothing_happened(_world: World) -> None:
    pass


def _scenario(name_or_path: str | None, logs: str | None) -> Scenario:
    """The scenario that is meant; exported logs alone are a world in which nothing else has happened."""
    if name_or_path is None and logs:
        return Scenario(name="logs", path=Path(logs), build=_nothing_happened)
    return load(name_or_path or "healthy")


def serve(
    scenario: Scenario, port: int, latency_ms: float, logs: str | None = None, journal: Path | None = None
) -> None:
    """Serve a scenario on a loopback port until interrupted; prints one JSON line once it can be asked.

    `logs` is a folder of exported log events, `journal` a file that takes every request. Raises ScenarioError where the
    scenario's `build` fails or the folder holds what is no log, OSError where the port or the file cannot be had.
    """
    from sandbox.listener import bind

    server = bind(port)
    gc.disable()  # a fifth of the time goes into looking for garbage among what stays
    _isolate(server.port)
    from moto.moto_api._internal import mock_random

    from sandbox import inside, logged_functions, models
    from sandbox.gateway import Gateway
    from sandbox.journal import Journal
    from sandbox.services import era
    from sandbox.world import World

    models.share()
    gateway = Gateway(latency_ms)
    server.app = Journal(gateway, journal) if journal else gateway
    threading.Thread(target=server.serve_forever, daemon=True, name="server").start()
    clients = inside.Clients(gateway)
    inside.use(clients)
    world = World(gateway, clients, account=DEFAULT_ACCOUNT, region=DEFAULT_REGION)
    mock_random.seed(scenario.name)  # the same scenario makes the same ids, so that two runs can be compared
    # Scenarios and moto may print; standard output is for the one line below, and later its reader may be gone.
    output, sys.stdout = sys.stdout, sys.stderr
    scenario.build(world)
    if logs:
        _load_logs(world, logs)
        if scenario.build is _nothing_happened:
            logged_functions.tell(world)
    era.begin_now()
    gateway.log.clear()
    gc.freeze()
    gc.enable()
    announcement = _announcement(scenario, server.port, world.account, world.region)
    announcement["log"] = str(journal) if journal else None
    print(json.dumps(announcement), file=output, flush=True)
    threading.Event().wait()


def main(words: list[str] | None = None) -> int:
    """The command line; returns the exit code: 0 ended, 2 the scenario or the port cannot be used."""
    options = _parser().parse_args(words)
    signal.signal(signal.SIGTERM, _interrupt)
    if options.list:
        print("\n".join(shipped()))  # noqa: T201
        return 0
    if options.parent_pipe:
        _end_with_stdin()
    try:
        serve(_scenario(options.scenario, options.logs), options.port, options.latency_ms, options.logs, options.log)
    except KeyboardInterrupt:
        return 0
    except (ScenarioError, OSError) as error:
        print(f"sandbox: {error}", file=sys.stderr)  # noqa: T201
        return 2
    finally:
        _stop_databases()
    return 0


def _stop_databases() -> None:
    from sandbox.postgres import server

    server.stop_all()
