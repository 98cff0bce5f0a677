"""Which services does the sandbox complete? Each is completed when the first call to it arrives."""

from __future__ import annotations

import importlib
import threading
from functools import cache

from moto.backend_index import backend_url_patterns

from sandbox.services import own

# One module a service; `install()` gives moto what it lacks or answers wrongly (services are botocore's names).
_COMPLETIONS = {
    "account": "sandbox.services.account",
    "autoscaling": "sandbox.services.autoscaling",
    "application-autoscaling": "sandbox.services.scaling",
    "application-signals": "sandbox.services.objectives",
    "cloudformation": "sandbox.services.cloudformation",
    "cloudwatch": "sandbox.services.cloudwatch",
    "cloudtrail": "sandbox.services.cloudtrail",
    "codedeploy": "sandbox.services.codedeploy",
    "directconnect": "sandbox.services.directconnect",
    "ec2": "sandbox.services.ec2",
    "ecs": "sandbox.services.ecs",
    "elbv2": "sandbox.services.elbv2",
    "iam": "sandbox.services.iam",
    "health": "sandbox.services.health",
    "lambda": "sandbox.services.functions",
    "logs": "sandbox.services.logs",
    "pi": "sandbox.services.pi",
    "rds": "sandbox.services.rds",
    "route53": "sandbox.services.route53",
    "route53resolver": "sandbox.services.route53resolver",
    "ssm": "sandbox.services.ssm",
    "stepfunctions": "sandbox.services.stepfunctions",
    "service-quotas": "sandbox.services.quotas",
    "sts": "sandbox.services.sts",
    "xray": "sandbox.services.xray",
}
_MOTO_NAMES = {
    "apigatewayv2": "apigateway",
    "lambda": "awslambda",
    "elb": "elb",
    "elbv2": "elbv2",
    "service-quotas": "servicequotas",
}
_lock = threading.RLock()


@cache
def _install(service: str) -> None:
    if module := _COMPLETIONS.get(service):
        importlib.import_module(module).install()


@cache
def _served(service: str) -> bool:
    name = _MOTO_NAMES.get(service, service.replace("-", ""))
    return own.serves(service) or any(backend == name for backend, _ in backend_url_patterns)


def prepare(service: str) -> bool:
    """Complete a service before its first call; False where neither moto nor the sandbox serves it."""
    with _lock:
        _install(service)
    return _served(service)
