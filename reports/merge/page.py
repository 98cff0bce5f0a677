"""How does the merged report come to HTML? One page that fetches nothing and runs nothing; every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from diagnosis import VERSION
from reports.html.markup import Content, Html, tag
from reports.html.page import STYLE
from reports.merge.fleet import VERDICTS, Change, Fleet, PlaceView, Trouble, Verdict
from reports.merge.text import COUNTED, MEANING
from reports.words import one_line, several

NAME = "fleet.html"
_COLOURS: dict[Verdict, str] = {
    "sick": "failed", "blind": "error", "partly blind": "error", "nothing checked": "skipped", "healthy": "passed",
}  # fmt: skip
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_page(fleet: Fleet, folder: Path) -> Path:
    """Write fleet.html; where it is. OSError where that cannot be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / NAME
    path.write_text(page(fleet), encoding="utf-8")
    return path


def page(fleet: Fleet) -> str:
    """The whole page."""
    title = f"Vitals {VERSION} · fleet" + (f" · {fleet.until[:16].replace('T', ' ')} UTC" if fleet.until else "")
    head = tag(
        "head",
        Html('<meta charset="utf-8"/>'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1"/>'),
        tag("title", title),
        tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    return (
        f"<!DOCTYPE html>\n{tag('html', head, tag('body', tag('h1', title), tag('main', _body(fleet))), lang='en')}\n"
    )


def _body(fleet: Fleet) -> Iterator[Html]:
    yield _verdict(fleet)
    yield from _blind(fleet)
    yield from _causes(fleet)
    yield from _services(fleet)
    yield from _change(fleet.change)
    yield _places(fleet)


def _verdict(fleet: Fleet) -> Html:
    code = fleet.exit_code()
    colour = {0: "good", 1: "bad"}.get(code, "unsure")
    tiles = [
        tag("li", tag("b", f"{number:,}"), " ", verdict, class_=f"tile {_COLOURS[verdict]}")
        for verdict, number in fleet.verdicts().items()
    ]
    words = {0: "Healthy", 5: "Nothing was checked"}.get(code) or _state(fleet)
    return tag(
        "section",
        tag("h2", words, id="verdict"),
        tag("ul", tiles, class_="tiles", aria_label="places by verdict"),
        tag("p", tag("strong", "Coverage: "), fleet.coverage(), class_="coverage"),
        tag("ul", [tag("li", one_line(note)) for note in fleet.notes], class_="warnings") if fleet.notes else None,
        tag("p", f"exit {MEANING[code]}", class_="quiet"),
        class_=f"verdict {colour}",
        aria_labelledby="verdict",
    )


def _state(fleet: Fleet) -> str:
    sick, unseen = len(fleet.of("sick")), len(fleet.of("blind", "partly blind"))
    if sick:
        return f"{several(sick, 'place')} of {len(fleet.places):,} sick"
    return f"Nothing sick was found, but {several(unseen, 'place')} could not be looked at, or not wholly"


def _blind(fleet: Fleet) -> Iterator[Html]:
    if blind := fleet.blind():
        rows = [(tag("code", place.place), one_line(place.blind)) for place in blind]
        yield _section("blind", "Blind places", _table(("Place", "Why nobody knows how it is"), rows))


def _causes(fleet: Fleet) -> Iterator[Html]:
    if not fleet.causes:
        return
    rows = [
        (
            tag("span", cause.cause, class_="chip"), f"{cause.places:,}", f"{cause.likeliest:,}", f"{cause.findings:,}",
            f"{cause.now:,}", [one_line(cause.example), " ", tag("div", one_line(cause.at), class_="id")],
            one_line(cause.remedy),
        )
        for cause in fleet.causes
    ]  # fmt: skip
    heads = ("Cause", "Places", "Likeliest in", "Findings", "Hurt now", "For example", "Try")
    yield _section("causes", "Top causes", _table(heads, rows))


def _services(fleet: Fleet) -> Iterator[Html]:
    if not fleet.services:
        return
    rows = [
        (one_line(s.service), f"{s.findings:,}", f"{s.now:,}", f"{s.places:,}", one_line(", ".join(s.causes)))
        for s in fleet.services
    ]
    left = f"{several(fleet.unnamed, 'finding')} more of no known service" if fleet.unnamed else ""
    yield _section(
        "services",
        "Worst services",
        _table(("Service", "Findings", "Hurt now", "Places", "Causes"), rows),
        tag("p", left, class_="quiet") if left else None,
    )


def _change(change: Change) -> Iterator[Html]:
    if change.problem:
        yield _section("since", "Since the night before", tag("p", one_line(change.problem), class_="doubt"))
    if not change.before:
        return
    counts = ", ".join(f"{change.counts.get(word, 0):,} {said}" for word, said in COUNTED)
    places = (("newly blind", change.newly_blind), ("seen again", change.seen_again), ("no longer there", change.gone))
    yield _section(
        "since",
        f"Since {one_line(change.before)}",
        tag("p", counts),
        [tag("p", f"Places {said}: {one_line(', '.join(names))}") for said, names in places if names],
        tag(
            "div",
            _became("new", "New", change.new, change.counts.get("new", 0)),
            _became("still", "Found where nobody could look then", change.found, change.counts.get("found", 0)),
            _became("fixed", "Fixed", change.fixed, change.counts.get("fixed", 0)),
            _became("still", "Not seen any more", change.unseen, change.counts.get("unseen", 0)),
            class_="columns",
        ),
    )


def _became(word: str, title: str, troubles: Sequence[Trouble], number: int) -> Html | None:
    if not troubles:
        return None
    lines = [
        tag("li", tag("span", t.cause, class_="chip"), " ", one_line(t.symptom), tag("div", _where(t), class_="id"))
        for t in troubles
    ]
    more = tag("li", f"and {number - len(troubles):,} more, in fleet.jsonl") if number > len(troubles) else None
    return tag("div", tag("h3", f"{title} ({number:,})"), tag("ul", lines, more), class_=f"became {word}")


def _where(trouble: Trouble) -> str:
    return f"{trouble.check}[{trouble.target}]"


def _places(fleet: Fleet) -> Html:
    """All places by verdict; the healthy ones folded."""
    parts: list[Content] = []
    for verdict in VERDICTS:
        places = fleet.of(verdict)
        if not places:
            continue
        heads = ("Place", "Sick", "Could not look", "Healthy", "Not applicable", "What is known")
        table = _table(heads, [_place(place) for place in places])
        summary = tag("summary", f"{several(len(places), 'place')} {verdict}")
        parts.append(tag("details", summary, table, class_="fold", open=verdict in ("sick", "partly blind")))
    return _section("places", "Places by verdict", parts)


def _place(place: PlaceView) -> Sequence[Content]:
    of = place.counts.get
    said = "; ".join(part for part in (", ".join(place.causes), place.problem or place.unseen) if part)
    numbers = (of("failed", 0), of("error", 0), of("passed", 0) + of("xfailed", 0), of("skipped", 0))
    return (tag("code", place.place), *(f"{number:,}" for number in numbers), one_line(said))


def _section(name: str, title: str, *content: Content) -> Html:
    return tag("section", tag("h2", title, id=name), *content, aria_labelledby=name)


def _table(heads: Sequence[str], rows: Iterable[Sequence[Content]]) -> Html:
    head = tag("tr", [tag("th", name, scope="col") for name in heads])
    body = [tag("tr", [tag("td", cell) for cell in row]) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="scroll")
