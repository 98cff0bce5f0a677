"""Which functions read and change text?"""

from __future__ import annotations

from sandbox.insights import regexes, syntax
from sandbox.insights.functions.arguments import (
    FUNCTIONS,
    MANY,
    Arguments,
    Builder,
    function,
    number,
    text,
    textual,
    truth,
)
from sandbox.insights.values import Kind, Value, as_truth

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
    textual(_name, _template)


@function(1, MANY, "concat")
def _concat(given: Arguments) -> Value:
    return text(f"concat({', '.join(given.text(i) for i in range(len(given)))})")


def _trim(function: str) -> Builder:
    def build(given: Arguments) -> Value:
        characters = given.text(1) if len(given) == 2 else r"E' \t\n\r\f\v'"
        return text(f"{function}({given.text(0)}, {characters})")

    return build


for _name in ("trim", "ltrim", "rtrim"):
    FUNCTIONS[_name] = (1, 2, _trim(_name))


@function(1, 1, "strlen")
def _strlen(given: Arguments) -> Value:
    return number(f"CAST(length({given.text(0)}) AS DOUBLE)")


@function(1, 1, "messagesize")
def _message_size(given: Arguments) -> Value:
    return number(f"CAST(strlen({given.text(0)}) AS DOUBLE)")


@function(2, 3, "substr")
def _substr(given: Arguments) -> Value:
    start, *length = (f"TRY_CAST(CASE WHEN {n} < 0 THEN 0 ELSE {n} END AS BIGINT)" for n in _numbers(given))
    return text(f"substring({', '.join([given.text(0), f'{start} + 1', *length])})")


def _numbers(given: Arguments) -> list[str]:
    return [given.number(index) for index in range(1, len(given))]


@function(3, 3, "replace")
def _replace(given: Arguments) -> Value:
    return text(f"replace({given.text(0)}, {given.text(1)}, {given.text(2)})")


@function(3, 3, "regexreplace")
def _regex_replace(given: Arguments) -> Value:
    node = given.call.arguments[1]
    pattern = node.pattern if isinstance(node, syntax.Regex) else given.literal(1)
    matcher = regexes.matcher(pattern, node)
    replacing = regexes.replacement(pattern, given.literal(2), given.call.arguments[2])
    return text(f"regexp_replace({given.text(0)}, {matcher}, {replacing}, 'g')")


@function(2, 3, "strcontains")
def _strcontains(given: Arguments) -> Value:
    plain = f"contains({given.text(0)}, {given.text(1)})"
    if len(given) == 2:
        return truth(f"coalesce({plain}, false)")
    folded = f"contains(lower({given.text(0)}), lower({given.text(1)}))"
    return truth(f"coalesce(CASE WHEN {as_truth(given.value(2))} THEN {folded} ELSE {plain} END, false)")


@function(2, 2, "startswith")
def _starts_with(given: Arguments) -> Value:
    return truth(f"coalesce(starts_with({given.text(0)}, {given.text(1)}), false)")


@function(2, 2, "endswith")
def _ends_with(given: Arguments) -> Value:
    return truth(f"coalesce(ends_with({given.text(0)}, {given.text(1)}), false)")


@function(2, 2, "split")
def _split(given: Arguments) -> Value:
    return Value(f"to_json(string_split({given.text(0)}, {given.text(1)}))", Kind.JSON)
