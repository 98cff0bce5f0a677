"""Which flows get through a recorded network? JSONL in, JSONL out: `python -m diagnosis.reachability SNAPSHOT`."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from diagnosis.reachability.descriptions import SnapshotError
from diagnosis.reachability.flows import FlowError, parse_flow
from diagnosis.reachability.network import Network

_USAGE = (
    "usage: python -m diagnosis.reachability SNAPSHOT < flows.jsonl (SNAPSHOT: a folder of saved describe-* output)"
)


def answer_lines(network: Network, lines: Iterable[str]) -> Iterable[str]:
    """For each flow its answer as a line of JSON; a line that is no flow is answered with its error."""
    for line in lines:
        if not line.strip():
            continue
        identifier: object = None
        try:
            identifier = _id_of(line)
            flow = parse_flow(line)[1]
            answer = network.trace(flow).as_json()
        except FlowError as error:
            yield json.dumps({"id": identifier, "error": str(error)})
        else:
            yield json.dumps({"id": identifier, **answer})


def _id_of(line: str) -> object:
    try:
        raw = json.loads(line)
    except ValueError:
        return None
    return raw.get("id") if isinstance(raw, dict) else None


def main(arguments: list[str], source: TextIO, output: TextIO, errors: TextIO) -> int:
    """Exit status 0 when every line was answered, a bad one by its error; 2 when the snapshot cannot be read."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        errors.write(f"{_USAGE}\n")
        return 2
    try:
        network = Network.from_folder(Path(arguments[0]))
        output.writelines(f"{line}\n" for line in answer_lines(network, source))
    except SnapshotError as error:
        errors.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin, sys.stdout, sys.stderr))
