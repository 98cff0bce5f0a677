"""Which request and which trace does a line speak of? One trace has several spellings.

X-Ray writes `1-5759e988-bd862e3fe1be46a994272793`, its header `Root=1-…;Parent=…`, and OpenTelemetry the same 32
hexadecimal digits without anything between them
(https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html).
"""

from __future__ import annotations

import re

_TRACE = re.compile(r"(?i)(?<![0-9a-f-])1-([0-9a-f]{8})-([0-9a-f]{24})(?![0-9a-f])")
_OPEN = re.compile(r"(?i)(?<![0-9a-f])([0-9a-f]{8})([0-9a-f]{24})(?![0-9a-f])")
_REQUEST = re.compile(
    r"(?i)\b(?:aws_?)?request_?-?id[\"']?\s*[:=]\s*[\"']?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)


def read_trace_id(text: str) -> str:
    """The trace id in X-Ray's spelling, of any spelling; ValueError where there is none, or more than one."""
    found = traces_in(text) or {f"1-{a}-{b}".lower() for a, b in _OPEN.findall(text)}
    if len(found) != 1:
        raise ValueError(f"{text!r} is no trace id: write 1-5759e988-bd862e3fe1be46a994272793, or its 32 digits")
    return found.pop()


def spellings(trace_id: str) -> tuple[str, str]:
    """X-Ray's spelling and OpenTelemetry's."""
    return trace_id, "".join(trace_id.split("-")[1:])


def traces_in(line: str) -> set[str]:
    """The traces that a line names in X-Ray's spelling; 32 digits alone may be anything."""
    return {f"1-{a}-{b}".lower() for a, b in _TRACE.findall(line)}


def requests_in(line: str) -> set[str]:
    """The ids that a line calls request ids, such as those of Lambda's invocations."""
    return {found.lower() for found in _REQUEST.findall(line)}
