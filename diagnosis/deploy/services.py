"""What is a service of ECS doing? Its counts, its rollouts, its deployments and what its scheduler says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis.targets import Target

UNDER_WAY = frozenset({"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
KNOWN_STATES = UNDER_WAY | {"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"}
ROLLOUT_STATES = frozenset({"", "COMPLETED", "FAILED", "IN_PROGRESS"})


@dataclass(frozen=True)
class ServiceEvent:
    """A message of the service's scheduler."""

    at: datetime
    message: str


@dataclass(frozen=True)
class RolloutState:
    """One of the `deployments` that DescribeServices shows, or a task set of another controller.

    `status` is PRIMARY or ACTIVE, `state` the rolloutState: empty where the strategy or controller has none. `failed`
    counts failed tasks since the last that ran. `definition` is `family:revision`.
    """

    id: str
    status: str
    definition: str
    desired: int
    running: int
    pending: int
    failed: int
    state: str
    reason: str
    created: datetime


@dataclass(frozen=True)
class ServiceDeployment:
    """A service deployment as DescribeServiceDeployments has it.

    `breaker` is the circuit breaker's status with its `failures` and `threshold`; `traffic` the new revision's share
    of production traffic in percent, None where none is shifted; `definition` what it rolls out, as `family:revision`;
    `alarms` those that were triggered; `waiting_for` a pause that somebody has to end. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
    """

    id: str
    status: str
    reason: str
    strategy: str
    stage: str
    created: datetime
    finished: datetime | None
    requested: int
    running: int
    pending: int
    breaker: str = ""
    failures: int = 0
    threshold: int = 0
    traffic: float | None = None
    alarms: tuple[str, ...] = ()
    waiting_for: str = ""
    rollback: str = ""
    definition: str = ""


@dataclass(frozen=True)
class ServiceState:
    """A service: what shall run and what runs, its rollouts and newest deployments, its events newest first.

    `short_since` is the start of the run in which Container Insights counts fewer tasks than desired, None where it
    counts none or does not count. `controller` is ECS, CODE_DEPLOY or EXTERNAL. `needs` are the ARNs and ids of what
    the service rests on.
    """

    target: Target
    status: str
    desired: int
    running: int
    pending: int
    controller: str
    scheduling: str
    rollouts: tuple[RolloutState, ...]
    deployments: tuple[ServiceDeployment, ...]
    events: tuple[ServiceEvent, ...]
    window_start: datetime
    as_of: datetime
    short_since: datetime | None = None
    grace_s: int = 0
    breaker_enabled: bool = False
    needs: tuple[str, ...] = ()

    @property
    def primary(self) -> RolloutState | None:
        """The rollout that shall take over, or has."""
        return next((one for one in self.rollouts if one.status == "PRIMARY"), None)
