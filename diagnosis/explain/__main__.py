"""Reads messages as JSONL on standard input and answers each with its cause: `python -m diagnosis.explain`.

In: `{"id", "kind", "message", "context"?}`. Out, in the same order: `{"id", "cause", "confidence", "remedy"}`, or
`{"id", "error"}` for a line that cannot be read. Exits with 0 when every line was answered.
"""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO, TextIO

from diagnosis.explain import explain


def answer(line: bytes) -> dict[str, Any]:
    """The answer to one line: an explanation, or what is wrong with the line."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as problem:
        return {"id": None, "error": f"not JSON: {problem}"}
    if not isinstance(request, dict):
        return {"id": None, "error": 'not an object: send {"id", "kind", "message"}'}
    identity = request.get("id")
    if "kind" not in request or not {"message", "context"} & request.keys():
        return {"id": identity, "error": "kind or message is missing: send both with the id"}
    try:
        explanation = explain(request["kind"], request.get("message"), request.get("context"))
    except ValueError as problem:
        return {"id": identity, "error": str(problem)}
    return {
        "id": identity,
        "cause": explanation.cause,
        "confidence": explanation.confidence,
        "remedy": explanation.remedy,
    }


def main(lines: BinaryIO, out: TextIO) -> int:
    """Answers every line that is not blank."""
    for line in lines:
        if line.strip():
            out.write(json.dumps(answer(line)) + "\n")
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout))
