"""Reads messages as JSONL on standard input and answers each with its cause: `python -m diagnosis.explain`.

In: `{"id", "kind", "message", "context"?}`. Out, in the same order: `{"id", "cause", "confidence", "remedy"}`, or
`{"id", "error"}` for a line that cannot be read. Exits with 0 when every line was answered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO, TextIO

from diagnosis.explain import KINDS, explain

_USAGE = f"""usage: python -m diagnosis.explain < messages.jsonl

One message a line, {{"id", "kind", "message", "context"?}}: context holds AWS's own fields about it, such as stopCode.
Kinds: {", ".join(KINDS)}

For example: {{"id": 1, "kind": "lambda_log", "message": "Task timed out after 3.00 seconds"}}
"""


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


def main(arguments: Sequence[str], lines: BinaryIO, out: TextIO) -> int:
    """Answers every line that is not blank; an argument, as there is none, by what is to be sent."""
    if arguments:
        out.write(_USAGE)
        return 0 if set(arguments) <= {"-h", "--help"} else 2
    for line in lines:
        if line.strip():
            out.write(json.dumps(answer(line)) + "\n")
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin.buffer, sys.stdout))
