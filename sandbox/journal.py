"""Who asked what, and when? With `--log FILE` every request is written down, a line of JSON each, as it is answered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sandbox import calls

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Journal:
    """A WSGI application that writes down what it hands on.

    A line holds `start` and `end` (epoch seconds), `service`, `operation`, `account`, `region`, `status`, `agent`,
    `path` and `body`, the last two as they were sent: with them anybody can count what was asked twice.
    """

    def __init__(self, application: Application, path: Path) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8", buffering=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        began = time.time()
        call = None if environ.get("PATH_INFO", "").startswith("/vitals/") else calls.read(environ)
        if call is None:
            return self._application(environ, start_response)
        said: list[str] = []

        def start(status: str, *rest: Any) -> Any:
            said.append(status)
            return start_response(status, *rest)

        answer = self._application(environ, start)
        entry = {
            "start": round(began, 4),
            "end": round(time.time(), 4),
            "service": call.service,
            "operation": call.operation,
            "account": call.account,
            "region": call.region,
            "status": int(said[0].split()[0]),
            "agent": environ.get("HTTP_USER_AGENT", ""),
            "path": call.path,
            "body": call.body.decode(errors="replace"),
        }
        with self._lock:
            self._file.write(json.dumps(entry) + "\n")
        return answer
