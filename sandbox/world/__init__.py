"""What a scenario is given: clients for what AWS lets anyone create, verbs for what only AWS can bring about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.world.changes import ChangeVerbs
from sandbox.world.codedeploy import CodeDeployVerbs
from sandbox.world.databases import DatabaseVerbs
from sandbox.world.executions import ExecutionVerbs
from sandbox.world.faults import FaultVerbs
from sandbox.world.flows import FlowVerbs
from sandbox.world.functions import FunctionVerbs
from sandbox.world.instances import InstanceVerbs
from sandbox.world.limits import LimitVerbs
from sandbox.world.links import LinkVerbs
from sandbox.world.names import NameVerbs
from sandbox.world.policies import PolicyVerbs
from sandbox.world.postgres import PostgresVerbs
from sandbox.world.service_deployments import ServiceDeploymentVerbs
from sandbox.world.services import ServiceVerbs
from sandbox.world.stacks import StackVerbs
from sandbox.world.targets import TargetVerbs
from sandbox.world.traces import TraceVerbs

if TYPE_CHECKING:
    from sandbox.gateway import Gateway
    from sandbox.inside import Clients


class World(
    ServiceVerbs,
    ServiceDeploymentVerbs,
    InstanceVerbs,
    LimitVerbs,
    LinkVerbs,
    NameVerbs,
    PolicyVerbs,
    FlowVerbs,
    ChangeVerbs,
    TargetVerbs,
    FunctionVerbs,
    ExecutionVerbs,
    CodeDeployVerbs,
    StackVerbs,
    PostgresVerbs,
    DatabaseVerbs,
    FaultVerbs,
    TraceVerbs,
):
    """One scenario in the making. Every verb takes `account` and `region`, by default the scenario's own.

    `at` is time before now: `"12m"`, `"8d"`, a timedelta, or seconds. `sandbox/README.md` documents the verbs.
    """

    def __init__(self, gateway: Gateway, clients: Clients, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.now = datetime.now(UTC)
        self.faults = gateway.faults
        self.enforcement = gateway.enforcement
        self._clients = clients

    def client(self, service: str, account: str | None = None, region: str | None = None) -> Any:
        """An ordinary boto3 client of the sandbox, acting in an account and region."""
        return self._clients.get(service, account or self.account, region or self.region)
