"""What does somebody read first in the morning? The fleet in plain lines, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.merge.fleet import Change, Fleet
from reports.words import hurting, one_line, several

SHOWN = 20
"""So many of a kind are written out; the page and fleet.jsonl hold every one."""
MEANING = {
    0: "0, healthy",
    1: "1, something is sick",
    5: "5, nothing was checked",
    6: "6, nothing sick was found, but something could not be looked at",
}


def lines(fleet: Fleet) -> Iterator[str]:
    """The report, free of anything that a terminal would obey."""
    yield f"fleet: {several(len(fleet.places), 'place')}: " + ", ".join(
        f"{number:,} {verdict}" for verdict, number in fleet.verdicts().items() if number
    )
    yield from _blind(fleet)
    yield from _causes(fleet)
    yield from _services(fleet)
    yield from _sick(fleet)
    yield from _partly(fleet)
    yield from changed(fleet.change)
    yield from (f"note:     {one_line(note)}" for note in fleet.notes)
    yield f"coverage: {fleet.coverage()}"
    yield f"exit:     {MEANING[fleet.exit_code()]}"


def _blind(fleet: Fleet) -> Iterator[str]:
    """Every blind place: none of them may be overlooked."""
    if blind := fleet.blind():
        yield _heading(f"{several(len(blind), 'blind place')}: nobody knows how they are")
        yield from (f"{one_line(place.place)}: {one_line(place.blind)}" for place in blind)


def _causes(fleet: Fleet) -> Iterator[str]:
    if not fleet.causes:
        return
    yield _heading("top causes")
    for cause in fleet.causes[:SHOWN]:
        likeliest = f", the likeliest in {cause.likeliest:,}" if cause.likeliest else ""
        now = f", {hurting(cause.now)}" if cause.now else ""
        yield (
            f"{one_line(cause.cause)}: in {several(cause.places, 'place')}{likeliest}; "
            f"{several(cause.findings, 'finding')}{now}"
        )
        yield f"    for example: {one_line(cause.example)} · {one_line(cause.at)}"
        if cause.remedy:
            yield f"    try:  {one_line(cause.remedy)}"


def _services(fleet: Fleet) -> Iterator[str]:
    if not fleet.services:
        return
    yield _heading("worst services")
    for service in fleet.services[:SHOWN]:
        now = f", {service.now:,} hurt now" if service.now else ""
        yield (
            f"{one_line(service.service)}: {several(service.findings, 'finding')}{now}, "
            f"in {several(service.places, 'place')}: {one_line(', '.join(service.causes))}"
        )
    if fleet.unnamed:
        yield f"of no known service: {several(fleet.unnamed, 'finding')}"


def _sick(fleet: Fleet) -> Iterator[str]:
    sick = sorted(fleet.of("sick"), key=lambda place: (-place.counts.get("failed", 0), place.place))
    if not sick:
        return
    yield _heading(several(len(sick), "sick place"))
    for place in sick[:SHOWN]:
        blind = f", {several(place.counts['error'], 'check')} could not look" if place.counts.get("error") else ""
        failed = several(place.counts.get("failed", 0), "check")
        yield f"{one_line(place.place)}: {failed} failed{blind}: {one_line(', '.join(place.causes))}"
    yield from _more(len(sick))


def _partly(fleet: Fleet) -> Iterator[str]:
    partly = fleet.of("partly blind")
    if not partly:
        return
    yield _heading(f"{several(len(partly), 'place')} partly blind")
    for place in partly[:SHOWN]:
        yield f"{one_line(place.place)}: {several(place.counts['error'], 'check')}: {one_line(place.unseen)}"
    yield from _more(len(partly))


def _more(number: int) -> Iterator[str]:
    if number > SHOWN:
        yield f"and {number - SHOWN:,} more"


def changed(change: Change) -> Iterator[str]:
    """What came since the night before."""
    if change.problem:
        yield f"history:  {one_line(change.problem)}"
    if not change.before:
        return
    counts = [f"{change.counts.get(word, 0):,} {said}" for word, said in COUNTED]
    yield _heading(f"since {one_line(change.before)}")
    yield ", ".join(counts)
    for word, troubles in (("new", change.new), ("found where nobody could look then", change.found)):
        for trouble in troubles[:SHOWN]:
            yield one_line(f"{word}: {trouble.check}[{trouble.target}] {trouble.cause}: {trouble.symptom}")
    yield from _named("newly blind", change.newly_blind)
    yield from _named("seen again", change.seen_again)
    yield from _named("no longer in the fleet", change.gone)


COUNTED = (
    ("new", "new"),
    ("found", "found where nobody could look then"),
    ("fixed", "fixed"),
    ("still", "still sick"),
    ("unseen", "not seen any more"),
)


def _named(title: str, places: Sequence[str]) -> Iterator[str]:
    if places:
        more = f" and {len(places) - SHOWN:,} more" if len(places) > SHOWN else ""
        yield one_line(f"{title}: {', '.join(places[:SHOWN])}{more}")


def _heading(title: str) -> str:
    return f"\n== {title}"
