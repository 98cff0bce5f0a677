"""What does a query's text say, and where does it stop making sense?"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedEOF, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import UnexpectedCharacters, VisitError
from lark.tree import Meta

from sandbox.insights import syntax
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.regexes import unescape

LONGEST_QUERY = 10_000
"""Characters: the quota of StartQuery's queryString."""

UNSUPPORTED = frozenset(
    {"anomaly", "diff", "expand", "filterindex", "join", "lookup", "pattern", "search", "source", "tail", "unmask"}
)
"""Commands that AWS runs and this engine does not; refused by name, as everything else unknown is by place."""

_UNITS = {"mon": "mo", "qtr": "q", "hr": "h", "min": "m", "sec": "s", "msec": "ms", "yr": "y"} | {
    "millisecond": "ms", "second": "s", "minute": "m", "hour": "h", "day": "d", "week": "w", "month": "mo",
    "quarter": "q", "year": "y",
}  # fmt: skip


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, start="query", parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse(query: str) -> tuple[syntax.Command, ...]:
    """The query's commands in order, or MalformedQuery with the place of the first thing that does not fit."""
    if len(query) > LONGEST_QUERY:
        message = f"the query has {len(query)} characters, at most {LONGEST_QUERY} are allowed"
        raise MalformedQuery(message, LONGEST_QUERY, len(query))
    try:
        tree = _grammar().parse(query)
    except UnexpectedInput as error:
        raise _refusal(query, error) from None
    try:
        commands: tuple[syntax.Command, ...] = _Builder(query).transform(tree)
    except VisitError as error:
        raise error.orig_exc from None
    return commands


def _refusal(query: str, error: UnexpectedInput) -> MalformedQuery:
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return MalformedQuery("unexpected end of the query", len(query), len(query))
    start = error.pos_in_stream or 0
    found = re.match(r"[\w@.]+|\S", query[start:])
    word = found.group() if found else ""
    if isinstance(error, UnexpectedCharacters | UnexpectedToken) and word.lower() in UNSUPPORTED:
        return MalformedQuery(f"the command {word} is not supported", start, start + len(word))
    line = query.count("\n", 0, start) + 1
    position = start - (query.rfind("\n", 0, start) + 1)
    message = f"unexpected symbol found {word} at line {line} and position {position}"
    return MalformedQuery(message, start, start + len(word))


def _span(meta: Meta) -> dict[str, int]:
    return {"start": meta.start_pos, "end": meta.end_pos}


