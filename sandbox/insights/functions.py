"""What do the query language's functions compute, as SQL?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
A function gets its arguments as SQL values and as nodes, for those that must be literals, and returns a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from sandbox.insights import addresses, dates, regexes, syntax
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.values import Kind, Value, as_number, as_text, as_truth, is_numeric, quote


@dataclass(frozen=True)
class Arguments:
    """A call, its arguments' SQL (None for a period, `*` or regex, which have no value), and the query's times.

    `timestamp` is the value of @timestamp where it can be seen; the times are in milliseconds since the epoch.
    """

    call: syntax.Call
    values: tuple[Value | None, ...]
    timestamp: Value | None
    now_ms: int
    start_ms: int | None
    end_ms: int | None

    def __len__(self) -> int:
        return len(self.values)

    def value(self, index: int) -> Value:
        """The argument's value; MalformedQuery where it has none."""
        value = self.values[index]
        if value is None:
            node = self.call.arguments[index]
            raise MalformedQuery(f"{self.call.function} takes no such argument", node.start, node.end)
        return value

    def text(self, index: int) -> str:
        """SQL for the argument as text."""
        return as_text(self.value(index))

    def number(self, index: int) -> str:
        """SQL for the argument as a number."""
        return as_number(self.value(index))

    def literal(self, index: int) -> str:
        """The argument's own text; MalformedQuery where it is not a quoted string."""
        node = self.call.arguments[index]
        if isinstance(node, syntax.Text):
            return node.value
        raise MalformedQuery(f"{self.call.function} takes a quoted string here", node.start, node.end)

    def period(self, index: int) -> syntax.Period:
        """The argument as a time period, such as 5m."""
        node = self.call.arguments[index]
        if isinstance(node, syntax.Period):
            return node
        raise MalformedQuery(f"{self.call.function} takes a period such as 5m", node.start, node.end)


Builder = Callable[[Arguments], Value]
FUNCTIONS: dict[str, tuple[int, int, Builder]] = {}
"""Name in lower case to the least and greatest number of arguments and the builder."""

_MANY = 100


def _number(sql: str) -> Value:
    return Value(sql, Kind.NUMBER)


def _text(sql: str) -> Value:
    return Value(sql, Kind.TEXT)


def _truth(sql: str) -> Value:
    return Value(sql, Kind.TRUTH)


def _function(least: int, most: int, *names: str) -> Callable[[Builder], Builder]:
    def register(builder: Builder) -> Builder:
        for name in names:
            FUNCTIONS[name] = (least, most, builder)
        return builder

    return register


def _register_numeric(name: str, template: str) -> None:
    FUNCTIONS[name] = (1, 1, lambda given: _number(template.format(given.number(0))))


def _register_text(name: str, template: str) -> None:
    FUNCTIONS[name] = (1, 1, lambda given: _text(template.format(given.text(0))))


for _name, _template in {
    "abs": "abs({0})",
    "ceil": "ceil({0})",
    "floor": "floor({0})",
    "log": "ln(nullif(greatest({0}, 0), 0))",
    "sqrt": "CASE WHEN {0} >= 0 THEN sqrt({0}) END",
    "tonumber": "{0}",
    "todouble": "{0}",
    "toint": "CAST(TRY_CAST(trunc({0}) AS INTEGER) AS DOUBLE)",
    "tolong": "CAST(TRY_CAST(trunc({0}) AS BIGINT) AS DOUBLE)",
}.items():
    _register_numeric(_name, _template)

for _name, _template in {
    "toupper": "upper({0})",
    "tolower": "lower({0})",
    "md5": "md5({0})",
    "sha256": "sha256({0})",
    "urlencode": "url_encode({0})",
    "urldecode": "url_decode({0})",
    "base64encode": "to_base64(encode({0}))",
    "base64decode": "TRY(decode(from_base64({0})))",
    "hextoascii": "TRY(decode(unhex({0})))",
}.items():
    _register_text(_name, _template)


@_function(1, 1, "dectohex")
def _dec_to_hex(given: Arguments) -> Value:
    whole = f"TRY_CAST(trunc({given.number(0)}) AS BIGINT)"
    return _text(f"CASE WHEN {whole} < 0 THEN '-0x' ELSE '0x' END || format('{{:x}}', abs({whole}))")


