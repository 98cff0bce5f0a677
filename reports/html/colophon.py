"""What did the run ask of AWS, what did it cost, and as whom did it look where?"""

from __future__ import annotations

from reports.html.markup import Content, Html, tag
from reports.html.telling import Telling
from reports.words import one_line, several, size


def colophon(told: Telling) -> Html:
    """Cost, calls, places and identities."""
    view = told.view
    places = [(e.place, f"blind: {one_line(e.blind)}" if e.blind else e.identity or "recorded") for e in view.entrances]
    mode = f"{view.mode} {view.scenario}".strip() + (f" of {view.replayed}" if view.replayed else "")
    rows: list[tuple[str, Content]] = [
        ("version", view.version),
        ("mode", mode),
        ("window", f"{view.window.start:%Y-%m-%d %H:%M} to {view.window.end:%Y-%m-%d %H:%M} UTC"),
        ("endpoint", view.endpoint),
        ("gate", "only impact now fails" if view.gate else ""),
        *places,
    ]
    lines = [(tag("dt", name), tag("dd", text)) for name, text in rows if text]
    return tag(
        "section",
        tag("h2", "The run", id="run"),
        tag("dl", lines, class_="facts"),
        _usage(told),
        aria_labelledby="run",
    )


def _usage(told: Telling) -> Content:
    usage = told.usage
    if usage is None or told.view.mode == "replay":
        return tag(
            "p", "Nothing was asked of AWS: recorded evidence was judged again." if usage else "", class_="quiet"
        )
    calls = sum(usage.calls.values())
    scanned = f", {size(usage.scanned_bytes)} of logs scanned" if usage.scanned_bytes else ""
    metrics = f", {several(usage.metrics_requested, 'metric')} requested" if usage.metrics_requested else ""
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", f"{number:,}", class_="n"))
        for name, number in sorted(usage.calls.items(), key=lambda entry: (-entry[1], entry[0]))
    ]
    head = tag("tr", tag("th", "Operation", scope="col"), tag("th", "Calls", scope="col", class_="n"))
    return [
        tag("p", tag("strong", f"About ${usage.cost_usd:.4f}"), f": {several(calls, 'AWS call')}{scanned}{metrics}."),
        tag("details", tag("summary", "calls by operation"), tag("table", tag("thead", head), tag("tbody", rows))),
    ]
