"""A moto server whose CloudWatch Logs is completed, for `test_http.py`; ends with its standard input."""

from __future__ import annotations

import sys
import time

from moto.server import ThreadedMotoServer

from sandbox.services import logs

if __name__ == "__main__":
    logs.install()
    now_ms = int(time.time() * 1000)
    events = ((now_ms - 1000 * (i % 3000), f"line {i} " + ("ERROR" if i % 100 == 0 else "fine")) for i in range(60_000))
    logs.append("123456789012", "eu-west-1", "/big", "main", events)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    sys.stdout.write(f"{server.get_host_and_port()[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()
