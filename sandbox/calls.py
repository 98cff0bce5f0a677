"""Which AWS call does an HTTP request make, who makes it, and how does its protocol word an error?"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from moto.core.request import Request
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition

from sandbox import s3_calls

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ACCOUNT = re.compile(r"\d{12}")

# Signing names that are not botocore's service names; where two services share one, the request tells.
_SERVICES = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "states": "stepfunctions",
    "email": "ses",
    "servicequotas": "service-quotas",
    "aps": "amp",
    "mobiletargeting": "pinpoint",
}
_IAM_PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
    "service-quotas": "servicequotas",
    "apigatewayv2": "apigateway",
    "opensearch": "es",
}
# Operations whose IAM action has another name (Service Authorization Reference).
_IAM_ACTIONS = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "lambda:Invoke": "lambda:InvokeFunction",
}


@dataclass(frozen=True)
class Call:
    """One request, as AWS would read it. `operation` is "" where no operation matches."""

    service: str
    """botocore's name of the service, such as elbv2."""
    operation: str
    protocol: str
    """json, query, ec2, rest-json, rest-xml or smithy-rpc-v2-cbor."""
    account: str
    region: str
    access_key: str
    query_compatible: bool
    body: bytes
    path: str
    """Path and query string."""

    @property
    def iam_action(self) -> str:
        """The action that a policy must allow."""
        prefix = _IAM_PREFIXES.get(self.service, self.service)
        if prefix == "apigateway":
            return f"apigateway:{_rest_method(self.service, self.operation)}"
        return _IAM_ACTIONS.get(f"{prefix}:{self.operation}", f"{prefix}:{self.operation}")

    @property
    def names(self) -> tuple[str, ...]:
        """Every way to name the call in a fault: by service, by IAM action, and by operation alone."""
        prefix = _IAM_PREFIXES.get(self.service, self.service)
        return (
            f"{self.service}:{self.operation}",
            f"{prefix}:{self.operation}",
            self.iam_action,
            self.operation,
        )

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Every text in the request, nested ones included: what a fault's `resource` is compared with."""
        if self.protocol in ("query", "ec2"):
            return tuple(v for values in parse_qs(self.body.decode()).values() for v in values)
        texts = [part for part in re.split(r"[/?&=]", self.path) if part]
        if self.body[:1] == b"{":
            texts += _leaves(json.loads(self.body))
        return tuple(texts)

    @property
    def principal(self) -> str:
        """The ARN of the caller."""
        from moto.iam.models import iam_backends
        from moto.sts.models import sts_backends

        partition = get_partition(self.region)
        for role in sts_backends[self.account][partition].assumed_roles:
            if role.access_key_id == self.access_key:
                return str(role.arn)
        user = iam_backends[self.account][partition].get_user_from_access_key_id(self.access_key)
        return str(user.arn) if user else f"arn:{partition}:iam::{self.account}:user/vitals"


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [str(value)]


@cache
def _rest_method(service: str, operation: str) -> str:
    return str(get_service_model(service).operation_model(operation).http["method"])


def _service(signing_name: str, environ: dict[str, Any], form: dict[str, list[str]]) -> str:
    if signing_name == "elasticloadbalancing":
        return "elb" if form.get("Version") == ["2012-06-01"] else "elbv2"
    if environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    path = str(environ.get("PATH_INFO", ""))
    if signing_name == "email" and path.startswith("/v2/"):
        return "sesv2"
    if signing_name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    if signing_name == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    return _SERVICES.get(signing_name, signing_name)


def _rest_operation(service: str, environ: dict[str, Any]) -> str:
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import NotFound

    if service == "s3":
        return s3_calls.operation_of(environ)
    try:
        operation, _ = get_service_router(service).match(Request(environ.copy()))
    except (NotFound, NotImplementedError):
        return ""
    return str(operation.name)


def _operation(service: str, environ: dict[str, Any], form: dict[str, list[str]]) -> str:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    if action := form.get("Action"):
        return action[0]
    rpc = re.search(r"/service/[^/]+/operation/([^/]+)$", str(environ.get("PATH_INFO", "")))
    return rpc.group(1) if rpc else _rest_operation(service, environ)


