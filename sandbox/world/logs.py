"""Verbs: what was logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import repeat

from sandbox.ago import Ago
from sandbox.world.base import Verbs

Lines = str | Iterable[str] | Callable[[datetime], str | Iterable[str]]


class LogVerbs(Verbs):
    """`logs`."""

    def logs(
        self,
        group: str,
        lines: Lines,
        stream: str = "main",
        at: Ago = 0,
        every: str | float | None = None,
        until: Ago = 0,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Lines were logged, all at `at`; with `every`, again and again from `at` to `until`.

        `lines` is a line, several, or a function of the moment that makes them. The group and the stream are
        created where they are missing.
        """
        from sandbox.services import logs

        place = self._place(account, region)
        logs.append(*place, group, stream, _events(lines, self._moments(at, every, until)))


def _events(lines: Lines, moments: Iterable[datetime]) -> Iterator[tuple[int, str]]:
    fixed = None if callable(lines) else _listed(lines)
    for moment in moments:
        texts = fixed if fixed is not None else _listed(lines(moment))  # type: ignore[operator]
        yield from zip(repeat(int(moment.timestamp() * 1000)), texts, strict=False)


def _listed(lines: str | Iterable[str]) -> list[str]:
    return [lines] if isinstance(lines, str) else list(lines)
