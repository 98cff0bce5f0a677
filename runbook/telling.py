"""How are people told? Subjects and messages that SNS takes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from diagnosis.console import link
from diagnosis.places import Place
from reports.words import one_line
from runbook.aws import client

MOST_SUBJECT = 100
MOST_MESSAGE = 200_000
"""SNS takes 256 KB; letters beyond ASCII need more than one byte."""


def subject(text: str) -> str:
    """At most 100 characters of ASCII on one line, which is what SNS takes for one."""
    plain = one_line(text).encode("ascii", "replace").decode()
    return plain if len(plain) <= MOST_SUBJECT else f"{plain[: MOST_SUBJECT - 3]}..."


def publish(topic: str, title: str, lines: list[str]) -> str:
    """Send a message to a topic; its id. ClientError where SNS refuses."""
    message = "\n".join(lines)[:MOST_MESSAGE]
    answer: dict[str, Any] = client("sns").publish(TopicArn=topic, Subject=subject(title), Message=message)
    return str(answer["MessageId"])


def execution_page(execution: str) -> str:
    """The execution's page in the console; its ARN where the partition's console has no public address."""
    parts = execution.split(":")
    page = link(Place(parts[4], parts[3], parts[1]), "states/home") if len(parts) > 6 else ""
    return f"{page}#/v2/executions/details/{quote(execution, safe=':')}" if page else execution
