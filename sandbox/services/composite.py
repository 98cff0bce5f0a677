"""Which state is a composite alarm in? Its rule, evaluated over the states of the alarms it names."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.services.actions import refusal
from sandbox.services.alarm_book import Alarm, AlarmBook, Transition, state_at
from sandbox.services.alarm_rules import ALARM, OK

_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?P<name>\"[^\"]*\"|'[^']*'|[^()\s]+)\s*\)"
    r"|(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<sign>[()]))",
)
Condition = Callable[[dict[str, str]], bool]


def parse(rule: str) -> tuple[Condition, list[str]]:
    """A rule as a function of alarm states, and the alarms it names. Raises ValidationError."""
    tokens, position, text = [], 0, rule.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise refusal("ValidationError", f"AlarmRule contains syntax error at position {position}.")
        tokens.append((match.group("state") or match.group("word") or match.group("sign"), match.group("name")))
        position = match.end()
    parser = _Parser(tokens)
    condition = parser.any_of()
    if parser.position != len(tokens):
        raise refusal("ValidationError", "AlarmRule contains syntax error.")
    return condition, parser.names


class _Parser:
    """NOT binds tighter than AND, AND tighter than OR."""

    def __init__(self, tokens: list[tuple[str, str | None]]) -> None:
        self.tokens, self.position, self.names = tokens, 0, list[str]()

    def _peek(self) -> str:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else ""

    def any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._peek() == "OR":
            self.position += 1
            parts.append(self._all_of())
        return lambda states: any(part(states) for part in parts)

    def _all_of(self) -> Condition:
        parts = [self._single()]
        while self._peek() == "AND":
            self.position += 1
            parts.append(self._single())
        return lambda states: all(part(states) for part in parts)

    def _single(self) -> Condition:
        if self.position >= len(self.tokens):
            raise refusal("ValidationError", "AlarmRule ends too soon.")
        word, name = self.tokens[self.position]
        self.position += 1
        if word == "NOT":
            inner = self._single()
            return lambda states: not inner(states)
        if word == "(":
            inner = self.any_of()
            if self._peek() != ")":
                raise refusal("ValidationError", "AlarmRule lacks a closing parenthesis.")
            self.position += 1
            return inner
        if word in ("TRUE", "FALSE"):
            return lambda _states: word == "TRUE"
        if name is None:
            raise refusal("ValidationError", f"AlarmRule contains an unexpected {word}.")
        child = name.strip("\"'").rpartition(":alarm:")[2]
        self.names.append(child)
        return lambda states: states.get(child) == word


def transitions(book: AlarmBook, alarm: Alarm, now_s: float) -> list[Transition]:
    """The changes of a composite alarm: its rule at each change of the alarms it names."""
    condition, names = parse(alarm.params["AlarmRule"])
    children = {n: book.transitions(book.alarms[n], now_s) for n in names if n in book.alarms}
    moments = sorted({t.moment for changes in children.values() for t in changes})
    found: list[Transition] = []
    for moment in moments or [alarm.configured.timestamp()]:
        state = ALARM if condition({n: state_at(c, moment) for n, c in children.items()}) else OK
        if not found or found[-1].state != state:
            reason = f"Alarm Rule evaluates to {'true' if state == ALARM else 'false'}: {alarm.params['AlarmRule']}"
            found.append(Transition(moment, state, reason, "{}"))
    return found
