"""Does a function inside a VPC reach what it calls, and what stops it where it does not?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.network.blocking import cause_of, resource_of
from diagnosis.network.description import NetworkDescription
from diagnosis.reachability import Answer, Blocker, BlockerKey, Endpoint, Flow, Verdict
from diagnosis.serverless.callees import ends_of
from diagnosis.serverless.function_log import Failure, FunctionLog, quoted
from diagnosis.targets import Target

_BROKEN = ("BAD_STATE", "BAD_STATE_ROUTE")


@dataclass(frozen=True)
class FunctionVpc:
    """Where a function's network interfaces are: its VPC, subnets and security groups, by id."""

    target: Target
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    as_of: datetime


@dataclass(frozen=True)
class Way:
    """What the model says of the way from one of the function's subnets to one end."""

    subnet: str
    end: str
    answer: Answer


def unreachable_dependencies(
    vpc: FunctionVpc, log: FunctionLog | Absent, network: NetworkDescription, *, min_failures: int = 5
) -> list[Finding]:
    """The function, where its way out is broken, or its log tells of connections that were never made.

    One such line is enough where the network model proves that its end cannot be reached; else `min_failures`.
    CouldNotTellError where nothing is told and the way out is unknown.
    """
    failures = _unconnected(log)
    ways = [way for failure in failures for way in _ways(vpc, network, failure.peer)]
    stopped = [way for way in ways if way.answer.verdict is Verdict.BLOCKED]
    if not stopped:
        stopped = _broken_ways_out(vpc, network, must_know=not failures)
    if stopped:
        return [_blocked(vpc, failures, stopped, running=isinstance(log, FunctionLog))]
    lines = sum(failure.lines for failure in failures)
    return [_unexplained(vpc, failures, lines)] if lines >= max(min_failures, 1) else []


def _unconnected(log: FunctionLog | Absent) -> list[Failure]:
    if isinstance(log, Absent):
        return []
    tried = (f for f in log.of("network", "timeout") if f.unconnected and not f.record)
    return [*tried, *log.of("dns")]


def _ways(vpc: FunctionVpc, network: NetworkDescription, peer: str) -> Iterator[Way]:
    """The ways from each of the function's subnets to what the log calls `peer`; none where that is not known."""
    for end, port in ends_of(vpc.vpc, peer, network):
        for subnet, source in _sources(vpc, network):
            yield Way(subnet, str(end), network.model.trace(Flow(source, end, "tcp", port)))


def _sources(vpc: FunctionVpc, network: NetworkDescription) -> Iterator[tuple[str, Endpoint]]:
    """An interface of the function in each subnet, or the subnet itself where EC2 describes none.

    Functions with the same subnet and security groups share interfaces, whatever their description says.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """
    for subnet in vpc.subnets:
        mine = (i for i in network.descriptions.get("NetworkInterfaces", ()) if _serves(i, subnet, vpc.groups))
        interface = next(mine, None)
        if interface is None:
            yield subnet, Endpoint("subnet", subnet)
        else:
            address = interface.get("PrivateIpAddress")
            yield subnet, Endpoint("network-interface", interface["NetworkInterfaceId"], address)


def _serves(interface: Mapping[str, Any], subnet: str, groups: Sequence[str]) -> bool:
    return (
        interface.get("InterfaceType") == "lambda"
        and interface.get("SubnetId") == subnet
        and {group["GroupId"] for group in interface.get("Groups", ())} == set(groups)
    )


def _broken_ways_out(vpc: FunctionVpc, network: NetworkDescription, must_know: bool) -> list[Way]:
    """The subnets whose way out is broken, or missing though another of the function's subnets has one.

    A function without any way out may be meant so.
    """
    out = [
        Way(subnet, "the internet", network.model.trace(Flow(source, Endpoint("internet"), "tcp", 443)))
        for subnet, source in _sources(vpc, network)
    ]
    doubts = [way for way in out if way.answer.verdict is Verdict.UNKNOWN]
    if doubts and must_know:
        unread = "; ".join(sorted(set(network.unread.values()))) or doubts[0].answer.unknown[0]
        raise CouldNotTellError(Blind("missing", f"{vpc.target.name}: its way out is unknown: {unread}"))
    blocked = [way for way in out if way.answer.verdict is Verdict.BLOCKED]
    if any(way.answer.verdict is Verdict.REACHABLE for way in out):
        return blocked
    return [way for way in blocked if any(blocker.code in _BROKEN for blocker in way.answer.blockers)]


def _blocked(vpc: FunctionVpc, failures: Sequence[Failure], stopped: Sequence[Way], running: bool) -> Finding:
    name = vpc.target.name
    first = stopped[0].answer.blockers[0]
    blockers: dict[BlockerKey, Blocker] = {}
    for blocker in (blocker for way in stopped for blocker in way.answer.blockers):
        blockers.setdefault(blocker.key, blocker)
    subnets = ", ".join(dict.fromkeys(way.subnet for way in stopped))
    return Finding(
        subject=name,
        place=vpc.target.place,
        cause=cause_of(first),
        impact="now" if running else "soon",
        symptom=f"{name}: cannot reach {stopped[0].end} from {subnets}, expected a way from each of its subnets",
        evidence=(
            *(f"{blocker.code} at {blocker.id} ({blocker.direction})" for blocker in blockers.values()),
            *(quoted(failure) for failure in failures[:2]),
        ),
        why="; ".join(dict.fromkeys(blocker.detail for blocker in blockers.values())),
        remedy=_remedy(first, blockers.values()),
        resource=vpc.target.arn,
        depends_on=tuple(sorted({_plain(blocker) for blocker in blockers.values()})),
        onset=earliest(failure.first for failure in failures),
        as_of=vpc.as_of,
        proven=True,
        link=console.function(vpc.target.place, name),
        command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "VpcConfig"),
    )


def _plain(blocker: Blocker) -> str:
    """The id of what has to change."""
    return resource_of(blocker)


def _remedy(first: Blocker, blockers: Any) -> str:
    if first.code == "NO_ROUTE_TO_DESTINATION":
        return (
            f"give {_plain(first)} a route to a NAT gateway or endpoint, or move the function to subnets that have one"
        )
    return "; ".join(dict.fromkeys(blocker.remedy for blocker in blockers))


def _unexplained(vpc: FunctionVpc, failures: Sequence[Failure], lines: int) -> Finding:
    name, most = vpc.target.name, max(failures, key=lambda failure: failure.lines)
    return Finding(
        subject=name,
        place=vpc.target.place,
        cause="dns" if most.cause == "dns" else "network",
        impact="now",
        symptom=f"{name}: {lines:,} log lines tell of connections that were never made, expected none",
        evidence=tuple(quoted(failure) for failure in failures[:3]),
        remedy=most.remedy,
        resource=vpc.target.arn,
        depends_on=(vpc.vpc, *vpc.subnets, *vpc.groups),
        onset=earliest(failure.first for failure in failures),
        as_of=vpc.as_of,
        link=console.function(vpc.target.place, name),
        command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "VpcConfig"),
    )
