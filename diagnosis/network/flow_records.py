"""What did a VPC's flow log record, now and at the same clock time before?

https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.places import Place
from diagnosis.windows import Window, spoken

DELIVERY = timedelta(minutes=5)
"""How long after its aggregation interval a record arrives, about."""
INTERNET = "internet"
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10")
"""Addresses that no packet from the internet carries; a VPC's own blocks are inside, too."""
PROTOCOLS: Mapping[int, str] = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "icmpv6"}

_PRIVATE = tuple(ipaddress.ip_network(block) for block in PRIVATE)


@dataclass(frozen=True)
class FlowGroup:
    """The records of one interface that are alike: same ends, protocol, port of the service and action.

    `source` is INTERNET where all sources outside are counted together. `port` is None for protocols without ports.
    `reply` says that the traffic leaves the port instead of going to it. `first` and `last` are the start of the first
    record and the end of the last.
    """

    interface: str
    source: str
    destination: str
    protocol: int
    port: int | None
    action: str
    records: int
    packets: int
    bytes: int
    first: datetime
    last: datetime
    reply: bool = False

    @property
    def service(self) -> str:
        """`tcp/5432`, or the protocol alone."""
        name = PROTOCOLS.get(self.protocol, f"protocol {self.protocol}")
        return name if self.port is None else f"{name}/{self.port}"

    def __str__(self) -> str:
        way = "replies of " if self.reply else ""
        return f"{way}{self.source} -> {self.destination} {self.service}"


@dataclass(frozen=True)
class Tally:
    """All records of an interface with one protocol, action and status, from inside or from the internet.

    `status` is OK, NODATA (nothing to record) or SKIPDATA (records were lost); `protocol` is None without a flow.
    """

    interface: str
    protocol: int | None
    action: str
    status: str
    inside: bool
    records: int
    bytes: int
    first: datetime
    last: datetime
    sources: int = 0
    ports: int = 0


Curve = tuple[tuple[datetime, int], ...]
"""Pairs of (start of a stretch, refused flows from inside in it), oldest first, none left out."""


@dataclass(frozen=True)
class Stretch:
    """What was recorded in a stretch of time; `when` says which one it was.

    `rejects` are refused flows whose source is inside, `curve` shows them over time; `arrivals` is what came from the
    internet, by service. Each is read only where the tallies make it worth a query; the curve is only for the eye, and
    empty where it could not be read.
    """

    when: str
    tallies: tuple[Tally, ...]
    rejects: tuple[FlowGroup, ...] = ()
    arrivals: tuple[FlowGroup, ...] = ()
    curve: Curve = ()


@dataclass(frozen=True)
class VpcFlows:
    """A VPC's flow log: which one, what it takes (ALL, ACCEPT, REJECT), and what it recorded.

    `before` are the same clock times one and seven days before, as far as there are records of them, or why they could
    not be read. `addresses` holds the flows of each address that was asked about.
    """

    vpc: str
    log: str
    traffic: str
    interval_s: int
    window: Window
    now: Stretch
    before: tuple[Stretch, ...] | Blind = ()
    addresses: Mapping[str, tuple[FlowGroup, ...]] | None = None

    @property
    def newest(self) -> datetime | None:
        """The end of the newest record."""
        return max((tally.last for tally in self.now.tallies), default=None)


@dataclass(frozen=True)
class FlowRecords:
    """The flow logs of a place by VPC, or why one could not be read."""

    place: Place
    by_vpc: Mapping[str, VpcFlows | Blind]
    as_of: datetime

    def of(self, vpc: str) -> VpcFlows:
        """The flows of a VPC; CouldNotTellError where they could not be read."""
        flows = self.by_vpc.get(vpc, Blind("not_observed", f"not observed: no flow log on {vpc}"))
        if isinstance(flows, Blind):
            raise CouldNotTellError(flows)
        return flows


def takes(flows: VpcFlows, action: str) -> None:
    """CouldNotTellError where the flow log does not take records of this action."""
    if flows.traffic not in ("ALL", action):
        said = "accepted" if flows.traffic == "ACCEPT" else "rejected"
        raise CouldNotTellError(
            Blind("not_observed", f"not observed: {flows.log} on {flows.vpc} takes {said} traffic only")
        )


def settled(flows: VpcFlows, max_skipped_share: float) -> None:
    """CouldNotTellError where the records cannot show that nothing happened: late ones, or lost ones.

    Records arrive after the aggregation interval and the delivery: their absence from a window that is hardly longer
    says nothing.
    """
    newest, window = flows.newest, flows.window
    if newest is None:
        raise CouldNotTellError(
            Blind("missing", f"not observed: {flows.log} on {flows.vpc} delivered no record of the window")
        )
    age = window.end - newest
    if age > window.length / 2:
        late = spoken(timedelta(seconds=flows.interval_s) + DELIVERY)
        reason = f"stale data: the newest record of {flows.log} is {spoken(age)} old; records arrive up to {late} late"
        raise CouldNotTellError(Blind("stale", f"{reason}, look at a longer window"))
    records = sum(tally.records for tally in flows.now.tallies)
    skipped = sum(tally.records for tally in flows.now.tallies if tally.status == "SKIPDATA")
    if skipped > max_skipped_share * records:
        reason = f"partial data: {flows.log} skipped records in {skipped:,} of {records:,} intervals (SKIPDATA)"
        raise CouldNotTellError(Blind("partial", reason))


@dataclass(frozen=True)
class Usual:
    """What a count was before: the median of the stretches, and their median absolute deviation."""

    median: float
    deviation: float
    when: tuple[str, ...]

    def bound(self, floor: float, times: float) -> float:
        """From where on a count is a spike: `floor`, `times` the median, and beyond three deviations."""
        return max(floor, times * self.median, self.median + 3 * self.deviation)

    def __str__(self) -> str:
        return f"{self.median:,.3g} ({', '.join(self.when)})"


def usual(flows: VpcFlows, count: Callable[[Stretch], float]) -> Usual:
    """The baseline of a count. CouldNotTellError where there is nothing to compare with."""
    if isinstance(flows.before, Blind):
        raise CouldNotTellError(flows.before)
    if not flows.before:
        reason = f"no baseline: {flows.log} has no records of before the window that it could be compared with"
        raise CouldNotTellError(Blind("missing", reason))
    counts = [count(stretch) for stretch in flows.before]
    middle = median(counts)
    deviation = median(abs(value - middle) for value in counts)
    return Usual(middle, deviation, tuple(stretch.when for stretch in flows.before))


def by_conversation(groups: Iterable[FlowGroup]) -> dict[tuple[str, str, int, int | None], list[FlowGroup]]:
    """Groups by source, destination, protocol and port, on whichever interface they were seen."""
    found: dict[tuple[str, str, int, int | None], list[FlowGroup]] = {}
    for group in groups:
        found.setdefault((group.source, group.destination, group.protocol, group.port), []).append(group)
    return found


def is_inside(address: str) -> bool:
    """Whether an address is one that the internet does not route."""
    if address == INTERNET:
        return False
    number = ipaddress.ip_address(address)
    return any(number in network for network in _PRIVATE)


def rejected(groups: Iterable[FlowGroup]) -> Iterator[FlowGroup]:
    """The refused ones."""
    return (group for group in groups if group.action == "REJECT")
