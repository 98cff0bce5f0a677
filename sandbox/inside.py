"""How do scenarios and services call the sandbox? With boto3 clients that need no socket and meet no fault."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.config import Config
from werkzeug.test import EnvironBuilder

from sandbox import calls, models
from sandbox.calls import Answer

if TYPE_CHECKING:
    from sandbox.gateway import Gateway


class _Raw(BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self, **_kwargs: Any) -> Any:
        while chunk := self.read(65_536):
            yield chunk


class Clients:
    """boto3 clients by service, account and region. Their calls are not logged. Thread-safe."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._lock = threading.RLock()
        self._made: dict[tuple[str, str, str], Any] = {}

    def get(self, service: str, account: str, region: str) -> Any:
        """The client; made at its first use."""
        with self._lock:
            return self._client((service, account, region))

    def _client(self, key: tuple[str, str, str]) -> Any:
        service, account, region = key
        if key not in self._made:
            config = Config(parameter_validation=True, retries={"total_max_attempts": 1})
            client = models.session().client(
                service, region_name=region, endpoint_url="http://127.0.0.1", config=config
            )
            client.meta.events.register("before-send", self._sender(account))
            self._made[key] = client
        return self._made[key]

    def _sender(self, account: str) -> Any:
        def send(request: AWSPreparedRequest, **_kwargs: Any) -> AWSResponse:
            request.headers["x-moto-account-id"] = account
            answer = self._answer(request)
            return AWSResponse(request.url, answer.status, HeadersDict(dict(answer.headers)), _Raw(answer.body))

        return send

    def _answer(self, request: AWSPreparedRequest) -> Answer:
        url = urlsplit(request.url)
        body = request.body.read() if hasattr(request.body, "read") else request.body
        builder = EnvironBuilder(
            method=request.method,
            path=url.path or "/",
            query_string=url.query,
            base_url="http://127.0.0.1",
            data=body.encode() if isinstance(body, str) else body or b"",
            headers={k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()},
        )
        environ = builder.get_environ()
        environ["RAW_URI"] = request.url.removeprefix("http://127.0.0.1")
        call = calls.read(environ)
        if call is None:
            raise RuntimeError(f"unsigned request to {request.url}")
        return self._gateway.dispatch(call, environ)


_current: list[Clients] = []


def use(clients: Clients) -> None:
    """Let the services of this process ask one another through these clients."""
    _current[:] = [clients]


def client(service: str, account: str, region: str) -> Any:
    """A client for a service that needs another one's answer."""
    return _current[0].get(service, account, region)
