"""Do the security groups of an interface admit a packet?

Rules of all groups are united; a reference to a group matches the private addresses of its interfaces.
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diagnosis.reachability.addresses import ANYWHERE, Prefix, format_address, parse_prefix
from diagnosis.reachability.answers import Code, Verdict
from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.intervals import EMPTY, Intervals, difference, intersection, normalised, single, union
from diagnosis.reachability.packets import (
    ANY_PORT,
    ANY_PROTOCOL,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    WITH_PORTS,
    Box,
    Packet,
    PacketSet,
    icmp_ports,
    port_text,
    protocol_name,
)
from diagnosis.reachability.prefix_lists import PrefixLists

_NUMBERS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6, "-1": -1}


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end, as far as security groups can tell.

    `groups` is None for what has no groups (the internet, a network on premises); `lost` says why references
    to the peer's groups do not match although it has some.
    """

    address: int
    groups: frozenset[str] | None = None
    lost: Code | None = None


@dataclass(frozen=True, slots=True)
class SecurityGroupRule:
    """One IpPermission: `protocol` -1 is any; `ports` are destination ports or ICMP types and codes.

    Without `is_whole` the description lacks the protocol, and whether the rule admits anything is unknown.
    """

    protocol: int
    ports: Intervals
    prefixes: tuple[Prefix, ...]
    prefix_lists: tuple[str, ...]
    groups: tuple[str, ...]
    is_whole: bool = True

    @classmethod
    def from_raw(cls, raw: Raw) -> "SecurityGroupRule":
        """The rule of one IpPermission; references over a peering that ended are left out."""
        named = raw.get("IpProtocol")
        protocol = protocol_number("-1" if named is None else str(named))
        cidrs = [entry["CidrIp"] for entry in raw.get("IpRanges", ())]
        cidrs += [entry["CidrIpv6"] for entry in raw.get("Ipv6Ranges", ())]
        pairs = [
            pair["GroupId"]
            for pair in raw.get("UserIdGroupPairs", ())
            if pair.get("GroupId") and pair.get("PeeringStatus", "active") == "active"
        ]
        return cls(
            protocol,
            _rule_ports(protocol, raw.get("FromPort"), raw.get("ToPort")),
            tuple(parse_prefix(cidr) for cidr in cidrs),
            tuple(entry["PrefixListId"] for entry in raw.get("PrefixListIds", ())),
            tuple(pairs),
            is_whole=named is not None,
        )

    def matches(self, peer: Peer, lists: PrefixLists, described: Mapping[str, object]) -> bool | None:
        """Whether the rule names this peer; None where it lacks its protocol, or a list or group is not described."""
        if not self.is_whole:
            return None
        if any(peer.address in prefix for prefix in self.prefixes):
            return True
        known = [lists.get(list_id) for list_id in self.prefix_lists]
        if any(peer.address in prefix for prefixes in known if prefixes for prefix in prefixes):
            return True
        if peer.groups is not None and peer.lost is None:
            if not peer.groups.isdisjoint(self.groups):
                return True
            if any(group not in described for group in self.groups):
                return None
        return None if None in known else False

    @property
    def text(self) -> str:
        """The rule for a reader: `tcp/443 from or to 10.0.0.0/8, sg-1`."""
        named = [*(prefix.text for prefix in self.prefixes), *self.prefix_lists, *self.groups]
        service = "all traffic" if self.protocol == -1 else protocol_name(self.protocol)
        if self.protocol in WITH_PORTS:
            service += f"/{port_text(self.ports)}"
        return f"{service} for {', '.join(named) or 'nobody'}"


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """One group with its rules of both directions."""

    id: str
    vpc_id: str
    ingress: tuple[SecurityGroupRule, ...]
    egress: tuple[SecurityGroupRule, ...]

    @classmethod
    def from_raw(cls, raw: Raw) -> "SecurityGroup":
        """The group of one object of DescribeSecurityGroups."""
        ingress = tuple(SecurityGroupRule.from_raw(rule) for rule in raw.get("IpPermissions", ()))
        egress = tuple(SecurityGroupRule.from_raw(rule) for rule in raw.get("IpPermissionsEgress", ()))
        return cls(raw["GroupId"], raw.get("VpcId", ""), ingress, egress)

    def rules(self, egress: bool) -> tuple[SecurityGroupRule, ...]:
        """The rules of one direction."""
        return self.egress if egress else self.ingress


