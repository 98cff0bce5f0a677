"""How healthy is each domain, service and kind of resource, and which checks were well?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from reports.html.markup import Html, tag
from reports.html.telling import OUTCOMES, Telling, grouped
from reports.verdicts import Outcome

_SHORT: Mapping[Outcome, str] = {**OUTCOMES, "error": "blind", "skipped": "n/a"}
_WIDTH = 160


def health(told: Telling) -> Html:
    """A table for each way to count; by service where anything is tagged with one; kinds of resources folded."""
    results = told.tally.results
    domains, services, kinds = (grouped(results, label) for label in ("domain", "service", "kind"))
    tables = [
        _table(title, groups)
        for title, groups in (("Domain", domains), ("Service, by tags that were read", services))
        if groups
    ]
    folded = tag("details", tag("summary", "by kind of resource"), _table("Kind", kinds)) if kinds else None
    return tag(
        "section",
        tag("h2", "Health", id="health"),
        tag("div", tables, class_="columns"),
        folded,
        aria_labelledby="health",
    )


def _table(title: str, groups: Mapping[str, Counter[Outcome]]) -> Html:
    shown = [outcome for outcome in OUTCOMES if any(count[outcome] for count in groups.values())]
    head = tag("tr", tag("th", title, scope="col"), tag("td", aria_hidden="true"), [_head(o) for o in shown])
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", _bar(count), class_="bar"),
            [tag("td", f"{count[o]:,}" if count[o] else "·", class_=f"n {o}" if count[o] else "n none") for o in shown],
        )
        for name, count in groups.items()
    ]
    return tag("div", tag("table", tag("thead", head), tag("tbody", rows), class_="totals"), class_="scroll")


def _head(outcome: Outcome) -> Html:
    return tag("th", _SHORT[outcome], scope="col", class_="n", title=OUTCOMES[outcome])


def _bar(count: Counter[Outcome]) -> Html:
    """Shares side by side; whatever is there is seen, however small. The numbers beside it say the same."""
    total = sum(count.values())
    parts, x = [], 0.0
    for outcome in OUTCOMES:
        width = max(count[outcome] / total * _WIDTH, 3) if count[outcome] else 0
        width = min(width, _WIDTH - x)
        parts.append(Html(f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="10" class="{outcome}"></rect>'))
        x += width
    return tag("svg", parts, viewBox=f"0 0 {_WIDTH} 10", class_="share", aria_hidden="true", preserveAspectRatio="none")


def healthy(told: Telling) -> Html:
    """Healthy checks, counted by check; what does not apply, by its reason."""
    well = Counter(result.check for result in told.tally.of("passed"))
    idle = Counter((result.check, result.reason) for result in told.tally.of("skipped"))
    if not well and not idle:
        return Html()
    rows = [(check, f"{number:,} healthy") for check, number in sorted(well.items())]
    others = [(check, f"{number:,} not applicable: {why}") for (check, why), number in sorted(idle.items())]
    return tag(
        "section",
        tag("h2", "Healthy and not applicable", id="well"),
        _counted(f"{sum(well.values()):,} healthy, by check", rows),
        _counted(f"{sum(idle.values()):,} not applicable, by check and reason", others),
        aria_labelledby="well",
    )


def _counted(title: str, rows: list[tuple[str, str]]) -> Html | None:
    if not rows:
        return None
    lines = [tag("li", tag("code", check), " ", words) for check, words in rows]
    return tag("details", tag("summary", title), tag("ul", lines, class_="counted"))