@_function(1, 1, "hextodec")
def _hex_to_dec(given: Arguments) -> Value:
    digits = f"regexp_replace(lower({given.text(0)}), '^0x', '')"
    return _number(f"CAST(TRY_CAST('0x' || {digits} AS BIGINT) AS DOUBLE)")


@_function(1, 2, "round")
def _round(given: Arguments) -> Value:
    if len(given) == 1:
        return _number(f"round({given.number(0)})")
    return _number(f"round({given.number(0)}, CAST({given.number(1)} AS INTEGER))")


@_function(2, _MANY, "greatest")
def _greatest(given: Arguments) -> Value:
    return _number(f"greatest({', '.join(given.number(i) for i in range(len(given)))})")


@_function(2, _MANY, "least")
def _least(given: Arguments) -> Value:
    return _number(f"least({', '.join(given.number(i) for i in range(len(given)))})")


@_function(4, 4, "haversine")
def _haversine(given: Arguments) -> Value:
    lat1, lon1, lat2, lon2 = (f"radians({given.number(i)})" for i in range(4))
    chord = f"pow(sin(({lat2} - {lat1}) / 2), 2) + cos({lat1}) * cos({lat2}) * pow(sin(({lon2} - {lon1}) / 2), 2)"
    return _number(f"2 * 6371.0 * asin(least(1.0, sqrt({chord})))")


@_function(1, 1, "bin")
def _bin(given: Arguments) -> Value:
    period = given.period(0)
    if given.timestamp is None:
        raise MalformedQuery("bin needs @timestamp, which is gone after stats", given.call.start, given.call.end)
    return Value(dates.floor_ms(given.timestamp.sql, period), Kind.TIME)


def _milliseconds(given: Arguments, index: int) -> str:
    value = given.value(index)
    return value.sql if value.kind is Kind.TIME else f"TRY_CAST({as_number(value)} AS BIGINT)"


@_function(2, 2, "datefloor")
def _datefloor(given: Arguments) -> Value:
    return Value(dates.floor_ms(_milliseconds(given, 0), given.period(1)), Kind.TIME)


@_function(2, 2, "dateceil")
def _dateceil(given: Arguments) -> Value:
    return Value(dates.ceil_ms(_milliseconds(given, 0), given.period(1)), Kind.TIME)


@_function(1, 1, "frommillis")
def _from_millis(given: Arguments) -> Value:
    return Value(_milliseconds(given, 0), Kind.TIME)


@_function(1, 1, "tomillis")
def _to_millis(given: Arguments) -> Value:
    return _number(f"CAST({_milliseconds(given, 0)} AS DOUBLE)")


@_function(0, 0, "now")
def _now(given: Arguments) -> Value:
    return _number(f"CAST({given.now_ms // 1000} AS DOUBLE)")


def _query_time(given: Arguments, milliseconds: int | None) -> Value:
    if milliseconds is None:
        raise MalformedQuery("the query has no time range", given.call.start, given.call.end)
    return _number(f"CAST({milliseconds} AS DOUBLE)")


@_function(0, 0, "querystarttime")
def _query_start(given: Arguments) -> Value:
    return _query_time(given, given.start_ms)


@_function(0, 0, "queryendtime")
def _query_end(given: Arguments) -> Value:
    return _query_time(given, given.end_ms)


@_function(0, 0, "querytimerange")
def _query_range(given: Arguments) -> Value:
    known = given.start_ms is not None and given.end_ms is not None
    return _query_time(given, (given.end_ms or 0) - (given.start_ms or 0) if known else None)


@_function(2, 3, "parsedate")
def _parse_date(given: Arguments) -> Value:
    pattern = quote(dates.strptime_format(given.literal(1), given.call.arguments[1]))
    moment = f"try_strptime({given.text(0)}, {pattern})"
    if len(given) == 3 and "%z" not in pattern:
        moment = f"timezone({dates.time_zone(given.literal(2), given.call.arguments[2])}, {moment})"
    return _number(f"CAST(epoch_ms({moment}) AS DOUBLE)")


@_function(2, 3, "formatdate", "strftime")
def _format_date(given: Arguments) -> Value:
    pattern = quote(dates.checked_strftime(given.literal(1), given.call.arguments[1]))
    moment = f"make_timestamp({_milliseconds(given, 0)} * 1000)"
    if len(given) == 3:
        zone = dates.time_zone(given.literal(2), given.call.arguments[2])
        moment = f"timezone({zone}, timezone('UTC', {moment}))"
    return _text(f"strftime({moment}, {pattern})")


