"""What do the tests of functions build logs from?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from diagnosis.serverless.function_log import Failure, FunctionLog, failure_of
from diagnosis.targets import Target
from tests.builders import NOW, ago, target

FUNCTION: Target = target("function", "thumbnails", "arn:aws:lambda:eu-west-1:123456789012:function:thumbnails")


def told(message: str, lines: int = 1, *, record: bool = False, first: datetime | None = None) -> Failure:
    """Lines like this one, since twenty minutes ago."""
    return failure_of(message, lines, first or ago(20), NOW, message, record)


def log_of(*failures: Failure, reports: int = 100, **changes: Any) -> FunctionLog:
    """A log that tells of these failures."""
    known: dict[str, Any] = {"starts": 0, "init_p95_ms": None, "as_of": NOW}
    return FunctionLog(FUNCTION, "/aws/lambda/thumbnails", reports, failures=failures, **known | changes)
