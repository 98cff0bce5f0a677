"""Does a way between two ends exist? The answers for all its flows, folded into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from diagnosis.network.aws_services import EVERYWHERE
from diagnosis.network.description import NetworkDescription, groups_of
from diagnosis.network.entrances import admitted_clients
from diagnosis.network.internet_addresses import internet_examples
from diagnosis.network.path_addresses import blocks_of
from diagnosis.network.paths import Way, ends, pairs
from diagnosis.reachability import (
    Answer,
    Blocker,
    BlockerKey,
    Endpoint,
    Flow,
    FlowError,
    Network,
    UndescribedError,
    Verdict,
)
from diagnosis.reachability.addresses import format_address, parse_prefix
from diagnosis.reachability.intervals import Intervals, difference, single
from diagnosis.reachability.packets import ANY_PORT, WITH_PORTS, Box, PacketSet


@dataclass(frozen=True)
class Outcome:
    """What is known about a way: what blocks it, why something is not known, and a packet that gets through."""

    verdict: Verdict
    blockers: tuple[Blocker, ...] = ()
    doubts: tuple[str, ...] = ()
    through: str = ""
    sources: int = 0
    """How many source addresses get through, where the source is a set of addresses."""
    route: tuple[str, ...] = ()
    """The components that the first blocked flow passes, as far as it gets."""


def outcome_of(way: Way, network: NetworkDescription) -> Outcome:
    """The outcome of a way; unknown where an end is not described or an answer is."""
    unasked = _unasked(way)
    if unasked:
        return Outcome(Verdict.UNKNOWN, doubts=(unasked,))
    try:
        if way.must == "not exist":
            return _of_sets(way, network)
        if way.admits_some:
            return _of_some(way, network)
        return _of_block(way, network) if _is_set(way) else _of_pairs(way, network)
    except (UndescribedError, FlowError) as error:
        return Outcome(Verdict.UNKNOWN, doubts=(str(error),))


def _unasked(way: Way) -> str:
    """Why there is no flow to ask about; empty where there is one. Else it would seem that nothing gets through."""
    empty = [side.name for side in (way.source, way.destination) if not side.spots and not side.block]
    if empty:
        return f"nothing described is {' or '.join(empty)}"
    if not way.source.spots and not way.destination.spots:
        return f"{way.source.name} and {way.destination.name} are both sets of addresses: name what one of them is"
    return ""


def _is_set(way: Way) -> bool:
    return way.source.block not in ("", "internet")


def _flow(way: Way, start: Endpoint, end: Endpoint) -> Flow:
    return Flow(start, end, way.protocol, way.port)


def _of_pairs(way: Way, network: NetworkDescription) -> Outcome:
    """Every source must reach every destination; of ends that are one of several, whichever it is."""
    traced = [(s, d, m.trace(_flow(way, s, d))) for m, s, d in _all_pairs(way, network)]
    if way.source.one_of or way.destination.one_of:
        return _of_one(way, traced)
    return _folded(answer for _, _, answer in traced)


def _all_pairs(way: Way, network: NetworkDescription) -> Iterable[tuple[Network, Endpoint, Endpoint]]:
    if way.source.block == "internet":
        for _, end in ends(way.destination, network):
            yield network.model, Endpoint("internet"), end
    elif way.destination.block == "internet":
        for model, start in ends(way.source, network):
            yield model, start, Endpoint("internet")
    else:
        yield from pairs(way, network)


def _of_one(way: Way, traced: list[tuple[Endpoint, Endpoint, Answer]]) -> Outcome:
    """Each known source to the one destination: alike for all candidates, or not known."""
    key = (lambda entry: str(entry[0])) if way.destination.one_of else (lambda entry: str(entry[1]))
    outcomes = []
    for _, several in groupby(sorted(traced, key=key), key):
        answers = [answer for _, _, answer in several]
        if len({answer.verdict for answer in answers}) > 1:
            end = way.destination if way.destination.one_of else way.source
            outcomes.append(Outcome(Verdict.UNKNOWN, doubts=(f"which interface is {end.name}'s is not described",)))
        else:
            outcomes.append(_folded(answers[:1]))
    blocked = next((outcome for outcome in outcomes if outcome.verdict is Verdict.BLOCKED), None)
    return blocked or next((o for o in outcomes if o.verdict is Verdict.UNKNOWN), outcomes[0])


def _folded(answers: Iterable[Answer]) -> Outcome:
    blockers: dict[BlockerKey, Blocker] = {}
    doubts: dict[str, None] = {}
    route: tuple[str, ...] = ()
    for answer in answers:
        if answer.verdict is Verdict.BLOCKED:
            route = route or answer.path
            blockers |= {b.key: b for b in answer.blockers if b.key not in blockers}
        elif answer.verdict is Verdict.UNKNOWN:
            doubts.update(dict.fromkeys(answer.unknown))
    if blockers:
        return Outcome(Verdict.BLOCKED, tuple(blockers.values()), route=route)
    return Outcome(Verdict.UNKNOWN, doubts=tuple(doubts)) if doubts else Outcome(Verdict.REACHABLE)


def _of_block(way: Way, network: NetworkDescription) -> Outcome:
    """Every address of a block must get through."""
    wanted = parse_prefix(way.source.block).intervals
    outcomes = []
    for model, end in ends(way.destination, network):
        reached = _reached(way, model, end, way.source.block)
        missing = difference(wanted, reached.sources)
        if not missing:
            outcomes.append(Outcome(Verdict.REACHABLE))
            continue
        example = Endpoint("ip", ip=format_address(missing[0][0]), block=way.source.block)
        outcomes.append(_folded([model.trace(_flow(way, example, end))]))
    worst = (Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.REACHABLE)
    return min(outcomes, key=lambda outcome: worst.index(outcome.verdict))


def _of_some(way: Way, network: NetworkDescription) -> Outcome:
    """Somebody of the internet must get to every node; what lies beyond it is not asked."""
    answers: list[Answer] = []
    doubts: dict[str, None] = {}
    for model, end in ends(way.destination, network):
        exposure = model.exposure(end, way.source.block, way.protocol, onward=False)
        if exposure.intersect(PacketSet((Box(destination_ports=_asked(way)),))):
            continue
        doubts.update(dict.fromkeys(exposure.unknown))
        if not exposure.unknown:
            answers.append(model.trace(_flow(way, _client(way, end, network), end), onward=False))
    outcome = _folded(answers)
    if outcome.verdict is Verdict.REACHABLE and doubts:
        return Outcome(Verdict.UNKNOWN, doubts=tuple(doubts))
    return outcome


def _client(way: Way, node: Endpoint, network: NetworkDescription) -> Endpoint:
    """Somebody whom the groups of a node admit, so that they are not blamed where something else refuses."""
    held = next(i for i in network.interfaces if i["NetworkInterfaceId"] == node.id)
    admitted = admitted_clients(sorted(groups_of(held)), way.protocol, way.port or 0, network)
    return Endpoint("internet", ip=format_address(admitted[0][0]) if admitted else None, block=EVERYWHERE)


def _of_sets(way: Way, network: NetworkDescription) -> Outcome:
    """Nothing may get through from any source to any destination."""
    found = Outcome(Verdict.BLOCKED)
    doubts: dict[str, None] = {}
    for outcome in _every_flow(way, network):
        if outcome.verdict is Verdict.REACHABLE and outcome.sources >= found.sources:
            found = outcome
        doubts.update(dict.fromkeys(outcome.doubts))
    if found.verdict is Verdict.REACHABLE:
        return found
    return Outcome(Verdict.UNKNOWN, doubts=tuple(doubts)) if doubts else found


def _every_flow(way: Way, network: NetworkDescription) -> Iterable[Outcome]:
    if way.source.block:
        for model, whole in ends(way.destination, network):
            for end in model.nodes_of(whole):
                yield _of_exposure(way, model, end, way.source.block)
    elif way.destination.block == "internet":
        for model, start in ends(way.source, network):
            for address in internet_examples(model):
                yield from _between(way, model, start, Endpoint("internet", ip=address), network)
    else:
        for model, start, whole in pairs(way, network):
            for end in model.nodes_of(whole):
                yield from _between(way, model, start, end, network)


def _between(
    way: Way, model: Network, start: Endpoint, end: Endpoint, network: NetworkDescription
) -> Iterable[Outcome]:
    """What gets through from any address of a source; and from the source as such, where these may not be all."""
    blocks = blocks_of(start, network)
    for block in blocks:
        yield _of_exposure(way, model, end, block)
    if not (start.type == "network-interface" and start.ip and end.type in ("network-interface", "instance")):
        yield _of_trace(way, model, start, end, known=bool(blocks))


def _of_trace(way: Way, model: Network, start: Endpoint, end: Endpoint, *, known: bool) -> Outcome:
    """A trace without a port asks for all of them: that one is closed says nothing of the others."""
    flow = _flow(way, start, end)
    answer = model.trace(flow)
    if answer.verdict is Verdict.REACHABLE:
        return Outcome(Verdict.REACHABLE, through=f"{start} → {end}", sources=1)
    if answer.verdict is Verdict.BLOCKED and way.port is None and flow.number in WITH_PORTS and not known:
        return Outcome(Verdict.UNKNOWN, doubts=(f"whether any port of {end} is open to {start}: name a port",))
    return Outcome(answer.verdict, doubts=answer.unknown if answer.verdict is Verdict.UNKNOWN else ())


def _reached(way: Way, model: Network, end: Endpoint, block: str) -> PacketSet:
    return model.exposure(end, block, way.protocol).intersect(PacketSet((Box(destination_ports=_asked(way)),)))


def _asked(way: Way) -> Intervals:
    return ANY_PORT if way.port is None else single(way.port)


def _of_exposure(way: Way, model: Network, end: Endpoint, block: str) -> Outcome:
    exposure = model.exposure(end, block, way.protocol)
    reached = exposure.intersect(PacketSet((Box(destination_ports=_asked(way)),)))
    example = reached.example()
    if example is None:
        return Outcome(Verdict.UNKNOWN if exposure.unknown else Verdict.BLOCKED, doubts=exposure.unknown)
    sources = sum(high - low + 1 for low, high in reached.sources)
    words = (
        f"{format_address(example.source)} → {format_address(example.destination)}:{example.destination_ports[0][0]}"
    )
    return Outcome(Verdict.REACHABLE, through=words, sources=sources)