@v_args(meta=True)
class _Builder(Transformer[Token, Any]):
    """Turns Lark's tree into `syntax` nodes, from the leaves up."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self._query = query

    def query(self, _meta: Meta, parts: list[Any]) -> tuple[syntax.Command, ...]:
        return tuple(parts)

    def fields(self, meta: Meta, parts: list[Any]) -> syntax.Fields:
        return syntax.Fields(items=tuple(parts), **_span(meta))

    def display(self, meta: Meta, parts: list[Any]) -> syntax.Display:
        return syntax.Display(items=tuple(parts), **_span(meta))

    def filter(self, meta: Meta, parts: list[Any]) -> syntax.Filter:
        return syntax.Filter(condition=parts[0], **_span(meta))

    def parse_glob(self, meta: Meta, parts: list[Any]) -> syntax.Parse:
        source = parts.pop(0) if isinstance(parts[0], syntax.Field) else None
        return syntax.Parse(source=source, pattern=parts[0], names=tuple(parts[1:]), **_span(meta))

    parse_regex = parse_glob

    def stats(self, meta: Meta, parts: list[Any]) -> syntax.Stats:
        keys: tuple[syntax.Item, ...] = parts.pop() if isinstance(parts[-1], tuple) else ()
        return syntax.Stats(aggregates=tuple(parts), keys=keys, **_span(meta))

    def by(self, _meta: Meta, parts: list[Any]) -> tuple[syntax.Item, ...]:
        return tuple(parts)

    def sort(self, meta: Meta, parts: list[Any]) -> syntax.Sort:
        return syntax.Sort(keys=tuple(parts), **_span(meta))

    def sort_key(self, meta: Meta, parts: list[Any]) -> syntax.SortKey:
        return syntax.SortKey(expression=parts[0], descending=len(parts) > 1 and parts[1], **_span(meta))

    def direction(self, _meta: Meta, parts: list[Any]) -> bool:
        return bool(parts[0].type == "DESC")

    def limit(self, meta: Meta, parts: list[Any]) -> syntax.Limit:
        if not parts[0].isdigit():
            raise MalformedQuery("limit takes a whole number", parts[0].start_pos, parts[0].end_pos)
        return syntax.Limit(count=int(parts[0]), **_span(meta))

    def dedup(self, meta: Meta, parts: list[Any]) -> syntax.Dedup:
        return syntax.Dedup(fields=tuple(parts), **_span(meta))

    def unnest(self, meta: Meta, parts: list[Any]) -> syntax.Unnest:
        return syntax.Unnest(source=parts[0], name=parts[1], **_span(meta))

    def item(self, meta: Meta, parts: list[Any]) -> syntax.Item:
        text = " ".join(self._query[meta.start_pos : meta.end_pos].split())
        return syntax.Item(parts[0], alias=parts[1] if len(parts) > 1 else None, text=text, **_span(meta))

    def name(self, _meta: Meta, parts: list[Any]) -> str:
        return str(parts[0]).strip("`")

    def either(self, meta: Meta, parts: list[Any]) -> syntax.Logical:
        return syntax.Logical("or", parts[0], parts[1], **_span(meta))

    def both(self, meta: Meta, parts: list[Any]) -> syntax.Logical:
        return syntax.Logical("and", parts[0], parts[1], **_span(meta))

    def negated(self, meta: Meta, parts: list[Any]) -> syntax.Negated:
        return syntax.Negated(parts[1], **_span(meta))

    def compared(self, meta: Meta, parts: list[Any]) -> syntax.Compared:
        return syntax.Compared(str(parts[1]), parts[0], parts[2], **_span(meta))

    def like(self, meta: Meta, parts: list[Any]) -> syntax.Like:
        return syntax.Like(parts[0], parts[1], negated=False, **_span(meta))

    def not_like(self, meta: Meta, parts: list[Any]) -> syntax.Like:
        return syntax.Like(parts[0], parts[2], negated=True, **_span(meta))

    def options(self, _meta: Meta, parts: list[Any]) -> tuple[syntax.Expression, ...]:
        return tuple(parts)

    def within(self, meta: Meta, parts: list[Any]) -> syntax.Within:
        return syntax.Within(parts[0], parts[1], negated=False, **_span(meta))

    def not_within(self, meta: Meta, parts: list[Any]) -> syntax.Within:
        return syntax.Within(parts[0], parts[2], negated=True, **_span(meta))

    def calculated(self, meta: Meta, parts: list[Any]) -> syntax.Calculated:
        return syntax.Calculated(str(parts[1]), parts[0], parts[2], **_span(meta))

    def minus(self, meta: Meta, parts: list[Any]) -> syntax.Minus:
        # "--" reads like a comment of another language; taking it for arithmetic would hide the mistake
        before = meta.start_pos - 1
        if before >= 0 and self._query[before] == "-":
            raise MalformedQuery("unexpected symbol found --, comments start with #", before, meta.start_pos + 1)
        return syntax.Minus(parts[1], **_span(meta))

    def call(self, meta: Meta, parts: list[Any]) -> syntax.Call:
        return syntax.Call(str(parts[0]).lower(), tuple(parts[1:]), **_span(meta))

    def star(self, meta: Meta, _parts: list[Any]) -> syntax.Star:
        return syntax.Star(**_span(meta))

    def period(self, meta: Meta, parts: list[Any]) -> syntax.Period:
        amount, unit = re.fullmatch(r"(\d+)\s*(\w+)", parts[0].lower()).groups()  # type: ignore[union-attr]
        if unit not in ("ms", "s") and len(unit) > 1:
            unit = unit.removesuffix("s")
        return syntax.Period(int(amount), _UNITS.get(unit, unit), **_span(meta))

    def number(self, meta: Meta, parts: list[Any]) -> syntax.Number:
        return syntax.Number(float(parts[0]), **_span(meta))

    def text(self, meta: Meta, parts: list[Any]) -> syntax.Text:
        raw = str(parts[0])[1:-1]
        return syntax.Text(unescape(raw), raw, **_span(meta))

    def regex(self, meta: Meta, parts: list[Any]) -> syntax.Regex:
        return syntax.Regex(str(parts[0])[1:-1].replace("\\/", "/"), **_span(meta))

    def boolean(self, meta: Meta, parts: list[Any]) -> syntax.Boolean:
        return syntax.Boolean(parts[0].type == "TRUE", **_span(meta))

    def field(self, meta: Meta, parts: list[Any]) -> syntax.Field:
        quoted = len(parts) == 1 and parts[0].startswith("`")
        names: list[str] = []
        for part in parts:
            if part.startswith("`"):
                names.append(part[1:-1])
            else:
                names += part.split(".")
        return syntax.Field(tuple(names), quoted, **_span(meta))

    def index(self, _meta: Meta, parts: list[Any]) -> str:
        if not parts[0].isdigit():
            raise MalformedQuery("a list index is a whole number", parts[0].start_pos, parts[0].end_pos)
        return str(parts[0])
