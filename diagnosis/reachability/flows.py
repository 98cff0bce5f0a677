"""What is asked? A flow from one endpoint to another, read from one JSON object or built by a caller."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnosis.reachability.addresses import is_ipv6, parse_address
from diagnosis.reachability.intervals import Intervals, single
from diagnosis.reachability.packets import (
    ANY_PORT,
    ICMP,
    ICMPV6,
    LINUX_EPHEMERAL,
    TCP,
    UDP,
    WITH_PORTS,
    Packet,
    icmp_ports,
)

ENDPOINT_TYPES = (
    "instance",
    "internet",
    "ip",
    "subnet",
    "vpn-gateway",
    "transit-gateway-attachment",
    "network-interface",
    "load-balancer",
)
_NUMBERS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}
_ECHO_REQUEST, _ECHO_REQUEST_V6 = 8, 128


class FlowError(ValueError):
    """A flow that cannot be understood; the message is one line and names the fix."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a flow: `type` is one of ENDPOINT_TYPES, `ip` the address used there where it is given.

    `block` is the CIDR that the address is an example of: what blocks is worded by it.
    """

    type: str
    id: str | None = None
    ip: str | None = None
    block: str | None = None

    def __post_init__(self) -> None:
        if self.type not in ENDPOINT_TYPES:
            raise FlowError(f"endpoint type {self.type!r} is not one of {', '.join(ENDPOINT_TYPES)}")
        if self.ip is not None:
            _address(self.ip)
        if self.type == "ip" and self.ip is None:
            raise FlowError('an endpoint of type ip needs "ip"')
        if self.type not in ("ip", "internet") and self.id is None:
            raise FlowError(f'an endpoint of type {self.type} needs "id"')

    @property
    def address(self) -> int | None:
        """The address integer, or None where the flow leaves it open."""
        return None if self.ip is None else parse_address(self.ip)

    def __str__(self) -> str:
        return " ".join(part for part in (self.type, self.id, self.ip) if part)


@dataclass(frozen=True, slots=True)
class Flow:
    """A new connection to try.

    `protocol` is tcp, udp, icmp, icmpv6 or an IP protocol number as text; `port` None means every port.
    `source_port` None means an ordinary Linux client (32768-60999), whose every port must work.
    `icmp` is (type, code); without it an echo request is meant.
    """

    source: Endpoint
    destination: Endpoint
    protocol: str = "tcp"
    port: int | None = None
    source_port: int | None = None
    icmp: tuple[int, int] | None = None
    number: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", _protocol_number(self.protocol))
        for name, port in (("port", self.port), ("source_port", self.source_port)):
            if port is not None and not 0 <= port <= 65535:
                raise FlowError(f"{name} {port} is not between 0 and 65535")

    def packet(self, source: int, destination: int) -> Packet:
        """The first packet of the flow between two addresses of one family."""
        number = self.number
        if number == ICMP and is_ipv6(destination):
            number = ICMPV6
        if number in (ICMP, ICMPV6):
            return Packet(source, destination, number, ANY_PORT, self._icmp_ports(number))
        if number not in WITH_PORTS:
            return Packet(source, destination, number, ANY_PORT, ANY_PORT)
        wanted: Intervals = ANY_PORT if self.port is None else single(self.port)
        client = LINUX_EPHEMERAL if self.source_port is None else single(self.source_port)
        return Packet(source, destination, number, client, wanted)

    def _icmp_ports(self, number: int) -> Intervals:
        kind, code = self.icmp if self.icmp is not None else (_ECHO_REQUEST, 0)
        if number == ICMPV6 and kind == _ECHO_REQUEST:
            kind = _ECHO_REQUEST_V6
        return icmp_ports(kind, max(code, 0))


def read_object(line: bytes) -> Mapping[str, object]:
    """The object of one line of JSON; raises FlowError where it is none."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FlowError(f"not JSON: {error}") from None
    if not isinstance(raw, Mapping):
        raise FlowError('a flow is an object such as {"id", "source", "destination", "protocol", "port"}')
    return raw


def flow_of(raw: Mapping[str, object]) -> Flow:
    """The flow of a mapping with DESIGN's keys; raises FlowError where something is missing or wrong."""
    return Flow(
        source=_endpoint(raw, "source"),
        destination=_endpoint(raw, "destination"),
        protocol=_protocol_text(raw.get("protocol")),
        port=_whole_number(raw, "port"),
        source_port=_whole_number(raw, "source_port"),
        icmp=_icmp(raw.get("icmp")),
    )


def _endpoint(raw: Mapping[str, object], key: str) -> Endpoint:
    value = raw.get(key)
    if not isinstance(value, Mapping):
        raise FlowError(f'{key} must be an object such as {{"type": "instance", "id": "i-..."}}')
    kind, identifier, address = value.get("type"), value.get("id"), value.get("ip")
    for name, text in (("id", identifier), ("ip", address)):
        if text is not None and not isinstance(text, str):
            raise FlowError(f"{key}.{name} must be text")
    if not isinstance(kind, str):
        raise FlowError(f"{key}.type must be one of {', '.join(ENDPOINT_TYPES)}")
    return Endpoint(kind, identifier, address)


def _protocol_text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise FlowError("protocol must be tcp, udp, icmp or an IP protocol number as text")
    return value


def _protocol_number(text: str) -> int:
    number = _NUMBERS.get(text.lower())
    if number is None and text.isascii() and text.isdigit() and int(text) <= 255:
        number = int(text)
    if number is None:
        raise FlowError(f"protocol {text!r} is not tcp, udp, icmp or an IP protocol number from 0 to 255")
    return number


def _whole_number(raw: Mapping[str, object], key: str) -> int | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise FlowError(f"{key} must be a whole number or null")
    return value


def _icmp(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise FlowError('icmp must be an object such as {"type": 8, "code": 0}')
    kind, code = _whole_number(value, "type"), _whole_number(value, "code")
    if kind is None or not 0 <= kind <= 255 or not -1 <= (code or 0) <= 255:
        raise FlowError("icmp type and code must be between 0 and 255")
    return kind, code or 0


def _address(text: str) -> int:
    try:
        return parse_address(text)
    except ValueError:
        raise FlowError(f"{text!r} is not an IP address") from None
