"""A process that has imported the suite, and forks for each run of it.

    python tests/runbook/warm.py SOCKET

In comes `{"command", "cwd", "env"}` with a command of Python, out goes `{"code", "stdout", "stderr"}`. While a file
SOCKET.kill is there, runs whose command holds its text are killed, as the kernel does where memory runs out.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any


def run(asked: dict[str, Any]) -> None:
    """Become the command: environment, folder, arguments."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    words = asked["command"][1:]
    sys.argv = words[1:]
    runpy.run_module(words[1], run_name="__main__", alter_sys=True)


def forked(asked: dict[str, Any], doomed: Path) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            if doomed.exists() and doomed.read_text() in " ".join(asked["command"]):
                os.kill(os.getpid(), signal.SIGKILL)
            code = 0
            try:
                run(asked)
            except SystemExit as ended:
                code = int(ended.code or 0)
            except BaseException:  # noqa: BLE001 - it ends here, whatever it was
                code = 3
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return {"code": code, "stdout": out.read(), "stderr": err.read()}


def main(path: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    for name in ("pytest", "boto3", "duckdb", "scipy.stats"):
        importlib.import_module(name)
    for room in ("reports", "fixtures"):
        for name in importlib.import_module(f"{room}.plugins").PLUGINS:
            importlib.import_module(f"{room}.{name}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    parent = os.getppid()
    listening.settimeout(1)
    while os.getppid() == parent:
        try:
            asking, _ = listening.accept()
        except TimeoutError:
            continue
        if os.fork():
            asking.close()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asking.settimeout(None)
        answer = forked(json.loads(asking.makefile().readline()), Path(f"{path}.kill"))
        asking.sendall(json.dumps(answer).encode() + b"\n")
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
