"""What is wrong, seen how, and what is to be done? Every finding, folded by its cause."""

from __future__ import annotations

from collections import Counter

from diagnosis.findings import Finding
from reports.charts import figure
from reports.history import Key
from reports.html.markup import Html, console, copyable, tag
from reports.html.past import since_words
from reports.html.telling import Telling
from reports.tally import Result
from reports.words import command, one_line, several

SHOWN_OF_A_KIND, SHOWN_OF_A_CAUSE = 10, 40
"""So many findings of one check and cause, and of a cause, are laid out; the table names every one."""
MOST_DRAWN = 60
"""So many findings are drawn; beyond that a page is no longer quick to open."""


def findings(told: Telling) -> Html:
    """A fold for each cause, what hurts now open; then the checks that failed without a finding."""
    by_cause: dict[str, list[tuple[Result, Finding]]] = {}
    for result, finding in told.sick():
        by_cause.setdefault(finding.cause, []).append((result, finding))
    bare = [result for result in told.tally.of("failed") if not result.findings]
    if not by_cause and not bare:
        return Html()
    drawn = Counter[str]()
    folds = [_fold(cause, several_, told, drawn) for cause, several_ in by_cause.items()]
    folds += [_bare(bare)] if bare else []
    return tag("section", tag("h2", "Findings by cause", id="findings"), folds, aria_labelledby="findings")


def _fold(cause: str, found: list[tuple[Result, Finding]], told: Telling, drawn: Counter[str]) -> Html:
    kinds = Counter[str]()
    cards: list[Html] = []
    for result, finding in found:
        kinds[result.check] += 1
        if kinds[result.check] <= SHOWN_OF_A_KIND and len(cards) < SHOWN_OF_A_CAUSE:
            drawn["all"] += 1
            cards.append(_card(result, finding, told, draw=drawn["all"] <= MOST_DRAWN))
    left = len(found) - len(cards)
    more = tag("p", f"{left:,} more: the table names every one", class_="quiet") if left else None
    urgent = found[0][1].impact == "now"
    subjects = ", ".join(list(dict.fromkeys(one_line(finding.subject) for _, finding in found))[:4])
    title = tag(
        "summary",
        tag("span", cause, class_="chip"),
        f" {several(len(found), 'finding')} ",
        tag("span", subjects, class_="quiet"),
    )
    return tag("details", title, cards, more, open=urgent, class_="fold")


def _card(result: Result, finding: Finding, told: Telling, *, draw: bool) -> Html:
    rows = [*(("saw", one_line(text)) for text in finding.evidence), ("why", one_line(finding.why))]
    rows += [("try", one_line(finding.remedy)), *_since(result, finding, told)]
    look = command(finding, told.view.profile)
    lines = [(tag("dt", name), tag("dd", text)) for name, text in rows if text]
    link = console(finding.link)
    if look or link:
        lines.append((tag("dt", "look"), tag("dd", copyable(look) if look else None, " ", link)))
    excused = tag("p", f"excused: {one_line(result.reason)}", class_="quiet") if result.outcome == "xfailed" else None
    return tag(
        "article",
        tag("h3", one_line(finding.symptom), " ", tag("span", finding.impact, class_=f"impact {finding.impact}")),
        tag("p", f"{result.check}[{result.target}]", class_="id"),
        excused,
        tag("dl", lines, class_="facts"),
        [figure(exhibit) for exhibit in finding.exhibits] if draw else None,
        class_="finding",
    )


def _since(result: Result, finding: Finding, told: Telling) -> list[tuple[str, str]]:
    """When it began by the evidence, and since when each run has seen it: what comes nightly began more than once."""
    seen = told.past.since(Key(result.check, result.target, finding.cause))
    moments = (("since", finding.onset), ("each run", seen))
    return [(name, since_words(moment, told.view.now)) for name, moment in moments if moment]


def _bare(results: list[Result]) -> Html:
    cards = [
        tag("article", tag("h3", f"{result.check}[{result.target}]"), tag("pre", result.text), class_="finding")
        for result in results[:SHOWN_OF_A_KIND]
    ]
    return tag(
        "details", tag("summary", f"{several(len(results), 'check')} failed without a finding"), cards, open=True
    )
