"""Which columns would an index have to begin with? Those by which statements pick rows, as far as their text tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from diagnosis.database.inside import IndexUse, TableUse

_WORD = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_SOURCE = re.compile(
    rf"\b(?:from|join|update|into)\s+(?:only\s+)?((?:{_WORD}\.)?{_WORD})(?:\s+(?:as\s+)?(?!(?:where|set|on|join|left|right|"
    rf"inner|cross|full|order|group|limit|using|values|returning|for)\b)({_WORD}))?",
    re.IGNORECASE,
)
_PICKED = re.compile(
    rf"(?<![\w$\"])(?:({_WORD})\.)?({_WORD})\s*(?:=|<=?|>=?|\bin\b|\bbetween\b|\blike\b)", re.IGNORECASE
)
_JOINED = re.compile(rf"=\s*({_WORD})\.({_WORD})")
_WHERE = re.compile(r"\b(?:where|on)\b(.*)", re.IGNORECASE | re.DOTALL)


def candidates(table: TableUse, indexes: Iterable[IndexUse], statements: Iterable[str]) -> tuple[str, ...]:
    """Columns of the table that statements compare, or foreign keys consist of, and that no valid index begins with.

    They come quoted as the table's columns are.
    """
    leading = {index.columns[0] for index in indexes if index.table == table.name and index.is_valid and index.columns}
    named = [column for text in statements for column in _compared(table, text)]
    wanted = [*named, *table.foreign_keys]
    return tuple(column for column in dict.fromkeys(wanted) if column.split(",")[0].strip() not in leading)


def _compared(table: TableUse, text: str) -> list[str]:
    aliases = _aliases(table, text)
    where = _WHERE.search(text)
    if not aliases or where is None:
        return []
    columns = {_plain(column): column for column in table.columns}
    alone = len(list(_SOURCE.finditer(text))) == 1
    return [
        columns[_plain(column)]
        for owner, column in (*_PICKED.findall(where.group(1)), *_JOINED.findall(where.group(1)))
        if _plain(column) in columns and (_plain(owner) in aliases if owner else alone)
    ]


def _aliases(table: TableUse, text: str) -> set[str]:
    """The names under which a statement speaks of the table; none where it does not."""
    *_, schema, short = ["", *(_plain(part) for part in re.findall(_WORD, table.name))]
    found: set[str] = set()
    for source, alias in _SOURCE.findall(text):
        named = [_plain(part) for part in re.findall(_WORD, source)]
        if named[-1] == short and (len(named) == 1 or named[0] == schema):
            found |= {short, _plain(alias)} - {""}
    return found


def _plain(word: str) -> str:
    """The name that a word of a statement means."""
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()
