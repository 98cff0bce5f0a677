"""Verbs: what became of ECS services: tasks that stopped or run, events, health of containers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.ago import Ago, seconds
from sandbox.errors import ScenarioError
from sandbox.series import steady
from sandbox.world.ecs import EcsVerbs, one_of

Counts = tuple[int, int]
"""Running and pending tasks."""
_HEALTH = ("HEALTHY", "UNHEALTHY", "UNKNOWN")


class ServiceVerbs(EcsVerbs):
    """`task_stopped`, `tasks_running`, `service_event` and `container_health`."""

    def task_stopped(
        self,
        service: str,
        stop_code: str = "EssentialContainerExited",
        reason: str = "",
        exits: int | Mapping[str, int] | None = None,
        reasons: str | Mapping[str, str] | None = None,
        ran: str | float = "5m",
        task_definition: str | None = None,
        at: Ago = "1m",
        every: str | float | None = None,
        until: Ago = 0,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A task of a service (`cluster/service`) stopped, at `at` or from `at` to `until` with `every` between.

        `stop_code` and `reason` are ECS's stopCode and stoppedReason (its own words where none are given), `exits` the
        exit codes and `reasons` the reasons of containers, by name or for the first one; `ran` is how long the task
        ran, `task_definition` which one (default the service's own). ECS shows a stopped task for an hour; rules of
        EventBridge that send such events to a log group keep them there.
        """
        from sandbox.services import ecs_stops

        if stop_code not in ecs_stops.REASONS:
            raise ScenarioError(f"task_stopped: stop code {stop_code!r}: write {', '.join(ecs_stops.REASONS)}")
        place = self._place(account, region)
        backend, owner = self._ecs_service(service, place)
        definition = self._definition(backend, task_definition) if task_definition else owner.task_definition
        known = backend.describe_task_definition(definition)
        names = [container["name"] for container in known.container_definitions]
        how = {"exits": _by_container(exits, names), "reasons": _by_container(reasons, names)}
        for moment in self._moments(at, every, until):
            lived = timedelta(seconds=seconds(ran))
            stop = ecs_stops.Stop(stop_code, moment, lived, reason, how["exits"], how["reasons"])
            task = ecs_stops.record(backend, owner, definition, stop)
            event = ecs_stops.event_of(task, *place)
            for group in ecs_stops.log_groups_for(event, *place):
                line = ecs_stops.line_of(event)
                self.logs(group, line, stream=event["id"], at=moment, account=place[0], region=place[1])

    def tasks_running(
        self,
        service: str,
        running: int,
        pending: int = 0,
        at: Ago = "15m",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Since `at` only so many tasks of a service run, and `pending` more wait to start; the newest are gone.

        The scheduler tries to start others: it says so in an event. Where the cluster has Container Insights, its
        RunningTaskCount, PendingTaskCount and DesiredTaskCount follow.
        """
        from sandbox.services import ecs_running
        from sandbox.services.ecs_book import Event
        from sandbox.services.ecs_services import desired, members_of

        place = self._place(account, region)
        backend, owner = self._ecs_service(service, place)
        since, known = self._moment(at), ecs_running.known(backend, owner)
        tasks = members_of(backend, owner)
        if running > len(tasks):
            raise ScenarioError(f"tasks_running: {service} runs {len(tasks)} tasks, not {running}")
        known.held = running + pending
        ecs_running.stop(backend, owner, tasks[running:][::-1], at=since)
        waiting = ecs_running.start(backend, owner, pending, at=since, waiting=True)
        named = ":" * bool(waiting) + "".join(f" (task {task.task_arn.rsplit('/', 1)[-1]})" for task in waiting)
        short = desired(backend, owner) - running
        if short > 0:
            known.events.append(Event(since, f"(service {owner.name}) has started {short} tasks{named}."))
        self._count_tasks(backend, owner, place, self.now - since, (running, pending))

    def _count_tasks(self, backend: Any, owner: Any, place: tuple[str, str], length: timedelta, counts: Counts) -> None:
        """Container Insights' counts of a service, where its cluster has it."""
        from sandbox.services.ecs_services import desired

        settings = backend.clusters[owner.cluster_name].settings or []
        if not any(s["name"] == "containerInsights" and s["value"] in ("enabled", "enhanced") for s in settings):
            return
        wanted, dimensions = desired(backend, owner), {"ClusterName": owner.cluster_name, "ServiceName": owner.name}
        for name, before, after in (
            ("RunningTaskCount", wanted, counts[0]),
            ("PendingTaskCount", 0, counts[1]),
            ("DesiredTaskCount", wanted, wanted),
        ):
            series = steady(before).then(f"{int(length.total_seconds())}s", after)
            self.metric("ECS/ContainerInsights", name, dimensions, series, "Count", account=place[0], region=place[1])

    def service_event(
        self,
        service: str,
        message: str,
        at: Ago = "1m",
        every: str | float | None = None,
        until: Ago = 0,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """ECS wrote an event of a service; `(service NAME)` is put before a message that does not begin so."""
        from sandbox.services import ecs_running
        from sandbox.services.ecs_book import Event

        place = self._place(account, region)
        backend, owner = self._ecs_service(service, place)
        said = message if message.startswith("(service ") else f"(service {owner.name}) {message}"
        events = ecs_running.known(backend, owner).events
        events += [Event(moment, said) for moment in self._moments(at, every, until)]

    def container_health(
        self,
        service: str,
        container: str,
        status: str = "UNHEALTHY",
        tasks: int | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """What the health check of a container says in the first `tasks` tasks of a service, by default in all.

        Without this verb containers are HEALTHY; one whose task definition has no health check is UNKNOWN in any case.
        """
        from sandbox.services import ecs_running

        one_of("status", status, _HEALTH)
        backend, owner = self._ecs_service(service, self._place(account, region))
        ecs_running.known(backend, owner).health[container] = (status, tasks)


def _by_container(said: Any, names: list[str]) -> dict[str, Any]:
    """By container's name what was said of one or of several; ScenarioError for a name that is none."""
    if said is None or said == "":
        return {}
    by_name = dict(said) if isinstance(said, Mapping) else {names[0]: said}
    unknown = set(by_name) - set(names)
    if unknown:
        raise ScenarioError(f"no container {min(unknown)!r}: the task definition has {', '.join(names)}")
    return by_name
