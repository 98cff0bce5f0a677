"""Which flows get through a recorded network? JSONL in, JSONL out: `python -m diagnosis.reachability SNAPSHOT`."""

import json
import sys
import textwrap
from pathlib import Path
from typing import BinaryIO, TextIO

from diagnosis.reachability.descriptions import SnapshotError
from diagnosis.reachability.flows import FlowError, flow_of, read_object
from diagnosis.reachability.network import Network
from diagnosis.reachability.snapshots import ACCEPTED

_USAGE = (
    "usage: python -m diagnosis.reachability SNAPSHOT < flows.jsonl (SNAPSHOT: a folder of saved describe-* output)"
)
_HELP = f"""{_USAGE}

SNAPSHOT holds *.json files as the AWS CLI prints them, flat, by region, or by accounts/<account>/<region>. A file is
read by the key in it, whatever its name; these keys are read:

{textwrap.fill(", ".join(ACCEPTED), 118, initial_indent="  ", subsequent_indent="  ")}

A key that no file has means that none exist; NetworkAcls, DhcpOptions, VpcAttributes and VpcBlockPublicAccess* then
mean Amazon's defaults. A listing with a NextToken is not whole: answers that rest on it are unknown. What is not used
is named on standard error.

Flows are lines such as {{"id", "source": {{"type", "id", "ip"}}, "destination": {{...}}, "protocol", "port"}}.
"""


def answer_line(network: Network, line: bytes) -> dict[str, object]:
    """The answer to one flow; a line that is no flow is answered with its error."""
    identifier: object = None
    try:
        raw = read_object(line)
        identifier = raw.get("id")
        return {"id": identifier, **network.trace(flow_of(raw)).as_json()}
    except FlowError as error:
        return {"id": identifier, "error": str(error)}


def main(arguments: list[str], source: BinaryIO, output: TextIO, errors: TextIO) -> int:
    """Exit status 0 when every line was answered, a bad one by its error; 2 when the snapshot cannot be read."""
    if arguments in (["--help"], ["-h"]):
        output.write(_HELP)
        return 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        errors.write(f"{_USAGE}\n")
        return 2
    try:
        network = Network.from_folder(Path(arguments[0]))
        errors.writelines(f"{note}\n" for note in network.descriptions.notes)
        for line in source:
            if line.strip():
                output.write(f"{json.dumps(answer_line(network, line))}\n")
                output.flush()
    except SnapshotError as error:
        errors.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin.buffer, sys.stdout, sys.stderr))
