"""Which operation of S3 does a request make? Moto's router cannot tell: several share a path, and the query decides.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from moto.core.utils import get_service_model


@dataclass(frozen=True)
class _Form:
    """How an operation is called: `depth` is 0 for the service, 1 for a bucket, 2 for an object."""

    name: str
    method: str
    depth: int
    query: frozenset[tuple[str, str]]
    needs: frozenset[str]
    """Query keys and headers (in lower case) without which the operation is another one."""


@cache
def _forms() -> tuple[_Form, ...]:
    model = get_service_model("s3")
    return tuple(_form(model.operation_model(name)) for name in model.operation_names)


def _form(operation: Any) -> _Form:
    query = str(operation.http["requestUri"]).partition("?")[2]
    shape = operation.input_shape
    members = shape.members if shape else {}
    required = [members[name].serialization for name in (shape.required_members if shape else ())]
    needs = (s["name"].lower() for s in required if s.get("location") in ("querystring", "header"))
    literal = parse_qs(query, keep_blank_values=True)
    return _Form(
        operation.name,
        operation.http["method"],
        # Not by the path: botocore takes the bucket out of it in the models of a process that has a client of S3.
        sum(member.serialization.get("location") == "uri" for member in members.values()),
        frozenset((key, values[0]) for key, values in literal.items()),
        frozenset(needs),
    )


def operation_of(environ: dict[str, Any]) -> str:
    """The operation of a request with the bucket in its path; "" where none is called so."""
    path = str(environ.get("PATH_INFO", "")).lstrip("/")
    depth = 0 if not path else 2 if path.partition("/")[2] else 1
    query = {k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).items()}
    sent = {key.lower() for key in query}
    sent |= {key.removeprefix("HTTP_").replace("_", "-").lower() for key in environ if key.startswith("HTTP_")}
    fitting = [
        form
        for form in _forms()
        if (form.method, form.depth) == (environ.get("REQUEST_METHOD"), depth)
        and form.query <= frozenset(query.items())
        and form.needs <= sent
    ]
    best = max(fitting, key=lambda form: (len(form.query) + len(form.needs), form.name in _PLAIN), default=None)
    return best.name if best else ""


_PLAIN = frozenset(
    {"GetObject", "PutObject", "HeadObject", "DeleteObject", "ListObjects", "CreateBucket", "HeadBucket"}
)
