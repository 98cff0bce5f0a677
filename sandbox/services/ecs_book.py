"""What happened to ECS services that moto does not keep: deployments, events, stopped tasks, health of containers."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

STOPPED_TASKS_STAY = timedelta(hours=1)
MOST_EVENTS = 100
FINISHED = frozenset({"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"})
UNDER_WAY = frozenset({"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
STAGES = (
    "RECONCILE_SERVICE", "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP",
)  # fmt: skip
STRATEGIES = ("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY")


@dataclass
class Deployment:
    """One deployment of a service: what it rolled out, when, how far it came and how it ended.

    `traffic` is the share of production traffic that the new revision gets, in percent; None where nothing is shifted.
    """

    number: str
    task_definition: str
    status: str
    started: datetime
    finished: datetime | None = None
    strategy: str = "ROLLING"
    stage: str = ""
    failed_tasks: int = 0
    traffic: float | None = None
    test_traffic: float | None = None
    alarms: tuple[str, ...] = ()
    reason: str = ""

    @property
    def id(self) -> str:
        """What DescribeServices calls it."""
        return f"ecs-svc/{self.number}"

    @property
    def changed(self) -> datetime:
        """When it last changed its state."""
        return self.finished or self.started


@dataclass(frozen=True)
class Event:
    """A service event."""

    at: datetime
    message: str

    def members(self, service: str) -> dict[str, Any]:
        """The event as DescribeServices has it."""
        name = f"{service}/{self.at.isoformat()}/{self.message}"
        return {"id": str(uuid5(NAMESPACE_URL, name)), "createdAt": self.at, "message": self.message}


@dataclass
class Service:
    """What is known of one service beside moto's own object. `held` is how many tasks run, where not all do."""

    asked: dict[str, Any] = field(default_factory=dict)
    created: datetime | None = None
    deployments: list[Deployment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    health: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    held: int | None = None

    def current(self) -> Deployment | None:
        """The newest deployment."""
        return max(self.deployments, key=lambda d: d.started, default=None)

    def before(self, deployment: Deployment) -> Deployment | None:
        """The deployment whose revision served before this one: the newest earlier one that succeeded."""
        earlier = [d for d in self.deployments if d.started < deployment.started and d.status == "SUCCESSFUL"]
        return max(earlier, key=lambda d: d.started, default=None)

    def configuration(self) -> dict[str, Any]:
        """The deployment configuration: ECS's defaults where nothing was asked for."""
        asked: Mapping[str, Any] = self.asked.get("deploymentConfiguration") or {}
        breaker = {"enable": False, "rollback": False} | dict(asked.get("deploymentCircuitBreaker") or {})
        return {
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
            "strategy": "ROLLING",
            "bakeTimeInMinutes": 0,
            **asked,
            "deploymentCircuitBreaker": breaker,
        }

    def threshold(self, desired: int) -> int:
        """After how many failed tasks the circuit breaker of this service ends a deployment.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
        """
        how = self.configuration()["deploymentCircuitBreaker"].get("thresholdConfiguration") or {}
        kind, value = how.get("type", "BOUNDED_PERCENT"), int(how.get("value", 50))
        if kind == "COUNT":
            return value
        share = max(1, math.ceil(desired * value / 100))
        return share if kind == "UNBOUNDED_PERCENT" else min(max(share, 3), 200)


@dataclass
class Book:
    """What is known of the services and stopped tasks of one account in one region."""

    services: dict[str, Service] = field(default_factory=dict)
    stopped: list[dict[str, Any]] = field(default_factory=list)
    numbers: int = 0

    def of(self, arn: str) -> Service:
        """What is known of a service, by its ARN."""
        return self.services.setdefault(arn, Service())

    def number(self, seed: str) -> str:
        """The number of a new deployment: nineteen digits."""
        self.numbers += 1
        return str(uuid5(NAMESPACE_URL, f"{seed}/{self.numbers}").int)[:19]

    def visible(self, now: datetime) -> list[dict[str, Any]]:
        """The stopped tasks that ECS still shows: those of the last hour."""
        return [task for task in self.stopped if timedelta() <= now - task["stoppedAt"] < STOPPED_TASKS_STAY]


_books: dict[tuple[str, str], Book] = {}
_lock = threading.Lock()


def book(account: str, region: str) -> Book:
    """The book of a place."""
    with _lock:
        return _books.setdefault((account, region), Book())
