"""What stands at the end of a path? The words of targets.toml, and the interfaces that they mean."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

KINDS = ("tag", "name", "database", "load-balancer", "function", "service", "proxy")
"""The words before a colon that say what a name is the name of."""

_IDS = re.compile(r"(i|eni|subnet|vpce|vgw|tgw-attach)-[0-9a-f]+")
_ARNS = {
    "rds": re.compile(r"db:(?P<name>[^:]+)"),
    "elasticloadbalancing": re.compile(r"loadbalancer/(app|net)/(?P<name>[^/]+)/[^/]+"),
    "lambda": re.compile(r"function:(?P<name>[^:]+)"),
    "ecs": re.compile(r"service/(?P<name>[^/]+/[^/]+)"),
}
_KIND_OF_ARN = {"rds": "database", "elasticloadbalancing": "load-balancer", "lambda": "function", "ecs": "service"}


@dataclass(frozen=True)
class End:
    """One end as it was written: `kind` is internet, cidr, id, any of KINDS, or anything (a name of whatever kind)."""

    kind: str
    value: str

    def __str__(self) -> str:
        return self.value if self.kind in ("internet", "cidr", "id", "anything") else f"{self.kind}:{self.value}"


def parse_end(text: str) -> End:
    """The end that a text means. ValueError where it means none."""
    words = text.strip()
    if not words:
        raise ValueError("an end of a path must not be empty")
    if words == "internet":
        return End("internet", words)
    if words.startswith("arn:"):
        return _of_arn(words)
    kind, colon, name = words.partition(":")
    if colon and kind in KINDS:
        if not name or (kind == "tag" and "=" not in name):
            raise ValueError(f'{words!r} names nothing: write "{kind}:{"key=value" if kind == "tag" else "NAME"}"')
        return End(kind, name)
    if _is_block(words):
        return End("cidr", words)
    if _IDS.fullmatch(words):
        return End("id", words)
    return End("tag", words) if "=" in words else End("anything", words)


def _of_arn(arn: str) -> End:
    parts = arn.split(":", 5)
    pattern = _ARNS.get(parts[2]) if len(parts) == 6 else None
    found = pattern.fullmatch(parts[5]) if pattern else None
    if found is None:
        raise ValueError(f"{arn!r} is no ARN of a database, load balancer, function or service")
    return End(_KIND_OF_ARN[parts[2]], found["name"])


def _is_block(text: str) -> bool:
    """Whether the text is an address or a block of them; ValueError where it is meant as one and is not."""
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        if re.fullmatch(r"[0-9.]+/[0-9]+|[0-9]+(\.[0-9]+){3}|[0-9a-fA-F:]*::?[0-9a-fA-F:./]*", text):
            raise ValueError(f"{text!r} is no address and no block of addresses: {error}") from None
        return False
    return True
