"""How near is a function to its memory limit, and was it killed there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.exhibits import Bars
from diagnosis.findings import Finding, earliest
from diagnosis.serverless.function_log import FunctionLog, quoted
from diagnosis.targets import Target


@dataclass(frozen=True)
class FunctionMemory:
    """The largest use of memory among a function's REPORT records in the window.

    Bytes are Lambda's own, with 1 MB = 1,000,000, as Logs Insights discovers them.
    """

    target: Target
    reports: int
    max_used_bytes: float
    size_bytes: float
    as_of: datetime


def memory_pressure(memory: FunctionMemory, *, max_share: float = 0.9) -> list[Finding]:
    """The function, where an invocation used `max_share` of its memory or more."""
    if not memory.size_bytes > 0 or not memory.max_used_bytes >= 0:
        raise CouldNotTellError(Blind("unreadable", f"{memory.target.name}: its REPORT records give no memory size"))
    share = memory.max_used_bytes / memory.size_bytes
    if share < max_share:
        return []
    name, used, size = memory.target.name, memory.max_used_bytes / 1e6, memory.size_bytes / 1e6
    return [
        Finding(
            subject=name,
            place=memory.target.place,
            cause="memory",
            impact="soon",
            symptom=f"{name}: {share:.0%} of memory used, expected below {max_share:.0%}",
            evidence=(
                f"Max Memory Used {used:,.0f} MB of {size:,.0f} MB, the most of {memory.reports:,} REPORT records",
            ),
            remedy=f"raise the function's memory above {used / max_share:,.0f} MB, or find what grows",
            resource=memory.target.arn,
            as_of=memory.as_of,
            proven=True,
            link=console.function(memory.target.place, name),
            command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "MemorySize"),
            exhibits=(Bars(f"{name}: memory against its limit", "MB", (("most used", used),), bound=size),),
        )
    ]


def killed(log: FunctionLog, *, max_kills: int = 0) -> list[Finding]:
    """The function, where its process was killed for want of memory.

    One kill can leave two lines, its own and a REPORT record: the more frequent kind counts.
    """
    kills = log.of("out_of_memory")
    number = max((failure.lines for failure in kills), default=0)
    if number <= max_kills:
        return []
    name = log.target.name
    return [
        Finding(
            subject=name,
            place=log.target.place,
            cause="out_of_memory",
            impact="now",
            symptom=f"{name}: {number:,} invocations killed for want of memory, expected none",
            evidence=tuple(quoted(failure) for failure in kills[:2]),
            remedy="raise the function's memory, or find what grows",
            resource=log.target.arn,
            onset=earliest(failure.first for failure in kills),
            as_of=log.as_of,
            proven=True,
            link=console.function(log.target.place, name),
            command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "MemorySize"),
        )
    ]
