# ruff: noqa: S608 - SQL is what this module makes; names in it are its own, and values are quoted
"""How does a parsed query become SQL over a table of events?

Each command becomes one common table expression on top of the one before it. Columns have numbered names, since
DuckDB folds the case of identifiers and Logs Insights does not. The events' relation is named `events` and has
the system columns and one column for each discovered field of the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sandbox.insights import regexes, syntax
from sandbox.insights.discovery import kind_of
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.expressions import Context, Times, compile_condition, compile_expression
from sandbox.insights.plan import DEFAULT_ROWS, MOST_ROWS, SYSTEM, Plan, check_order
from sandbox.insights.syntax import canonical, field_names
from sandbox.insights.values import Kind, Value, as_shown, as_text, quote, sort_keys


@dataclass
class _Scope:
    """The names that a command can see; once closed by `stats`, nothing else exists."""

    names: dict[str, Value] = field(default_factory=dict)
    computed: dict[str, Value] = field(default_factory=dict)
    closed: bool = False


def compile_query(commands: tuple[syntax.Command, ...], times: Times) -> Plan:
    """The plan of a query; MalformedQuery for what is not valid or not supported."""
    check_order(commands)
    return _Compiler(times).compile(commands)


class _Compiler:
    def __init__(self, times: Times) -> None:
        self._times = times
        self._scope = _Scope()
        self._discovered: dict[str, str] = {}
        self._stages: list[tuple[str, str]] = []
        self._columns = 0
        self._order: list[str] = [f"{SYSTEM['@timestamp'].sql} DESC", "log", "sequence"]
        self._aggregated: int | None = None
        self._matched: str | None = None
        self._counting = "sum"
        self._filtered = False
        self._limited = False
        self._shown: list[tuple[str, Value]] | None = None
        self._shown_by_stats = False
        self._parsed: list[tuple[str, Value]] = []
        self._displayed: list[tuple[str, Value]] | None = None

    def compile(self, commands: tuple[syntax.Command, ...]) -> Plan:
        steps: dict[type[syntax.Node], Callable[..., None]] = {
            syntax.Fields: self._fields,
            syntax.Display: self._display,
            syntax.Filter: self._filter,
            syntax.Parse: self._parse,
            syntax.Stats: self._stats,
            syntax.Sort: self._sort,
            syntax.Limit: self._limit,
            syntax.Dedup: self._dedup,
            syntax.Unnest: self._unnest,
        }
        for command in commands:
            steps[type(command)](command)
        output = self._output()
        return Plan(
            discovered=self._discovered,
            stages=tuple(self._stages),
            aggregated=self._aggregated,
            matched=self._matched or self._current,
            counting=self._counting,
            filtered=self._filtered,
            labels=tuple(label for label, _ in output),
            shown=tuple(as_shown(value) for _, value in output),
            order=tuple(self._order),
            limit=None if self._limited else DEFAULT_ROWS,
        )

    def _output(self) -> list[tuple[str, Value]]:
        if self._displayed is not None:
            return self._displayed
        shown = self._shown
        if shown is None:
            shown = [(name, SYSTEM[name]) for name in ("@timestamp", "@message")]
        labels = {label for label, _ in shown}
        return shown + [(label, value) for label, value in self._parsed if label not in labels]

    @property
    def _current(self) -> str:
        return self._stages[-1][0] if self._stages else "events"

    def _stage(self, select: str) -> None:
        self._stages.append((f"stage{len(self._stages)}", select))

    def _column(self) -> str:
        self._columns += 1
        return f"c{self._columns}"

    @property
    def _context(self) -> Context:
        return Context(self._field, self._scope.computed.get, lambda: self._visible("@timestamp"), self._times)

    def _visible(self, name: str) -> Value | None:
        if name in self._scope.names:
            return self._scope.names[name]
        return None if self._scope.closed else SYSTEM.get(name)

    def _field(self, node: syntax.Field) -> Value:
        known = self._visible(node.name)
        if known is not None:
            return known
        for length in range(len(node.parts) - 1, 0, -1):
            outer = self._scope.names.get(".".join(node.parts[:length]))
            if outer is not None and outer.kind is Kind.JSON:
                path = "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in node.parts[length:])
                return Value(f"json_extract({outer.sql}, {quote(path)})", Kind.JSON)
        if node.name in self._scope.computed:
            return self._scope.computed[node.name]
        if self._scope.closed:
            raise MalformedQuery(f"the field {node.name} is gone after stats", node.start, node.end)
        column = self._discovered.setdefault(node.name, f"d{len(self._discovered)}")
        return Value(column, kind_of(node.name))

    def _define(self, name: str, value: Value, node: syntax.Node) -> None:
        if name in self._scope.names:
            raise MalformedQuery(f"the field {name} is already defined", node.start, node.end)
        self._scope.names[name] = value

    def _extend(self, columns: dict[str, str]) -> None:
        added = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
        self._stage(f"SELECT *, {added} FROM {self._current}")

    def _compute(self, items: tuple[syntax.Item, ...]) -> list[tuple[str, Value]]:
        """The items' columns. An item sees the aliases before it; a plain field needs no column of its own."""
        return [(item.label, self._compute_item(item)) for item in items]

    def _compute_item(self, item: syntax.Item) -> Value:
        value = replace(compile_expression(item.expression, self._context), literal=None)
        if item.alias is None and isinstance(item.expression, syntax.Field):
            return value
        column = self._column()
        self._extend({column: value.sql})
        value = Value(column, value.kind)
        if item.alias is not None:
            self._define(item.alias, value, item)
        else:
            self._scope.computed[canonical(item.expression)] = value
        return value

    def _fields(self, command: syntax.Fields) -> None:
        already = [] if self._shown is None or self._shown_by_stats else self._shown
        labels = {label for label, _ in already}
        self._shown = already + [pair for pair in self._compute(command.items) if pair[0] not in labels]
        self._shown_by_stats = False

    def _display(self, command: syntax.Display) -> None:
        self._displayed = self._compute(command.items)

    def _filter(self, command: syntax.Filter) -> None:
        condition = compile_condition(command.condition, self._context)
        self._stage(f"SELECT * FROM {self._current} WHERE {condition}")
        if self._matched is None:
            self._filtered = True

    def _parse(self, command: syntax.Parse) -> None:
        source = as_text(self._field(command.source) if command.source else self._parse_default(command))
        pattern, names = regexes.parse_pattern(command)
        struct = self._column()
        slots = ", ".join(quote(f"g{index}") for index in range(len(names)))
        matched = f"CASE WHEN regexp_matches({source}, {pattern}) THEN "
        self._extend({struct: f"{matched}regexp_extract({source}, {pattern}, [{slots}]) END"})
        for index, name in enumerate(names):
            if name is not None:
                value = Value(f"{struct}.g{index}", Kind.TEXT)
                self._define(name, value, command)
                self._parsed.append((name, value))

    def _parse_default(self, command: syntax.Parse) -> Value:
        message = self._visible("@message")
        if message is None:
            raise MalformedQuery("the field @message is gone after stats", command.start, command.end)
        return message

    def _stats(self, command: syntax.Stats) -> None:
        first = self._aggregated is None
        counted = "count(*)"
        if self._matched is None:
            self._matched = self._current
        elif first:  # limit or unnest came before: the groups' rows are not the events that matched
            counted, self._counting = f"(SELECT count(*) FROM {self._matched})", "max"
        keys = self._keys(command.keys)
        made = self._aggregates(command.aggregates, keys)
        columns = [value.sql for _, value in keys.values()]
        selected = columns + [f"{sql} AS {value.sql}" for _, value, sql in made]
        matched = [f"{counted} AS matched"] if first else []
        grouping = f" GROUP BY {', '.join(columns)}" if columns else ""
        self._stage(f"SELECT {', '.join(selected + matched)} FROM {self._current}{grouping}")
        if first:
            self._aggregated = len(self._stages) - 1
        self._close([(item, value) for item, value in keys.values()], [(item, value) for item, value, _ in made])

    def _keys(self, items: tuple[syntax.Item, ...]) -> dict[str, tuple[syntax.Item, Value]]:
        """Canonical text to the item and its column, which a stage of its own computes."""
        columns: dict[str, str] = {}
        keys: dict[str, tuple[syntax.Item, Value]] = {}
        for item in items:
            value = compile_expression(item.expression, self._context)
            column = self._column()
            columns[column] = as_text(value) if value.kind is Kind.JSON else value.sql
            kind = Kind.TEXT if value.kind is Kind.JSON else value.kind
            text = canonical(item.expression)
            keys[f"{text} as {item.label}" if text in keys else text] = (item, Value(column, kind))
        if columns:
            self._extend(columns)
        return keys

    def _aggregates(
        self, items: tuple[syntax.Item, ...], keys: dict[str, tuple[syntax.Item, Value]]
    ) -> list[tuple[syntax.Item, Value, str]]:
        aliases = {item.alias: value for item, value in keys.values() if item.alias is not None}
        made: list[tuple[syntax.Item, Value, str]] = []
        by_text = {text: value for text, (_, value) in keys.items()}

        def resolve(node: syntax.Field) -> Value:
            found = aliases.get(node.name) or by_text.get(node.name)
            if found is None:
                raise MalformedQuery(f"{node.name} is neither aggregated nor in by", node.start, node.end)
            return found

        def resolve_row(node: syntax.Field) -> Value:
            aggregates = {item.alias: item for item, _, _ in made}
            is_alias = node.name in aggregates and self._visible(node.name) is None
            # max(status) as status still reads the field; an alias made of anything else is an aggregate
            if is_alias and node.name not in field_names(aggregates[node.name].expression):
                raise MalformedQuery(f"{node.name} is already aggregated", node.start, node.end)
            return self._field(node)

        rows = replace(self._context, field=resolve_row)
        context = Context(resolve, by_text.get, lambda: None, self._times, rows=rows)
        for item in items:
            value = compile_expression(item.expression, context)
            made.append((item, Value(self._column(), value.kind), value.sql))
            if item.alias is not None:
                if item.alias in aliases:
                    raise MalformedQuery(f"the field {item.alias} is already defined", item.start, item.end)
                aliases[item.alias] = Value(f"({value.sql})", value.kind)
        return made

    def _close(self, keys: list[tuple[syntax.Item, Value]], made: list[tuple[syntax.Item, Value]]) -> None:
        self._scope = _Scope(closed=True)
        for item, value in keys + made:
            self._scope.names.setdefault(item.label, value)
            self._scope.computed.setdefault(canonical(item.expression), value)
        self._shown = [(item.label, value) for item, value in keys + made]
        self._shown_by_stats = True
        self._parsed = []
        self._displayed = None
        self._order = [f"{value.sql} NULLS FIRST" for _, value in keys]

    def _sort(self, command: syntax.Sort) -> None:
        terms = []
        for key in command.keys:
            terms += sort_keys(compile_expression(key.expression, self._context), key.descending)
        self._order = terms + self._order

    def _limit(self, command: syntax.Limit) -> None:
        if not 1 <= command.count <= MOST_ROWS:
            raise MalformedQuery(f"limit takes 1 to {MOST_ROWS}", command.start, command.end)
        if self._matched is None:
            self._matched = self._current
        order = f" ORDER BY {', '.join(self._order)}" if self._order else ""
        self._stage(f"SELECT * FROM {self._current}{order} LIMIT {command.count}")
        self._limited = True

    def _dedup(self, command: syntax.Dedup) -> None:
        if self._matched is None:
            self._matched = self._current
        keys = [as_text(self._field(node)) for node in command.fields]
        order = f" ORDER BY {', '.join(self._order)}" if self._order else ""
        first = f"row_number() OVER (PARTITION BY {', '.join(keys)}{order}) = 1"
        missing = " OR ".join(f"{key} IS NULL" for key in keys)
        self._stage(f"SELECT * FROM {self._current} QUALIFY {first} OR {missing}")

    def _unnest(self, command: syntax.Unnest) -> None:
        if self._matched is None:
            self._matched = self._current
        value = self._field(command.source)
        source = value.sql if value.kind is Kind.JSON else f"to_json({as_text(value)})"
        elements = f"""from_json({source}, '["JSON"]')"""
        column = self._column()
        is_list = f"json_type({source}) = 'ARRAY'"
        self._extend({column: f"unnest(CASE WHEN {is_list} THEN {elements} ELSE [{source}] END)"})
        self._define(command.name, Value(column, Kind.JSON), command)
        self._parsed.append((command.name, Value(column, Kind.JSON)))
