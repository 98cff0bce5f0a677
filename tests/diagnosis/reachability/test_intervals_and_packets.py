"""The algebra of intervals and packet sets, against plain sets of numbers."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.reachability.addresses import PrefixTable, format_address, parse_address, parse_prefix
from diagnosis.reachability.intervals import contains, covers, difference, intersection, normalised, union
from diagnosis.reachability.packets import Box, Packet, PacketSet

SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=4)
SMALL = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=2)


def numbers(intervals):
    return {n for low, high in intervals for n in range(low, high + 1)}


@given(SPANS, SPANS, st.integers(0, 12))
def test_interval_operations_are_those_of_sets(left, right, number):
    a, b = normalised(left), normalised(right)
    assert numbers(union(a, b)) == numbers(a) | numbers(b)
    assert numbers(intersection(a, b)) == numbers(a) & numbers(b)
    assert numbers(difference(a, b)) == numbers(a) - numbers(b)
    assert contains(a, number) == (number in numbers(a))
    assert covers(a, b) == (numbers(b) <= numbers(a))


@given(SPANS, SPANS)
def test_intervals_stay_normalised(left, right):
    for made in (union(normalised(left), normalised(right)), difference(normalised(left), normalised(right))):
        assert made == normalised(made)


def boxes():
    spans = SMALL.map(normalised)
    return st.builds(Box, spans, spans, spans, spans, spans)


def packets_of(packets: PacketSet):
    found = []
    for box in packets.boxes:
        sides = (box.sources, box.destinations, box.protocols, box.source_ports, box.destination_ports)
        found += itertools.product(*(sorted(numbers(side)) for side in sides))
    return found


@settings(max_examples=60)
@given(st.lists(boxes(), max_size=3), st.lists(boxes(), max_size=3))
def test_packet_sets_are_sets_of_packets(left, right):
    a, b = PacketSet.of(left), PacketSet.of(right)
    pa, pb = set(packets_of(a)), set(packets_of(b))
    assert len(packets_of(a)) == len(pa), "boxes are disjoint"
    assert set(packets_of(a.union(b))) == pa | pb
    assert set(packets_of(a.intersect(b))) == pa & pb
    assert set(packets_of(a.subtract(b))) == pa - pb
    assert bool(a) == bool(pa)
    assert a.equals(b) == (pa == pb)


@settings(max_examples=40)
@given(st.lists(boxes(), min_size=1, max_size=3))
def test_example_is_a_packet_of_the_set(made):
    packets = PacketSet.of(made)
    example = packets.example()
    assert (example is None) == (not packets)
    if example is not None:
        assert example in packets


def test_empty_set_has_no_example():
    assert PacketSet().example() is None
    assert not PacketSet((Box(sources=()),))


def test_icmp_echo_is_answered_and_an_error_is_not():
    echo = Packet(1, 2, 1, ((0, 65535),), ((8 << 8, 8 << 8),))
    assert echo.reply() == Packet(2, 1, 1, ((0, 65535),), ((0, 0),))
    assert Packet(1, 2, 1, ((0, 65535),), ((3 << 8, 3 << 8),)).reply() is None


def test_addresses_survive_both_ways():
    for text in ("0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "2600:1f18::1", "fd00:ec2::253"):
        assert format_address(parse_address(text)) == text


def test_the_longest_prefix_is_found_first_in_both_families():
    table: PrefixTable[str] = PrefixTable()
    for text in ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "::/0", "2600::/16"):
        table.add(parse_prefix(text), text)
    assert list(table.matches(parse_address("10.1.2.3"))) == [["10.1.0.0/16"], ["10.0.0.0/8"], ["0.0.0.0/0"]]
    assert list(table.matches(parse_address("2600::1"))) == [["2600::/16"], ["::/0"]]
    assert list(table.matches(parse_address("2a00::1"))) == [["::/0"]]
