"""What does a container's exit code say?

Codes above 128 are signals (https://docs.docker.com/engine/containers/run/#exit-status); a Windows container gives an
NTSTATUS, which comes as a large or negative number.
"""

from __future__ import annotations

_WORDS = {
    0: "ended by itself, without an error",
    1: "ended with an error",
    2: "ended with an error, often a wrong use of the command",
    125: "could not be run",
    126: "its command cannot be executed",
    127: "its command was not found",
    255: "ended with an error",
}
_SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL: an instruction this processor does not have",
    6: "SIGABRT: it gave up",
    7: "SIGBUS: bad memory access",
    8: "SIGFPE: arithmetic error",
    9: "SIGKILL: it was killed",
    11: "SIGSEGV: bad memory access",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM: it was asked to end",
}
KILLED, TERMINATED = 137, 143
CLEAN = frozenset({0, TERMINATED})


def in_words(code: int) -> str:
    """An exit code with its signal, for people: `137 (SIGKILL: it was killed)`."""
    signal = _SIGNALS.get(code - 128)
    said = signal or _WORDS.get(code) or (f"signal {code - 128}" if 128 < code < 193 else "")
    return f"{code} ({said})" if said else str(code)
