"""How does the gateway listen? A threaded HTTP/1.1 server on the loopback address."""

from __future__ import annotations

import socket
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer


class _Handler(MotoRequestHandler):
    """Connections stay open, answers leave at once, and nothing is logged line by line."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: the gateway keeps its own log."""

    def log_error(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: a client that hangs up is no error of the sandbox."""


class Server(ThreadedWSGIServer):
    """A bound server; set `app` before `serve_forever`."""

    request_queue_size = 128


def bind(port: int) -> Server:
    """A server on 127.0.0.1; port 0 takes a free one. Raises OSError naming the port where it cannot be had."""
    # Bound here because werkzeug would print its own advice and exit.
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(Server.request_queue_size)
    except (OSError, OverflowError) as error:
        listening.close()
        raise OSError(f"port {port} is taken or cannot be used: choose another with --port, or 0") from error
    with listening:
        return Server("127.0.0.1", port, lambda _environ, _start: [], handler=_Handler, fd=listening.fileno())
