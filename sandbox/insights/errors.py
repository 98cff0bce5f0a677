"""How is a query refused?"""

from __future__ import annotations


class MalformedQuery(Exception):  # noqa: N818 - the name that AWS gives it
    """The query is not valid, or asks for something that this engine does not run.

    `start` and `end` are offsets in characters into the query's text, `end` exclusive: what AWS reports as
    `queryCompileError.location` of a MalformedQueryException.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = max(start, end)

    code = "MalformedQueryException"


class InvalidPattern(Exception):  # noqa: N818 - as above
    """A FilterLogEvents pattern that is not valid; AWS answers InvalidParameterException."""


class UnreadableLog(Exception):  # noqa: N818 - as above
    """A log file that cannot be loaded; the message names the file, the line and the fix."""
