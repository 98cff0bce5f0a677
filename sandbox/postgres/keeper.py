"""How does a database server end with its sandbox? A keeper holds it, and its standard input is a pipe to the sandbox.

`python -m sandbox.postgres.keeper VERSION [SETTING=VALUE…]` makes a server in a new folder, prints one line of JSON
(`{"port", "password", "pid", "folder"}`), and waits for the end of its input, which comes however the sandbox ends,
kill -9 included. Then the server and the folder go. The wheel's own API stops its servers at exit of a healthy
interpreter only.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sandbox.postgres.installed import installed, reachable_by_all

SUPERUSER = "postgres"
_ATTEMPTS = 3
_READY_S = 20.0
_STOP_S = 3.0
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}
"""Nothing of it is to survive."""


def _identity() -> dict[str, Any]:
    """As whom the server runs: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _own(folder: Path, identity: dict[str, Any]) -> None:
    if identity:
        os.chown(folder, identity["user"], identity["group"])


def _make(programs: Path, scratch: Path, password: str, identity: dict[str, Any]) -> Path:
    """An empty cluster whose superuser has this password."""
    secret = scratch / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="utf-8")
    _own(secret, identity)
    data = scratch / "data"
    words = ["-D", str(data), "-U", SUPERUSER, "--pwfile", str(secret), "--auth=scram-sha-256"]
    subprocess.run(  # noqa: S603
        [programs / "initdb", *words, "--encoding=UTF8", "--locale=C", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=scratch,
        **identity,
    )
    secret.unlink()
    return data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(
    programs: Path, data: Path, settings: dict[str, str], identity: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    """A server that listens on a free loopback port. OSError where it does not come up."""
    log = data.parent / "log"
    for _ in range(_ATTEMPTS):
        port = _free_port()
        own = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        words = [word for name, value in (_QUICK | settings | own).items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603
                [programs / "postgres", "-D", data, *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=data.parent,
                **identity,
            )
        if _is_ready(server, data):
            return server, port
        server.kill()
        server.wait()
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no word of it"]
    raise OSError(f"the server did not start: {lines[-1]}")


def _is_ready(server: subprocess.Popen[bytes], data: Path) -> bool:
    deadline = time.monotonic() + _READY_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if (data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[7].strip() == "ready":
                return True
        except (OSError, IndexError):
            pass
        time.sleep(0.01)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """Immediate shutdown: its sessions are in the middle of things, and nothing is to be kept."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(_STOP_S)


def keep(version: int, settings: dict[str, str]) -> None:
    """Make a server, say where it is, and end it with standard input."""
    programs = installed().get(version)
    if programs is None:
        raise OSError(f"no PostgreSQL {version} here: there are {', '.join(map(str, installed())) or 'none'}")
    scratch = Path(tempfile.mkdtemp(prefix="vitals-postgres-"))
    try:
        identity = _identity()
        _own(scratch, identity)
        if identity:
            programs = reachable_by_all(programs, scratch)
        password = secrets.token_urlsafe(18)
        server, port = _start(programs, _make(programs, scratch, password, identity), settings, identity)
        try:
            said = {"port": port, "password": password, "pid": server.pid, "folder": str(scratch)}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
            while os.read(0, 4096):
                pass
        finally:
            _end(server)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def main(words: list[str]) -> int:
    """The command line; 2 and one line on standard error where there can be no server."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    try:
        keep(int(words[0]), dict(word.split("=", 1) for word in words[1:]))
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"initdb: {error.stderr.decode(errors='replace').strip().splitlines()[-1]}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
