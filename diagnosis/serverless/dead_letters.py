"""Did messages end in a dead-letter queue, because nobody could process them?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Absent, Blind
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.serverless.function_log import FunctionLog, leading
from diagnosis.targets import Target


@dataclass(frozen=True)
class DeadLetters:
    """The dead-letter queue of a queue: its ARN, and how many messages it held, the maxima of five minutes.

    What a queue gives up is counted there only: a function that reports single messages as failed has no error.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """

    arn: str
    held: Series

    @property
    def name(self) -> str:
        """The queue's own name."""
        return self.arn.rsplit(":", 1)[-1]

    @property
    def came(self) -> float:
        """How many more it holds than at its emptiest; 0 where it was only emptied."""
        return (self.held.last or 0.0) - min(self.held.values, default=0.0)


def dead_lettered(function: Target, source: str, dead: DeadLetters, cause: Cause, why: str, as_of: datetime) -> Finding:
    """The function that could not process messages of a source until the queue gave them up."""
    return Finding(
        subject=function.name,
        place=function.place,
        cause=cause,
        impact="now",
        symptom=f"{function.name}: {dead.came:,.0f} messages of {source} came to {dead.name}, expected none",
        evidence=(
            f"ApproximateNumberOfMessagesVisible of {dead.name} {min(dead.held.values):,.0f} to {dead.held.last:,.0f}",
        ),
        why=why,
        remedy=f"read a message of {dead.name}, mend what fails on it, then move them back (start-message-move-task)",
        resource=function.arn,
        depends_on=(function.arn,),
        onset=dead.held.onset(lambda number: number > min(dead.held.values)),
        as_of=as_of,
        link=console.function(function.place, function.name),
        command=aws("sqs", "start-message-move-task", "--source-arn", dead.arn),
    )


def why_given_up(errors: float, throttles: float, log: FunctionLog | Absent | Blind) -> tuple[Cause, str]:
    """Why messages were taken in vain: the function was throttled, or failed as its log says."""
    if throttles > errors:
        return "throttled", f"{throttles:,.0f} throttles in the window: each counts as one that was taken in vain"
    most = leading(log.failures) if isinstance(log, FunctionLog) else None
    return (most.cause, f"its log: {most.quote}") if most else ("unknown", "")
