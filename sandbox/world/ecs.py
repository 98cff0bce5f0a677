"""What do the verbs of ECS share? Finding a service or task definition that a scenario names."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ScenarioError
from sandbox.world.logs import LogVerbs
from sandbox.world.metrics import MetricVerbs


class EcsVerbs(MetricVerbs, LogVerbs):
    """The base of the verbs of ECS."""

    def _ecs_service(self, named: str, place: tuple[str, str]) -> tuple[Any, Any]:
        """The ECS of a place, and one of its services by `cluster/service`."""
        from sandbox.services import prepare
        from sandbox.services.ecs_tasks import backend_of

        prepare("ecs")
        backend = backend_of(*place)
        cluster, _, name = named.rpartition("/")
        found = backend.services.get(f"{cluster or 'default'}:{name}")
        if found is None:
            raise ScenarioError(f"no ECS service {named!r}: create it first, and write cluster/service")
        return backend, found

    def _definition(self, backend: Any, named: str) -> str:
        try:
            return str(backend.describe_task_definition(named).arn)
        except Exception as error:
            raise ScenarioError(f"no task definition {named!r}: register it first") from error


def one_of(what: str, word: str, words: tuple[str, ...]) -> None:
    """ScenarioError unless the word is one of these; an empty one is none to write."""
    if word not in words:
        raise ScenarioError(f"{what} {word!r}: write {', '.join(w for w in words if w)}")
