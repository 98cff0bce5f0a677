"""Which checks were not healthy? One table that can be searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.html.markup import Content, Html, tag
from reports.html.telling import IMPACTS, OUTCOMES, Telling
from reports.tally import Result
from reports.verdicts import Outcome
from reports.words import one_line, several

FOLD_FROM = 4
"""From so many on, results that say the same are one row, which names each of them."""
_COLUMNS = (("outcome", "Outcome"), ("check", "Check"), ("target", "Target"), ("domain", "Domain"), ("cause", "Cause"),
            ("impact", "Impact"), ("said", "What was found"))  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the table: results that say the same."""

    results: tuple[Result, ...]
    causes: tuple[str, ...]
    impact: str
    said: str

    @property
    def first(self) -> Result:
        """The one that stands for all."""
        return self.results[0]

    @property
    def is_of_one_check(self) -> bool:
        """Whether it is the same check on different targets."""
        return len({result.check for result in self.results}) == 1


def table(told: Telling) -> Html:
    """The table with its controls; healthy checks are in it only where they were asked for."""
    shown: tuple[Outcome, ...] = ("failed", "error", "xfailed", *(("passed", "skipped") if told.list_passed else ()))
    results = told.tally.of(*shown)
    if not results:
        return Html()
    rows = rows_of(results, fold=not told.list_passed)
    number = tag("p", several(len(results), "check"), id="number", role="status", aria_live="polite")
    body = tag("tbody", [_row(row) for row in rows])
    heads = tag("tr", [tag("th", _sorter(title), scope="col", data_column=name) for name, title in _COLUMNS])
    return tag(
        "section",
        tag("h2", "Checks", id="checks"),
        _controls(rows),
        number,
        tag(
            "div",
            tag("table", tag("thead", heads), body, id="table"),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label="checks",
        ),
        aria_labelledby="checks",
    )


def rows_of(results: Sequence[Result], *, fold: bool = True) -> list[Row]:
    """The rows: what many results of one check say alike is said once. Of findings the cause counts."""
    groups: dict[tuple[object, ...], list[Result]] = {}
    for result in results:
        causes = tuple(sorted({finding.cause for finding in result.findings}))
        check = "" if result.outcome == "error" else result.check  # one missing permission blinds many checks
        groups.setdefault((result.outcome, check, causes, "" if causes else result.reason), []).append(result)
    rows = []
    for several_ in groups.values():
        if fold and len(several_) >= FOLD_FROM:
            rows.append(_made(several_))
        else:
            rows += [_made([result]) for result in several_]
    order = list(OUTCOMES)
    return sorted(rows, key=lambda row: (order.index(row.first.outcome), _weight(row.impact)))


def _weight(impact: str) -> int:
    return IMPACTS.index(impact) if impact else len(IMPACTS)


def _made(results: Sequence[Result]) -> Row:
    found = [finding for result in results for finding in result.findings]
    causes = tuple(sorted({finding.cause for finding in found}))
    impact = min((finding.impact for finding in found), key=IMPACTS.index, default="")
    first = results[0]
    said = "; ".join(dict.fromkeys(one_line(finding.symptom) for finding in first.findings)) or one_line(first.reason)
    return Row(tuple(results), causes, impact, said or one_line(first.text[:200]))


def _row(row: Row) -> Html:
    cells: Iterable[tuple[str, Content]] = (
        ("outcome", tag("span", OUTCOMES[row.first.outcome], class_=f"mark {row.first.outcome}")),
        ("check", tag("code", row.first.check) if row.is_of_one_check else "several"),
        ("target", _targets(row)),
        ("domain", ", ".join(sorted({result.labels.domain for result in row.results}))),
        ("cause", ", ".join(row.causes)),
        ("impact", row.impact),
        ("said", row.said if len(row.results) == 1 else ["for example: ", row.said]),
    )
    keys = {
        "data_outcome": row.first.outcome,
        "data_domain": " ".join(sorted({result.labels.domain for result in row.results})),
        "data_cause": " ".join(row.causes),
    }
    return tag("tr", [tag("td", content) for _, content in cells], data_number=len(row.results), **keys)


def _targets(row: Row) -> Content:
    if len(row.results) == 1:
        return row.first.target
    one = row.is_of_one_check
    names = [tag("li", result.target if one else f"{result.check}[{result.target}]") for result in row.results]
    return tag("details", tag("summary", several(len(row.results), "target" if one else "check")), tag("ul", names))


def _sorter(title: str) -> Html:
    return tag("button", title, type="button", class_="sorter")


def _controls(rows: Sequence[Row]) -> Html:
    outcomes = [outcome for outcome in OUTCOMES if any(row.first.outcome == outcome for row in rows)]
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", class_="outcome", value=outcome, checked=True),
            " ",
            OUTCOMES[outcome],
        )
        for outcome in outcomes
    ]
    search = tag("input", type="search", id="search", placeholder="check, target, text …  ( / )", autocomplete="off")
    return tag(
        "form",
        tag("label", "Search ", search),
        _choice("domain", "Domain", {result.labels.domain for row in rows for result in row.results}),
        _choice("cause", "Cause", {cause for row in rows for cause in row.causes}),
        tag("fieldset", tag("legend", "Outcome", class_="hidden"), boxes),
        class_="controls-of-table",
        role="search",
    )


def _choice(name: str, title: str, values: Iterable[str]) -> Html:
    options = [
        tag("option", "all", value=""),
        *(tag("option", value, value=value) for value in sorted(values) if value),
    ]
    return tag("label", f"{title} ", tag("select", options, id=f"by-{name}"))
