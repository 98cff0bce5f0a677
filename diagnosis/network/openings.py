"""Which rules of security groups let in what must not get through?"""

from __future__ import annotations

from collections.abc import Iterable

from diagnosis.network.description import NetworkDescription
from diagnosis.network.paths import Way
from diagnosis.reachability.addresses import INTERNET, IPV4
from diagnosis.reachability.intervals import intersection, single
from diagnosis.reachability.packets import Box, PacketSet
from diagnosis.reachability.security_groups import Peer, protocol_number

Opening = tuple[str, str]
"""A group, and its rule in words: `tcp/5432 for 0.0.0.0/0`."""


def openings(way: Way, groups: Iterable[str], network: NetworkDescription) -> list[Opening]:
    """The ingress rules of these groups that admit what the way carries from addresses of the internet."""
    if way.source.block != "internet":
        return []
    known, public = network.model.inventory.security_groups, intersection(INTERNET, IPV4)
    ports = {} if way.port is None else {"destination_ports": single(way.port)}
    wanted = PacketSet((Box(sources=public, protocols=single(protocol_number(way.protocol)), **ports),))
    stranger = Peer(public[0][0], None)
    return [
        (group, rule.text)
        for group in groups
        if group in known.by_id
        for rule in known.by_id[group].rules(False)
        if rule.is_whole and PacketSet((known.admitted_by(rule, stranger, False),)).intersect(wanted)
    ]
