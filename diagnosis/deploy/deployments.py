"""What is known of the deployments of a CodeDeploy group?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.targets import Target

FINISHED = frozenset({"Succeeded", "Failed", "Stopped"})
UNFINISHED = frozenset({"Created", "Queued", "InProgress", "Baking", "Ready"})
TARGET_STATES = frozenset({"Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"})
ROLLBACKS = frozenset({"codeDeployRollback", "CloudFormationRollback"})
"""Creators of deployments that nobody asked for: CodeDeploy went back to what ran before."""


@dataclass(frozen=True)
class LifecycleEvent:
    """One life-cycle event on one target, its diagnostics in AWS's own words; times where they are known.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_LifecycleEvent.html
    """

    name: str
    status: str
    code: str = ""
    script: str = ""
    message: str = ""
    log_tail: str = ""
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return self.status == "Failed"

    def length(self, now: datetime) -> timedelta | None:
        """How long it took, or has taken so far; None where it never began, or its times were not told."""
        ended = now if self.status == "InProgress" else self.ended
        return None if self.started is None or ended is None else ended - self.started

    @property
    def untimed(self) -> bool:
        """Whether it ran and nobody told from when to when."""
        lacking = self.started is None or (self.status == "Succeeded" and self.ended is None)
        return self.status in ("InProgress", "Succeeded") and lacking


@dataclass(frozen=True)
class DeploymentTarget:
    """An instance, a function, an ECS service or a stack's resource that a deployment is for.

    `kind` is Instance, Lambda, ECS or CloudFormation; `label` Blue or Green where there are two fleets.
    """

    id: str
    kind: str
    status: str
    events: tuple[LifecycleEvent, ...]
    arn: str = ""
    label: str = ""

    @property
    def failure(self) -> LifecycleEvent | None:
        """The first of its events that failed."""
        return next((event for event in self.events if event.failed), None)

    @property
    def skipped_all(self) -> bool:
        """Whether none of its events ever began."""
        return bool(self.events) and all(event.status == "Skipped" for event in self.events)


@dataclass(frozen=True)
class Deployment:
    """A deployment: who asked for it, how it stands, and CodeDeploy's word where it failed.

    `rollback` is the deployment that took it back, `rolls_back` the one that it takes back itself.
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
    """

    id: str
    status: str
    creator: str
    created: datetime
    started: datetime | None = None
    completed: datetime | None = None
    error_code: str = ""
    error_message: str = ""
    config: str = ""
    rollback: str = ""
    rolls_back: str = ""
    rollback_message: str = ""
    ignores_stop_failures: bool = False
    blue_green: bool = False
    termination_wait: timedelta = timedelta()
    waits_for_termination: bool = False
    previous_revision: str = ""

    @property
    def is_rollback(self) -> bool:
        """Whether CodeDeploy or CloudFormation itself made it, to go back."""
        return self.creator in ROLLBACKS or bool(self.rolls_back)

    @property
    def length(self) -> timedelta | None:
        """From its start to its end; None while it runs."""
        return self.completed - (self.started or self.created) if self.completed else None


@dataclass(frozen=True)
class ManagedInstance:
    """What Systems Manager and EC2 know of an instance: `ping` is Online, ConnectionLost, Inactive, or empty."""

    id: str
    ping: str = ""
    last_ping: datetime | None = None
    state: str = ""
    profile: str = ""


@dataclass(frozen=True)
class GroupDeployment:
    """A deployment group, the deployment of it that is examined, and the newest others.

    `others` are its newest deployments without the examined one, newest first. `shift` is how long its
    configuration takes to shift traffic. `instances` tells of targets whose events were all skipped, `instances_unread`
    why nobody can tell. `load_balancers` are target groups by ARN, or by name where their ARN is not known.
    """

    target: Target
    group_id: str
    platform: str
    service_role: str
    deployment: Deployment
    targets: tuple[DeploymentTarget, ...]
    others: tuple[Deployment, ...]
    as_of: datetime
    shift: timedelta = timedelta()
    load_balancers: tuple[str, ...] = ()
    instances: tuple[ManagedInstance, ...] = ()
    instances_unread: str = ""
    agent_log: tuple[str, ...] = ()
    script_log: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()
    """The log groups that agents' and scripts' logs are shipped to, where targets.toml names any."""

    @property
    def failed_targets(self) -> tuple[DeploymentTarget, ...]:
        """The targets that failed."""
        return tuple(target for target in self.targets if target.status == "Failed")

    @property
    def link(self) -> str:
        """The deployment's page."""
        return console.link(self.target.place, f"codesuite/codedeploy/deployments/{self.deployment.id}")

    @property
    def command(self) -> str:
        """How to look at its targets, or at itself where it has none."""
        if self.targets:
            first = (self.failed_targets or self.targets)[0].id
            named = ("--deployment-id", self.deployment.id, "--target-ids", first)
            return aws("deploy", "batch-get-deployment-targets", *named)
        return aws("deploy", "get-deployment", "--deployment-id", self.deployment.id)
