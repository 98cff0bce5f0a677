"""What are the parts of a parsed query?

Every node knows its place in the text, `start` inclusive and `end` exclusive, so that a refusal can point at it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Node:
    """A part of the query's text."""

    start: int
    end: int


@dataclass(frozen=True)
class Number(Node):
    """A numeric literal."""

    value: float


@dataclass(frozen=True)
class Text(Node):
    """A quoted string; `raw` still has its backslashes, which matter to a glob."""

    value: str
    raw: str


@dataclass(frozen=True)
class Boolean(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Regex(Node):
    """The pattern between two slashes, RE2 syntax."""

    pattern: str


@dataclass(frozen=True)
class Period(Node):
    """A time period; `unit` is one of ms, s, m, h, d, w, mo, q, y."""

    amount: int
    unit: str


@dataclass(frozen=True)
class Star(Node):
    """The `*` of `count(*)`."""


@dataclass(frozen=True)
class Field(Node):
    """A field's name in parts: `detail.containers.0.exitCode` or ``a.`b-c`[0]``; `quoted` where it is one
    back-quoted name, whose dots are its own.
    """

    parts: tuple[str, ...]
    quoted: bool

    @property
    def name(self) -> str:
        """The name with dots between its parts, as flattened JSON spells it."""
        return ".".join(self.parts)


@dataclass(frozen=True)
class Call(Node):
    """A function and its arguments; `function` is in lower case."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Calculated(Node):
    """Arithmetic: one of `+ - * / % ^`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Minus(Node):
    """A negative."""

    operand: Expression


@dataclass(frozen=True)
class Compared(Node):
    """A comparison: one of `= != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Like(Node):
    """A substring or regular expression match."""

    operand: Expression
    pattern: Text | Regex
    negated: bool


@dataclass(frozen=True)
class Within(Node):
    """Membership in a list of values."""

    operand: Expression
    options: tuple[Expression, ...]
    negated: bool


@dataclass(frozen=True)
class Logical(Node):
    """`and` or `or` of two conditions."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negated(Node):
    """`not` of a condition."""

    operand: Expression


Expression = (
    Number
    | Text
    | Boolean
    | Regex
    | Period
    | Star
    | Field
    | Call
    | Calculated
    | Minus
    | Compared
    | Like
    | Within
    | Logical
    | Negated
)


@dataclass(frozen=True)
class Item(Node):
    """One element of `fields`, `display`, `stats` or `by`; `text` is the query's own text of it."""

    expression: Expression
    alias: str | None
    text: str

    @property
    def label(self) -> str:
        """The name of the column."""
        if self.alias is not None:
            return self.alias
        return self.text.replace("`", "") if isinstance(self.expression, Field) else self.text


@dataclass(frozen=True)
class Fields(Node):
    """`fields a, b as c`."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Display(Node):
    """`display a, b`."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Filter(Node):
    """`filter condition`."""

    condition: Expression


@dataclass(frozen=True)
class Parse(Node):
    """`parse source "glob *" as name` or `parse source /(?<name>regex)/`."""

    source: Field | None
    pattern: Text | Regex
    names: tuple[str, ...]


@dataclass(frozen=True)
class Stats(Node):
    """`stats aggregates by keys`."""

    aggregates: tuple[Item, ...]
    keys: tuple[Item, ...]


@dataclass(frozen=True)
class SortKey(Node):
    """One expression of `sort`."""

    expression: Expression
    descending: bool


@dataclass(frozen=True)
class Sort(Node):
    """`sort a desc, b`."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True)
class Limit(Node):
    """`limit n`."""

    count: int


@dataclass(frozen=True)
class Dedup(Node):
    """`dedup a, b`."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Unnest(Node):
    """`unnest list into element`."""

    source: Field
    name: str


Command = Fields | Display | Filter | Parse | Stats | Sort | Limit | Dedup | Unnest


def canonical(node: Node) -> str:
    """One spelling for expressions that mean the same: how `sort count( * )` finds the column `count(*)`."""
    match node:
        case Field():
            return node.name
        case Number() | Text() | Boolean():
            return repr(node.value)
        case Star():
            return "*"
        case Call():
            arguments = ",".join(map(canonical, node.arguments))
            return f"{node.function}({'' if (node.function, arguments) == ('count', '*') else arguments})"
    parts = [
        canonical(value) if isinstance(value, Node) else _canonical_value(value)
        for name, value in vars(node).items()
        if name not in ("start", "end")
    ]
    return f"{type(node).__name__}({' '.join(parts)})"


def _canonical_value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ",".join(canonical(element) for element in value) + "]"
    return str(value)


def field_names(node: Node) -> set[str]:
    """The names of all fields in an expression."""
    if isinstance(node, Field):
        return {node.name}
    names: set[str] = set()
    for value in vars(node).values():
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Node):
                names |= field_names(inner)
    return names
