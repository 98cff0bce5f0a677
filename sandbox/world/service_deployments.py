"""Verb: how a deployment of an ECS service went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.ago import Ago, seconds
from sandbox.errors import ScenarioError
from sandbox.world.ecs import EcsVerbs, one_of

_AFTER_SCALE_UP = (
    "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP",
)  # fmt: skip


class ServiceDeploymentVerbs(EcsVerbs):
    """`service_deployment`."""

    def service_deployment(
        self,
        service: str,
        status: str = "SUCCESSFUL",
        task_definition: str | None = None,
        at: Ago = "10m",
        takes: str | float = "4m",
        failed_tasks: int = 0,
        running: int | None = None,
        pending: int = 0,
        strategy: str | None = None,
        stage: str = "",
        traffic: float | None = None,
        test_traffic: float | None = None,
        alarms: tuple[str, ...] | list[str] = (),
        reason: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A deployment of a service began at `at` and stands, or ended after `takes`, as `status` says.

        `status` is a service deployment's: PENDING, IN_PROGRESS, SUCCESSFUL, STOP_REQUESTED, STOPPED,
        ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED. `task_definition` is what it
        rolls out (default: the service's own), `failed_tasks` how many of its tasks failed: whether that triggers the
        circuit breaker follows from the service's configuration. `running` and `pending` are its own tasks (default:
        all of them once it is past its scale-up), `stage` a lifecycleStage, `traffic` and `test_traffic` the new
        revision's shares in percent, `alarms` the deployment alarms that fired.
        """
        from sandbox.services import ecs_book, ecs_running

        place = self._place(account, region)
        backend, owner = self._ecs_service(service, place)
        if status not in ecs_book.FINISHED | ecs_book.UNDER_WAY:
            words = ", ".join(sorted(ecs_book.FINISHED | ecs_book.UNDER_WAY))
            raise ScenarioError(f"service_deployment: status {status!r}: write {words}")
        known = ecs_running.known(backend, owner)
        started = self._moment(at)
        finished = min(started + timedelta(seconds=seconds(takes)), self.now)
        strategy = strategy or str(known.configuration()["strategy"])
        one_of("strategy", strategy, ecs_book.STRATEGIES)
        one_of("stage", stage, ("", *ecs_book.STAGES))
        made = ecs_book.Deployment(
            number=ecs_book.book(*place).number(owner.arn),
            task_definition=self._definition(backend, task_definition) if task_definition else owner.task_definition,
            status=status,
            started=started,
            finished=finished if status in ecs_book.FINISHED else None,
            strategy=strategy,
            stage=stage,
            failed_tasks=failed_tasks,
            traffic=traffic,
            test_traffic=test_traffic,
            alarms=tuple(alarms),
            reason=reason,
        )
        self._roll(backend, owner, made, running, pending)
        self._tell(backend, owner, made)

    def _roll(self, backend: Any, owner: Any, made: Any, running: int | None, pending: int) -> None:
        """Bring a service to where the deployment left it."""
        from sandbox.services import ecs_running
        from sandbox.services.ecs_services import desired, members_of

        known = ecs_running.known(backend, owner)
        if made.status == "SUCCESSFUL":
            ecs_running.roll_out(backend, owner, made)
            return
        known.deployments.append(made)
        if not made.status.startswith("ROLLBACK"):
            owner.task_definition = made.task_definition
        if made.status == "ROLLBACK_SUCCESSFUL" or not ecs_running.runs_tasks(backend, owner):
            return
        count = running if running is not None else desired(backend, owner) if made.stage in _AFTER_SCALE_UP else 0
        how: dict[str, Any] = {"definition": made.task_definition, "by": made.id, "at": made.started}
        ecs_running.start(backend, owner, count, **how)
        ecs_running.start(backend, owner, pending, waiting=True, **how)
        known.held = len(members_of(backend, owner))

    def _tell(self, backend: Any, owner: Any, made: Any) -> None:
        """What ECS writes about a deployment in the service's events."""
        from sandbox.services import ecs_running
        from sandbox.services.ecs_book import Event
        from sandbox.services.ecs_deployments import breaker_of

        known, name = ecs_running.known(backend, owner), f"(service {owner.name})"
        failed = breaker_of(known, made, int(owner.desired_count))["status"] == "TRIGGERED"
        lines: list[tuple[datetime, str]] = []
        if made.status == "SUCCESSFUL":
            lines.append((made.changed, f"{name} (deployment {made.id}) deployment completed."))
        elif made.alarms or failed:
            why = "alarm detected" if made.alarms else "tasks failed to start"
            lines.append((made.changed, f"{name} (deployment {made.id}) deployment failed: {why}."))
        if made.status.startswith("ROLLBACK") and (previous := known.before(made)):
            lines.append((made.changed, f"{name} rolling back to deployment {previous.id}."))
        if made.status in ("SUCCESSFUL", "ROLLBACK_SUCCESSFUL"):
            lines.append((made.changed, f"{name} has reached a steady state."))
        known.events += [Event(moment, line) for moment, line in lines]
