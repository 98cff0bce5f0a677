"""What happens to a request on its way to moto? It is read, logged, perhaps made to fail, never answered in HTML."""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sandbox import calls, services
from sandbox.calls import Answer, Call
from sandbox.enforcing import Enforcement
from sandbox.faults import Faults, denied
from sandbox.services import network, own

_READS = ("BatchGet", "Describe", "Get", "List", "Lookup", "Search", "Simulate", "StartQuery", "StopQuery", "Validate")
"""What changes nothing in a network."""

StartResponse = Callable[..., Any]


@dataclass(frozen=True)
class Logged:
    """A request that was answered. Times are epoch seconds and milliseconds."""

    service: str
    operation: str
    account: str
    region: str
    status: int
    time: float
    duration_ms: float


class RequestLog:
    """Every request since the last reset, the world's own excluded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Logged] = []

    def add(self, call: Call, status: int, started: float) -> None:
        """Remember one answered call; `started` is of time.time()."""
        entry = Logged(
            call.service,
            call.operation,
            call.account,
            call.region,
            status,
            round(started, 3),
            round((time.time() - started) * 1000, 1),
        )
        with self._lock:
            self._requests.append(entry)

    def add_unsigned(self, environ: dict[str, Any], started: float) -> None:
        """Remember a request that is no call of an AWS client: its operation is the method and the path."""
        asked = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
        with self._lock:
            self._requests.append(Logged("", asked, "", "", 0, round(started, 3), 0))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._requests.clear()

    def report(self) -> dict[str, Any]:
        """`{"total", "counts": {"service:Operation": n}, "requests": [...]}`."""
        with self._lock:
            requests = list(self._requests)
        counts: dict[str, int] = {}
        for entry in requests:
            name = f"{entry.service}:{entry.operation}"
            counts[name] = counts.get(name, 0) + 1
        return {"total": len(requests), "counts": counts, "requests": [asdict(r) for r in requests]}


class Gateway:
    """The WSGI application that AWS clients and the world's own clients talk to."""

    def __init__(self, latency_ms: float = 0) -> None:
        self.log = RequestLog()
        self.faults = Faults()
        self.enforcement = Enforcement()
        self._latency_s = latency_ms / 1000
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        if environ.get("PATH_INFO", "").startswith("/vitals/"):
            return _send(self._control(environ), start_response)
        call = calls.read(environ)
        started = time.time()
        if call is None:
            self.log.add_unsigned(environ, started)
            return self._moto(environ, start_response)  # type: ignore[no-any-return]
        if self._latency_s:
            time.sleep(self._latency_s)
        if self.enforcement.refuses(call):
            answer = denied(call)
        else:
            answer = self.faults.apply(call, environ, lambda changed: self.dispatch(changed, environ))
        self.log.add(call, answer.status, started)
        return _send(answer, start_response)

    def dispatch(self, call: Call, environ: dict[str, Any]) -> Answer:
        """What moto, completed, answers to the call; never HTML and never an exception."""
        if call.operation and not services.prepare(call.service):
            return calls.unknown_operation(call)
        environ["wsgi.input"] = BytesIO(call.body)
        environ["CONTENT_LENGTH"] = str(len(call.body))
        try:
            answer = own.answer(call, environ) if own.serves(call.service) else self._run(environ)
        except NotImplementedError:
            return calls.unknown_operation(call)
        except Exception:  # noqa: BLE001 - AWS answers InternalFailure, and the server lives on
            traceback.print_exc(file=sys.stderr)
            return calls.error(call, 500, "InternalFailure", "The request processing has failed")
        if not call.operation.startswith(_READS):
            network.forget()
        is_html = dict(answer.headers).get("Content-Type", "").startswith("text/html")
        if answer.status in (404, 405) and (is_html or not answer.body) and call.service != "s3":
            return calls.unknown_operation(call)
        return answer

    def _run(self, environ: dict[str, Any]) -> Answer:
        head: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            head["status"] = int(status.split()[0])
            head["headers"] = tuple(headers)

        chunks = self._moto(environ, start)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(head["status"], head["headers"], body)

    def _control(self, environ: dict[str, Any]) -> Answer:
        """`/vitals/requests` (GET, DELETE), `/vitals/faults` and `/vitals/policies` (GET, POST, DELETE)."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if path == "/vitals/requests":
            if method == "DELETE":
                self.log.clear()
            return _json(200, self.log.report())
        if path == "/vitals/policies":
            if method != "GET":
                self.enforcement.switch(method == "POST")
            return _json(200, self.enforcement.describe())
        if path.startswith("/vitals/faults"):
            try:
                return _json(200, self._control_faults(method, path.removeprefix("/vitals/faults").strip("/"), body))
            except (ValueError, TypeError, KeyError) as error:
                return _json(400, {"error": str(error)})
        return _json(404, {"error": f"no {path}: there are /vitals/requests, /vitals/faults and /vitals/policies"})

    def _control_faults(self, method: str, fault_id: str, body: bytes) -> Any:
        if method == "POST":
            return {"id": self.faults.add_described(json.loads(body))}
        if method == "DELETE":
            self.faults.clear(int(fault_id) if fault_id else None)
        return self.faults.describe()


def _json(status: int, content: Any) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(content).encode())


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    kept = [(k, v) for k, v in answer.headers if k.lower() not in ("content-length", "transfer-encoding", "date")]
    # The answer to a HEAD request states the length of a body that it does not have.
    stated = next((v for k, v in answer.headers if k.lower() == "content-length"), "0")
    length = str(len(answer.body)) if answer.body else stated
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", [*kept, ("Content-Length", length)])
    return [answer.body]