@dataclass(frozen=True, slots=True)
class GroupDecision:
    """Whether a set of groups admits a packet: REACHABLE admits, BLOCKED refuses, UNKNOWN cannot be decided.

    `rule` is a rule that admitted; `refusing` the groups none of whose rules did; `reason` what is not known.
    """

    verdict: Verdict
    rule: str = ""
    refusing: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class SecurityGroups:
    """All described groups, and the prefix lists that their rules name."""

    by_id: Mapping[str, SecurityGroup]
    lists: PrefixLists

    def decide(self, group_ids: Sequence[str], packet: Packet, peer: Peer, egress: bool) -> GroupDecision:
        """Whether the groups together admit every port of a packet from (or, on egress, to) the peer."""
        left = packet.destination_ports
        maybe = EMPTY
        for group_id in group_ids:
            group = self.by_id.get(group_id)
            if group is None:
                maybe = ANY_PORT
                continue
            for rule in group.rules(egress):
                if rule.protocol not in (-1, packet.protocol):
                    continue
                ports = intersection(left, rule.ports)
                matched = rule.matches(peer, self.lists, self.by_id) if ports else False
                if matched:
                    left = difference(left, ports)
                    if not left:
                        return GroupDecision(Verdict.REACHABLE, f"{group_id}: {rule.text}")
                elif matched is None:
                    maybe = union(maybe, ports)
        reason = self._undescribed(group_ids, egress) if maybe else ""
        if not difference(left, maybe):
            return GroupDecision(Verdict.UNKNOWN, reason=reason)
        return GroupDecision(Verdict.BLOCKED, refusing=tuple(group_ids), reason=reason)

    def admitted(self, group_ids: Iterable[str], peer: Peer, egress: bool) -> PacketSet:
        """Every packet that the groups admit from (or to) any address, as if all of them had the peer's groups."""
        boxes = []
        for group in (self.by_id[group_id] for group_id in group_ids if group_id in self.by_id):
            boxes += [self.admitted_by(rule, peer, egress) for rule in group.rules(egress) if rule.is_whole]
        return PacketSet.of(box for box in boxes if not box.is_empty)

    def admitted_by(self, rule: SecurityGroupRule, peer: Peer, egress: bool) -> Box:
        """Every packet that one rule admits."""
        protocols = ANY_PROTOCOL if rule.protocol == -1 else single(rule.protocol)
        far = {"destinations" if egress else "sources": self._named(rule, peer)}
        return Box(protocols=protocols, destination_ports=rule.ports, **far)

    def _named(self, rule: SecurityGroupRule, peer: Peer) -> Intervals:
        if peer.groups is not None and peer.lost is None and not peer.groups.isdisjoint(rule.groups):
            return ANYWHERE
        listed = (prefix for list_id in rule.prefix_lists for prefix in self.lists.get(list_id, ()))
        return normalised(span for prefix in (*rule.prefixes, *listed) for span in prefix.intervals)

    def explain_refusal(
        self, group_id: str, packet: Packet, peer: Peer, egress: bool, far: str = ""
    ) -> tuple[Code, str]:
        """The code and the wording of why one group does not admit a packet; `far` words the peer's address."""
        group = self.by_id[group_id]
        side, word = ("egress", "to") if egress else ("ingress", "from")
        rules = group.rules(egress)
        if not rules:
            return Code.ENI_SG_RULES_MISMATCH, f"{group_id} has no {side} rules"
        nearest = [rule for rule in rules if rule.protocol in (-1, packet.protocol)] or list(rules)
        shown = "; ".join(rule.text for rule in nearest[:3]) + (" ..." if len(nearest) > 3 else "")
        detail = f"no {side} rule of {group_id} admits {packet.service} {word} {far or format_address(peer.address)}"
        if peer.lost is not None and any(peer.groups and peer.groups & set(rule.groups) for rule in nearest):
            return (
                peer.lost,
                f"{detail}: its rule names the peer's group, which is not recognised on this path ({shown})",
            )
        return Code.ENI_SG_RULES_MISMATCH, f"{detail} ({side}: {shown})"

    def _undescribed(self, group_ids: Sequence[str], egress: bool) -> str:
        missing = {group_id for group_id in group_ids if group_id not in self.by_id}
        for group in (self.by_id[group_id] for group_id in group_ids if group_id in self.by_id):
            for rule in group.rules(egress):
                missing.update([] if rule.is_whole else [f"the protocol of a rule of {group.id}"])
                missing.update(name for name in rule.groups if name not in self.by_id)
                missing.update(name for name in rule.prefix_lists if name not in self.lists)
        return f"not described: {', '.join(sorted(missing))}"


def protocol_number(text: str) -> int:
    """The number of a protocol as rules write it (`tcp`, `6`, `-1` for any)."""
    return _NUMBERS[text] if text in _NUMBERS else int(text)


def read_security_groups(descriptions: Descriptions, lists: PrefixLists) -> SecurityGroups:
    """Every described group."""
    groups = (SecurityGroup.from_raw(raw) for _, raw in descriptions.objects("SecurityGroups"))
    return SecurityGroups({group.id: group for group in groups}, lists)


def _rule_ports(protocol: int, low: int | None, high: int | None) -> Intervals:
    if protocol in (ICMP, ICMPV6):
        return icmp_ports(-1 if low is None else low, -1 if high is None else high)
    if protocol not in WITH_PORTS or low is None or low == -1:
        return ANY_PORT
    return ((low, low if high is None else high),)
