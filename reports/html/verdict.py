"""Is it healthy, how much was looked at, and what lies behind it? The top of the page."""

from __future__ import annotations

from diagnosis.triage import Root
from reports.charts import figure
from reports.html.markup import Html, console, copyable, join, tag
from reports.html.telling import OUTCOMES, Telling
from reports.tally import HEALTHY, SICK
from reports.words import command, doubts, hurting, one_line, several

MOST_EXPLAINED = 12


def verdict(told: Telling) -> Html:
    """The verdict in words and numbers, then coverage."""
    counts = told.counts()
    state, words = _state(told)
    tiles = [
        tag("li", tag("b", f"{counts[outcome]:,}"), " ", name, class_=f"tile {outcome}", data_outcome=outcome)
        for outcome, name in OUTCOMES.items()
        if counts[outcome] or outcome in ("failed", "error", "passed")
    ]
    return tag(
        "section",
        tag("h2", tag("span", state, class_="sign", aria_hidden="true"), words, id="verdict"),
        tag("ul", tiles, class_="tiles", aria_label="checks by outcome"),
        tag("p", tag("strong", "Coverage: "), one_line(told.tally.coverage()), class_="coverage"),
        _ending(told),
        class_=f"verdict {_colour(told)}",
        aria_labelledby="verdict",
    )


def _state(told: Telling) -> tuple[str, str]:
    counts = told.counts()
    now = sum(any(f.impact == "now" for f in r.findings) or not r.findings for r in told.tally.of("failed"))
    if counts["failed"]:
        return "✕", f"{several(counts['failed'], 'check')} found something sick, {hurting(now)}"
    if told.tally.unsettled == "failed":
        return "✕", "Sick in the last rounds: healthy now, but not for long enough"
    if counts["error"]:
        return "?", f"Nothing sick was found, but {several(counts['error'], 'check')} could not look"
    if told.tally.missed():
        return "?", f"Nothing sick was found, but {several(told.tally.missed(), 'check')} did not run"
    if told.tally.unsettled:
        return "?", "Healthy now, but not for long enough"
    if told.tally.unknown_names and counts["passed"]:
        return "?", f"Nothing sick was found, but nothing is called {', '.join(told.tally.unknown_names)}"
    if counts["passed"] or counts["xfailed"]:
        return "✓", "Healthy"
    return "?", "Nothing was checked"


def _colour(told: Telling) -> str:
    code = told.tally.exit_code()
    if code == SICK:
        return "bad"
    return "good" if code == HEALTHY and told.counts()["passed"] and not told.tally.missed() else "unsure"


def _ending(told: Telling) -> Html | None:
    """Accepted risks whose last day is near or past."""
    now = told.view.now
    ending = [e for e in told.view.exemptions if e.expires_soon(now) or e.expired(now)]
    if not ending:
        return None
    lines = [f"{e.check} {e.target}: accepted until {e.expires}" for e in ending]
    return tag("ul", [tag("li", line) for line in lines], class_="warnings", aria_label="risks whose acceptance ends")


def roots(told: Telling) -> Html:
    """The likeliest causes, the first one large; empty where nothing is sick."""
    cases = [case for case in told.tally.cases() if case.finding.impact != "hygiene"]
    if not cases:
        return Html()
    ranked = [_root(rank, root, len(cases) - 1, told) for rank, root in enumerate(told.tally.triage.roots, 1)]
    if not ranked:
        ranked = [tag("p", f"Cause unknown: {several(len(cases), 'finding')}, none of them more than a symptom.")]
    doubt = told.tally.changes_unknown
    left = ", ".join(sorted({one_line(case.finding.subject) for case in told.tally.triage.unexplained}))
    return tag(
        "section",
        tag("h2", "Likeliest cause", id="cause"),
        ranked,
        tag("p", f"Could not rule out a change: {one_line(doubt)}", class_="doubt") if doubt else None,
        tag("p", f"Not explained by these: {left}", class_="quiet") if left else None,
        aria_labelledby="cause",
    )


def _root(rank: int, root: Root, others: int, told: Telling) -> Html:
    finding = root.case.finding
    sure = root.confidence
    look = command(finding, told.view.profile)
    facts = [
        ("try", one_line(finding.remedy)),
        ("look", join([copyable(look) if look else None, " ", console(finding.link)])),
        ("check", f"{root.case.check}[{root.case.target}]"),
        *(("doubt", line) for line in doubts(root)),
    ]
    share = f"explains {len(root.explains)} of {several(others, 'other finding')}" if others else "the only finding"
    return tag(
        "article",
        tag("h3", tag("span", str(rank), class_="rank"), " ", one_line(root.sentence())),
        tag(
            "p",
            tag("span", finding.cause, class_="chip"),
            " ",
            share,
            " · confidence ",
            tag("meter", f"{sure:.0%}", value=f"{sure:.2f}", min="0", max="1", aria_label="confidence"),
            f" {sure:.0%}",
        ),
        tag("dl", [(tag("dt", name), tag("dd", text)) for name, text in facts if text], class_="facts"),
        _explained(root),
        [figure(exhibit) for exhibit in finding.exhibits] if rank == 1 else None,
        class_="root first" if rank == 1 else "root",
    )


def _explained(root: Root) -> Html | None:
    if not root.explains:
        return None
    lines = [tag("li", one_line(case.finding.symptom)) for case in root.explains[:MOST_EXPLAINED]]
    left = len(root.explains) - MOST_EXPLAINED
    more = tag("li", f"and {left:,} more") if left > 0 else None
    title = tag("summary", f"what it explains ({len(root.explains):,})")
    return tag("details", title, tag("ul", lines, more))
