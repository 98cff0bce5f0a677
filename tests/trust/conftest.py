"""Fixtures for the matrix: a world for the whole session, what it answers, and ways to let one operation fail."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from fixtures import insights
from tests.fixtures.house import World, add_markers, running_world
from tests.trust.matrix import Asked

SLOW_MS, IMPATIENT_S = 400, 0.05


def pytest_configure(config: pytest.Config) -> None:
    """The checks are loaded as plain functions here, with the markers of the house's own pytest.ini."""
    add_markers(config)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One sandbox for all, with something in it for every reader."""
    with running_world(tmp_path_factory.mktemp("sandbox")) as world:
        yield world


@pytest.fixture(scope="session")
def asked(world: World, wire: Wire) -> Iterator[Asked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(insights, "FIRST_POLL_S", 0.001)
        known = Asked(world)
        patch.setattr(insights, "PATIENCE_S", 0.0)  # from here on who is refused is refused for good
        yield known


class Wire:
    """What lies between a client and AWS: an address where nobody listens, and a client without patience."""

    def __init__(self) -> None:
        self.fault = self.operation = ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._closed = f"127.0.0.1:{free.getsockname()[1]}"

    def send(self, request: Any, event_name: str, **_: Any) -> Any:
        """Botocore's before-send: None sends the request as always."""
        if not self.fault or event_name.rpartition(".")[2] != self.operation.partition(":")[2]:
            return None
        if self.fault == "refused":
            request.url = request.url.replace(request.url.split("/")[2], self._closed, 1)
        return URLLib3Session(timeout=(1, IMPATIENT_S)).send(request)


@pytest.fixture(scope="session")
def wire(world: World) -> Wire:
    made = Wire()
    world.sessions.base().get_component("event_emitter").register_first("before-send", made.send)
    world.sessions._clients.clear()  # those that exist do not hear of it
    return made


@pytest.fixture
def armed(world: World, wire: Wire) -> Iterator[Callable[[str, str], None]]:
    """Let one operation fail; all others are answered as they were when nothing failed."""

    def arm(operation: str, fault: str) -> None:
        world.memory.live = operation
        if fault in ("refused", "timeout"):
            wire.fault, wire.operation = fault, operation
        if fault == "timeout":
            world.control("POST", "/vitals/faults", {"kind": "slow", "operation": operation, "milliseconds": SLOW_MS})
        elif fault != "refused":
            world.control("POST", "/vitals/faults", {"kind": fault, "operation": operation})

    yield arm
    world.control("DELETE", "/vitals/faults")
    world.memory.live, wire.fault = "*", ""


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note what a test tried, for the table at the end: a kind, how many cells, in how many a check may pass."""

    def note(kind: str, *, cells: int = 1, excused: int = 0) -> None:
        request.node.user_properties.append(("trust", (kind, cells, excused)))

    return note
