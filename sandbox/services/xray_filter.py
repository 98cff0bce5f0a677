"""Which traces does a filter expression select? The language of X-Ray's console and of GetTraceSummaries.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.services.actions import refusal
from sandbox.services.xray_graph import calls_in, node_of
from sandbox.services.xray_segments import Document
from sandbox.services.xray_subjects import Subject, entry_of

_TOKENS = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<op><=|>=|!=|=|<|>)
    |(?P<mark>[(){},!\[\]:])|(?P<word>[A-Za-z_][\w.-]*))""",
    re.VERBOSE,
)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "CONTAINS": lambda a, b: b in a, "BEGINSWITH": lambda a, b: a.startswith(b), "ENDSWITH": lambda a, b: a.endswith(b),
}  # fmt: skip
_FLAGS = ("ok", "error", "throttle", "fault", "partial", "inferred", "remote", "root")
_NUMBERS = ("responsetime", "duration", "http.status")
_TEXTS = (
    "http.url", "http.method", "http.useragent", "http.clientip", "user", "name", "type", "message",
    "availabilityzone", "instance.id",
)  # fmt: skip


Judge = Callable[[Subject], bool]


def compiled(expression: str) -> Callable[[list[Document]], bool]:
    """Does a trace match? Raises InvalidRequestException for what is no filter expression."""
    if not expression.strip():
        return lambda _segments: True
    judge = _Parser(expression).whole()
    return lambda segments: judge(Subject(entry_of(segments), segments, whole=True))


class _Parser:
    """Recursive descent: OR binds less than AND, and what stands side by side is joined by AND."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = list(self._split(expression))
        self._at = 0

    def _split(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(text.rstrip()):
            found = _TOKENS.match(text, at)
            if found is None:
                raise self._wrong()
            yield str(found.lastgroup), found.group(str(found.lastgroup))
            at = found.end()

    def _wrong(self) -> Exception:
        return refusal("InvalidRequestException", f"Invalid filter expression: {self._expression}")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, *marks: str) -> bool:
        if self._peek()[1].upper() in marks and self._peek()[0] in ("mark", "word"):
            self._at += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise self._wrong()

    def whole(self) -> Judge:
        judge = self._either()
        if self._peek()[0] != "end":
            raise self._wrong()
        return judge

    def _either(self) -> Judge:
        judges = [self._both()]
        while self._take("OR"):
            judges.append(self._both())
        return lambda subject: any(judge(subject) for judge in judges)

    def _both(self) -> Judge:
        judges = [self._one()]
        while (
            self._take("AND")
            or (self._peek()[0] == "word" and self._peek()[1].upper() != "OR")
            or (self._peek()[1] in ("!", "("))
        ):
            judges.append(self._one())
        return lambda subject: all(judge(subject) for judge in judges)

    def _one(self) -> Judge:
        if self._take("!"):
            judge = self._one()
            return lambda subject: not judge(subject)
        if self._take("("):
            inner = self._either()
            self._expect(")")
            return inner
        kind, word = self._next()
        if kind != "word":
            raise self._wrong()
        return self._keyword(word)

    def _keyword(self, word: str) -> Judge:
        lower = word.lower()
        if lower == "service":
            return self._service()
        if lower == "edge":
            return self._edge()
        if lower == "annotation" or lower.startswith("annotation."):
            return self._annotation(word)
        if lower in _FLAGS:
            return self._flag(lower)
        if lower in _NUMBERS:
            compare, bound = self._comparison("number")
            return lambda s: (value := s.number(lower)) is not None and compare(value, float(bound))
        if lower in _TEXTS:
            compare, wanted = self._comparison("text")
            return lambda s: any(compare(value, wanted) for value in s.texts(lower))
        raise self._wrong()

    def _flag(self, name: str) -> Judge:
        if self._peek()[0] != "op":
            return lambda subject: subject.flag(name)
        sign, value = self._next()[1], self._next()[1].lower()
        if sign not in ("=", "!=") or value not in ("true", "false"):
            raise self._wrong()
        wanted = (value == "true") == (sign == "=")
        return lambda subject: subject.flag(name) == wanted

    def _comparison(self, kind: str) -> tuple[Callable[[Any, Any], bool], str]:
        sign = self._next()[1].upper()
        found, value = self._next()
        if sign not in _OPERATORS or found != kind:
            raise self._wrong()
        return _OPERATORS[sign], _plain(value) if kind == "text" else value

    def _annotation(self, word: str) -> Judge:
        key = word.partition(".")[2]
        if not key:
            self._expect("[")
            key = _plain(self._next()[1])
            self._expect("]")
        if self._peek()[0] != "op" and self._peek()[1].upper() not in _OPERATORS:
            return lambda subject: bool(subject.annotation(key))
        sign = self._next()[1].upper()
        kind, value = self._next()
        if sign not in _OPERATORS:
            raise self._wrong()
        wanted: Any = float(value) if kind == "number" else _plain(value) if kind == "text" else value == "true"
        return lambda subject: any(_alike(v, wanted) and _OPERATORS[sign](v, wanted) for v in subject.annotation(key))

    def _named(self) -> Callable[[Document], bool]:
        """A service by name, or by `id(name: …, type: …, account.id: …)`; empty text stands for any."""
        if self._peek()[0] == "text":
            name = _plain(self._next()[1])
            return lambda document: name in ("", document["name"])
        if not self._take("ID"):
            raise self._wrong()
        self._expect("(")
        wanted: dict[str, str] = {}
        while not self._take(")"):
            key = self._next()[1].lower()
            self._expect(":")
            kind, value = self._next()
            if key not in ("name", "type", "account.id") or kind != "text":
                raise self._wrong()
            wanted[key] = _plain(value)
            self._take(",")
        return lambda document: (
            wanted.get("name", document["name"]) == document["name"]
            and wanted.get("type", node_of(document)[1]) == node_of(document)[1]
        )

    def _service(self) -> Judge:
        self._expect("(")
        named: Callable[[Document], bool] = (lambda _: True) if self._peek()[1] == ")" else self._named()
        self._expect(")")
        inner = self._block()
        return lambda subject: any(named(s) and inner(Subject(s, subject.segments)) for s in subject.segments)

    def _edge(self) -> Judge:
        self._expect("(")
        source = self._named()
        self._take(",")
        to = self._named()
        self._expect(")")
        inner = self._block()
        return lambda subject: any(
            source(caller) and to(called) and inner(Subject(part, subject.segments))
            for caller, part, called in calls_in(subject.segments)
        )

    def _block(self) -> Judge:
        if not self._take("{"):
            return lambda _subject: True
        inner = self._either()
        self._expect("}")
        return inner


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _alike(value: Any, wanted: Any) -> bool:
    return isinstance(value, str) == isinstance(wanted, str)
