"""How does text become HTML? Escaped, always: only what this module made is taken as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from reports.words import visible

_CONSOLE = re.compile(r"https://([a-z0-9-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/")
_BREAKING = re.compile(r"[\s<>\\`]|[^\x20-\x7e]")
"""No address of a console holds these, and they would end a link of Markdown's."""
_VOID = frozenset({"input", "br", "hr", "path", "rect", "line", "circle", "polyline"})


class Html(str):
    """Markup. Everything that is merely a `str` is text, and is escaped when it is put into an element."""

    __slots__ = ()


Content = str | None | Iterable["Content"]


def tag(name: str, *content: Content, **attributes: object) -> Html:
    """An element. Names of attributes take `_` for `-`, and a `_` at their end for a word of Python's.

    An attribute that is None or False is left out, one that is True stands without a value.
    """
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{head}>") if name in ("input", "br", "hr") else Html(f"<{name}{head}/>")
    return Html(f"<{name}{head}>{join(content)}</{name}>")


def join(content: Content, between: str = "") -> Html:
    """All of the content, texts escaped."""
    if content is None:
        return Html()
    if isinstance(content, Html):
        return content
    if isinstance(content, str):
        return Html(escape(visible(content), quote=True))
    return Html(between.join(join(part) for part in content))


def console_link(address: str) -> str:
    """The address, where it leads to an AWS console and nowhere else; else nothing."""
    return address if _CONSOLE.match(address) and not _BREAKING.search(address) else ""


def console(address: str, words: str = "open in the console") -> Html | None:
    """A link to an AWS console, or nothing."""
    return tag("a", words, href=address, rel="noreferrer") if console_link(address) else None


def copyable(text: str) -> Html:
    """A command with a button that copies it."""
    button = tag("button", "copy", type="button", class_="copy", aria_label=f"copy the command: {text}")
    return tag("span", tag("code", text), button, class_="command")


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)), quote=True)}"'