def _protocol(service: str, environ: dict[str, Any]) -> tuple[str, bool]:
    """The protocol of the request, and whether the service words errors for clients of its former one too."""
    from botocore.exceptions import DataNotFoundError, UnknownServiceError

    try:
        model = get_service_model(service)
    except (UnknownServiceError, DataNotFoundError):
        return ("json" if environ.get("HTTP_X_AMZ_TARGET") else "query"), False
    compatible = "awsQueryCompatible" in model.metadata
    content_type = str(environ.get("CONTENT_TYPE", ""))
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor", compatible
    if environ.get("HTTP_X_AMZ_TARGET"):
        return "json", compatible
    declared = str(model.metadata.get("protocol", model.protocol))
    if content_type.startswith("application/x-www-form-urlencoded") and declared != "ec2":
        return "query", compatible
    return declared, compatible


def _account(access_key: str) -> str:
    from moto.iam.models import get_account_id_from

    return access_key if _ACCOUNT.fullmatch(access_key) else str(get_account_id_from(access_key))


def read(environ: dict[str, Any]) -> Call | None:
    """The call that a WSGI request makes, or None where it is not signed as AWS clients sign.

    Consumes and replaces the body, so that moto can read it again. The account is that of the access key; an
    access key id of twelve digits is itself the account, and a world's own clients name it in a header.
    """
    signature = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signature is None:
        return None
    access_key, region, signing_name = signature.groups()
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    is_form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    form = parse_qs(body.decode(errors="replace")) if is_form else {}
    service = _service(signing_name.lower(), environ, form)
    protocol, compatible = _protocol(service, environ)
    account = environ.get("HTTP_X_MOTO_ACCOUNT_ID") or _account(access_key)
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    query = environ.get("QUERY_STRING", "")
    return Call(
        service=service,
        operation=_operation(service, environ, form),
        protocol=protocol,
        account=account,
        region=region,
        access_key=access_key,
        query_compatible=compatible,
        body=body,
        path=str(environ.get("PATH_INFO", "")) + (f"?{query}" if query else ""),
    )


@dataclass(frozen=True)
class Answer:
    """An HTTP response, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _xml_error(call: Call, code: str, message: str, request_id: str, fault: str) -> str:
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if call.protocol == "ec2":
        errors = f"<Errors><Error>{error}</Error></Errors>"
        return f"{head}<Response>{errors}<RequestID>{request_id}</RequestID></Response>"
    if call.service == "s3":
        return f"{head}<Error>{error}<RequestId>{request_id}</RequestId></Error>"
    body = f"<Error><Type>{fault}</Type>{error}</Error><RequestId>{request_id}</RequestId>"
    return f"{head}<ErrorResponse>{body}</ErrorResponse>"


def _cbor_text(text: str) -> bytes:
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data


def error(call: Call, status: int, code: str, message: str) -> Answer:
    """An error as the call's protocol words it (Smithy's AWS protocol specifications)."""
    request_id = str(uuid.uuid4())
    fault = "Sender" if status < 500 else "Receiver"
    headers = [("x-amzn-RequestId", request_id)]
    if call.query_compatible:
        headers.append(("x-amzn-query-error", f"{code};{fault}"))
    if call.protocol in ("query", "ec2", "rest-xml"):
        headers.append(("Content-Type", "text/xml"))
        return Answer(status, tuple(headers), _xml_error(call, code, message, request_id, fault).encode())
    if call.protocol == "smithy-rpc-v2-cbor":
        headers += [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        fields = (("__type", code), ("message", message))
        return Answer(status, tuple(headers), b"\xa2" + b"".join(_cbor_text(t) for f in fields for t in f))
    headers.append(("Content-Type", "application/x-amz-json-1.1" if call.protocol == "json" else "application/json"))
    headers.append(("x-amzn-ErrorType", code))
    return Answer(status, tuple(headers), json.dumps({"__type": code, "message": message}).encode())


def unknown_operation(call: Call) -> Answer:
    """What AWS answers to an operation that the service does not have."""
    if call.service == "s3":
        message = "A header you provided implies functionality that is not implemented"
        return error(call, 501, "NotImplemented", message)
    if call.protocol in ("query", "ec2"):
        return error(call, 400, "InvalidAction", f"The action {call.operation} is not valid for this web service.")
    status = 400 if call.protocol == "json" else 404
    return error(call, status, "UnknownOperationException", f"Unknown operation {call.operation or call.path}")
