"""Does a process hear of Ctrl-C? One that is started in the background ignores SIGINT, and hands that on."""

import signal


def heard() -> None:
    """To be called in a new process (`preexec_fn`): SIGINT ends it, however the tests were started."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def unheard() -> None:
    """The other way round: a process that a shell started in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
