"""Which whole numbers? Sets of integers as sorted, disjoint, closed intervals.

Ports, protocol numbers and IP addresses are all numbers on a line, so one small algebra serves them all.
An ``Intervals`` value is always normalised: sorted, disjoint, and no two neighbours touch.
"""

from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]

EMPTY: Intervals = ()


def normalised(ranges: Iterable[tuple[int, int]]) -> Intervals:
    """The same numbers, sorted, with overlapping and touching ranges joined; empty ranges are dropped."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(span for span in ranges if span[0] <= span[1]):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)


def single(number: int) -> Intervals:
    """The set that holds one number."""
    return ((number, number),)


def union(left: Intervals, right: Intervals) -> Intervals:
    """Every number of either set."""
    return normalised((*left, *right))


def intersection(left: Intervals, right: Intervals) -> Intervals:
    """Every number of both sets."""
    common: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if low <= high:
            common.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def difference(left: Intervals, right: Intervals) -> Intervals:
    """Every number of the left set that the right set lacks."""
    rest: list[tuple[int, int]] = []
    first = 0
    for start, high in left:
        low = start
        while first < len(right) and right[first][1] < low:
            first += 1
        for cut in range(first, len(right)):
            cut_low, cut_high = right[cut]
            if cut_low > high:
                break
            if cut_low > low:
                rest.append((low, cut_low - 1))
            low = cut_high + 1
        if low <= high:
            rest.append((low, high))
    return tuple(rest)


def contains(intervals: Intervals, number: int) -> bool:
    """Whether the number is in the set."""
    return any(low <= number <= high for low, high in intervals)


def covers(left: Intervals, right: Intervals) -> bool:
    """Whether the left set holds every number of the right set."""
    return not difference(right, left)