@_function(1, 1, "ispresent")
def _is_present(given: Arguments) -> Value:
    return _truth(f"({given.value(0).sql} IS NOT NULL)")


@_function(1, 1, "isempty")
def _is_empty(given: Arguments) -> Value:
    return _truth(f"(coalesce({given.text(0)}, '') = '')")


@_function(1, 1, "isblank")
def _is_blank(given: Arguments) -> Value:
    return _truth(rf"regexp_full_match(coalesce({given.text(0)}, ''), '\s*')")


@_function(1, 1, "isnumeric")
def _is_numeric(given: Arguments) -> Value:
    text = given.text(0)
    return _truth(f"(coalesce({text} NOT IN ('true', 'false') AND number_of({text}) IS NOT NULL, false))")


@_function(1, _MANY, "coalesce")
def _coalesce(given: Arguments) -> Value:
    return _same_kind(given, range(len(given)), lambda parts: f"coalesce({', '.join(parts)})")


@_function(3, 3, "if")
def _if(given: Arguments) -> Value:
    condition = as_truth(given.value(0))
    return _same_kind(given, (1, 2), lambda parts: f"CASE WHEN {condition} THEN {parts[0]} ELSE {parts[1]} END")


@_function(2, 21, "case")
def _case(given: Arguments) -> Value:
    branches = range(len(given) // 2)
    results = [2 * branch + 1 for branch in branches] + ([len(given) - 1] if len(given) % 2 else [])

    def build(parts: list[str]) -> str:
        whens = [f"WHEN {as_truth(given.value(2 * branch))} THEN {parts[branch]}" for branch in branches]
        default = f"ELSE {parts[-1]}" if len(given) % 2 else ""
        return f"CASE {' '.join(whens)} {default} END"

    return _same_kind(given, results, build)


def _same_kind(given: Arguments, indexes: Iterable[int], build: Callable[[list[str]], str]) -> Value:
    """A choice among values: numbers stay numbers and times stay times, a mixture is text."""
    chosen = [given.value(index) for index in indexes]
    kinds = {value.kind for value in chosen}
    if len(kinds) == 1 and Kind.TEXT not in kinds:
        return Value(build([value.sql for value in chosen]), chosen[0].kind)
    if all(is_numeric(value) and value.kind is not Kind.TIME for value in chosen):
        return _number(build([as_number(value) for value in chosen]))
    return _text(build([as_text(value) for value in chosen]))


@_function(1, _MANY, "concat")
def _concat(given: Arguments) -> Value:
    return _text(f"concat({', '.join(given.text(i) for i in range(len(given)))})")


def _trim(function: str) -> Builder:
    def build(given: Arguments) -> Value:
        characters = given.text(1) if len(given) == 2 else r"E' \t\n\r\f\v'"
        return _text(f"{function}({given.text(0)}, {characters})")

    return build


for _name in ("trim", "ltrim", "rtrim"):
    FUNCTIONS[_name] = (1, 2, _trim(_name))


@_function(1, 1, "strlen")
def _strlen(given: Arguments) -> Value:
    return _number(f"CAST(length({given.text(0)}) AS DOUBLE)")


@_function(1, 1, "messagesize")
def _message_size(given: Arguments) -> Value:
    return _number(f"CAST(strlen({given.text(0)}) AS DOUBLE)")


@_function(2, 3, "substr")
def _substr(given: Arguments) -> Value:
    start = f"greatest(CAST({given.number(1)} AS BIGINT), 0) + 1"
    length = f", greatest(CAST({given.number(2)} AS BIGINT), 0)" if len(given) == 3 else ""
    return _text(f"substring({given.text(0)}, {start}{length})")


@_function(3, 3, "replace")
def _replace(given: Arguments) -> Value:
    return _text(f"replace({given.text(0)}, {given.text(1)}, {given.text(2)})")


@_function(3, 3, "regexreplace")
def _regex_replace(given: Arguments) -> Value:
    node = given.call.arguments[1]
    pattern = node.pattern if isinstance(node, syntax.Regex) else given.literal(1)
    return _text(f"regexp_replace({given.text(0)}, {regexes.matcher(pattern, node)}, {given.text(2)}, 'g')")


@_function(2, 3, "strcontains")
def _strcontains(given: Arguments) -> Value:
    plain = f"contains({given.text(0)}, {given.text(1)})"
    if len(given) == 2:
        return _truth(f"coalesce({plain}, false)")
    folded = f"contains(lower({given.text(0)}), lower({given.text(1)}))"
    return _truth(f"coalesce(CASE WHEN {as_truth(given.value(2))} THEN {folded} ELSE {plain} END, false)")


@_function(2, 2, "startswith")
def _starts_with(given: Arguments) -> Value:
    return _truth(f"coalesce(starts_with({given.text(0)}, {given.text(1)}), false)")


@_function(2, 2, "endswith")
def _ends_with(given: Arguments) -> Value:
    return _truth(f"coalesce(ends_with({given.text(0)}, {given.text(1)}), false)")


@_function(2, 2, "split")
def _split(given: Arguments) -> Value:
    return Value(f"to_json(string_split({given.text(0)}, {given.text(1)}))", Kind.JSON)


@_function(1, 1, "jsonparse")
def _json_parse(given: Arguments) -> Value:
    value = given.value(0)
    return value if value.kind is Kind.JSON else Value(f"parsed_json({as_text(value)})", Kind.JSON)


@_function(1, 1, "jsonstringify")
def _json_stringify(given: Arguments) -> Value:
    value = given.value(0)
    return _text(f"CAST({value.sql} AS VARCHAR)" if value.kind is Kind.JSON else as_text(value))


def _array(given: Arguments) -> str:
    value = given.value(0)
    document = value.sql if value.kind is Kind.JSON else f"parsed_json({as_text(value)})"
    return f"CASE WHEN json_type({document}) = 'ARRAY' THEN {document} END"


@_function(1, 1, "jsonarraysize")
def _json_array_size(given: Arguments) -> Value:
    return _number(f"CAST(json_array_length({_array(given)}) AS DOUBLE)")


@_function(2, 2, "jsonarraycontains")
def _json_array_contains(given: Arguments) -> Value:
    texts = f"""list_transform(from_json({_array(given)}, '["JSON"]'), lambda element: leaf_text(element))"""
    return _truth(f"coalesce(list_contains({texts}, {given.text(1)}), false)")


@_function(1, 1, "isvalidip")
def _is_valid_ip(given: Arguments) -> Value:
    return _truth(f"coalesce(is_ipv4({given.text(0)}) OR is_ipv6({given.text(0)}), false)")


@_function(1, 1, "isvalidipv4")
def _is_valid_ipv4(given: Arguments) -> Value:
    return _truth(f"coalesce(is_ipv4({given.text(0)}), false)")


@_function(1, 1, "isvalidipv6")
def _is_valid_ipv6(given: Arguments) -> Value:
    return _truth(f"coalesce(is_ipv6({given.text(0)}), false)")


def _in_subnet(version: int | None) -> Builder:
    def build(given: Arguments) -> Value:
        node = given.call.arguments[1]
        try:
            network: IPv4Network | IPv6Network = addresses.parse_subnet(given.literal(1))
        except ValueError as error:
            raise MalformedQuery(f"not a subnet: {error}", node.start, node.end) from None
        if version is not None and network.version != version:
            raise MalformedQuery(f"{given.call.function} takes an IPv{version} subnet", node.start, node.end)
        return _truth(addresses.within(given.text(0), network))

    return build


FUNCTIONS["isipinsubnet"] = (2, 2, _in_subnet(None))
FUNCTIONS["isipv4insubnet"] = (2, 2, _in_subnet(4))
FUNCTIONS["isipv6insubnet"] = (2, 2, _in_subnet(6))


@_function(1, 1, "ipv4tonumber")
def _ipv4_to_number(given: Arguments) -> Value:
    return _number(f"CAST(ipv4_number({given.text(0)}) AS DOUBLE)")


@_function(1, 1, "isprivateip")
def _is_private_ip(given: Arguments) -> Value:
    return _truth(addresses.within_any(given.text(0), addresses.PRIVATE))


@_function(1, 1, "isreservedip")
def _is_reserved_ip(given: Arguments) -> Value:
    return _truth(addresses.within_any(given.text(0), addresses.RESERVED_V4 + addresses.RESERVED_V6))


@_function(1, 1, "ispublicip")
def _is_public_ip(given: Arguments) -> Value:
    return _truth(addresses.is_public(given.text(0)))
