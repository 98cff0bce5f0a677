"""How does text become Markdown? So that it is read as text: no markup, no HTML, no link, no mention of its own."""

from __future__ import annotations

import re
from html import escape

from reports.words import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]~$])")
_LINKED = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=www)(?=\.)|(?<=mailto)(?=:)|(?<=xmpp)(?=:)")
"""Where bare addresses are taken for links (https://github.github.com/gfm/#autolinks-extension-)."""
_JOINER = "&#8288;"
"""A character without width, which breaks an address for a renderer and not for an eye."""
_TICKS = re.compile(r"`+")


def plain(text: object) -> str:
    """Text on one line, anywhere but at the beginning of one."""
    said = _SPECIAL.sub(r"\\\1", escape(one_line(text), quote=False))
    return _LINKED.sub(_JOINER, said).replace("@", "&#64;")


def code(text: object) -> str:
    """A command or an id in a code span, whatever backticks it holds."""
    said = one_line(text)
    fence = "`" * (max((len(run) for run in _TICKS.findall(said)), default=0) + 1)
    pad = " " if said.startswith("`") or said.endswith("`") else ""
    return f"{fence}{pad}{said or ' '}{pad}{fence}"


def row(*cells: str) -> str:
    """A row of a table; a `|` in a cell does not end it."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
