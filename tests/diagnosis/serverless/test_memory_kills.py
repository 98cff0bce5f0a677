"""Is a function red whose process was killed?"""

from diagnosis.serverless.memory import killed
from tests.builders import ago
from tests.diagnosis.serverless.logs import log_of, told

KILLED = "RequestId: x Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
REPORT = "REPORT RequestId: x\tStatus: error\tError Type: Runtime.OutOfMemory"


def test_one_kill_leaves_two_lines() -> None:
    [found] = killed(log_of(told(KILLED, 3), told(REPORT, 3, record=True)))
    assert found.symptom == "thumbnails: 3 invocations killed for want of memory, expected none"
    assert (found.cause, found.impact, found.proven, found.onset) == ("out_of_memory", "now", True, ago(20))


def test_an_exit_alone_is_no_kill() -> None:
    assert killed(log_of(told("Runtime exited with error: exit status 1\nRuntime.ExitError", 3))) == []
    assert killed(log_of()) == []


def test_some_kills_can_be_allowed() -> None:
    assert killed(log_of(told(KILLED, 3)), max_kills=3) == []
