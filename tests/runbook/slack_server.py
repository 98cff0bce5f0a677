"""A Slack that listens on loopback: it answers as its API does, and fails for as long as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Slack:
    """What was asked of it, by method, and the answers that come before it is well: a status and headers each."""

    address: str = ""
    troubles: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=dict)
    for_ever: bool = False

    def answer(self, method: str, words: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        self.asked.append((method, words, time.monotonic()))
        if self.troubles:
            status, headers = self.troubles[0] if self.for_ever else self.troubles.pop(0)
            return status, headers, {"ok": False, "error": "ratelimited" if status == 429 else "internal_error"}
        if method == "conversations.create":
            if words["name"] in self.channels:
                return 200, {}, {"ok": False, "error": "name_taken"}
            self.channels[words["name"]] = f"C{len(self.channels):08d}"
            return 200, {}, {"ok": True, "channel": {"id": self.channels[words["name"]], "name": words["name"]}}
        if words.get("channel") not in self.channels.values():
            return 200, {}, {"ok": False, "error": "channel_not_found"}
        return 200, {}, {"ok": True, "ts": "1.1"}

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.asked]


@contextmanager
def listening(slack: Slack) -> Iterator[Slack]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            is_json = "json" in self.headers.get("Content-Type", "")
            words = json.loads(body) if is_json else {key: values[0] for key, values in parse_qs(body).items()}
            status, headers, answer = slack.answer(self.path.rpartition("/")[2], words)
            text = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(text)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    slack.address = f"http://127.0.0.1:{server.server_port}/api/"
    yield slack
    server.shutdown()
    server.server_close()
