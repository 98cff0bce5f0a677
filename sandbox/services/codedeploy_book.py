"""Which deployments does the sandbox's CodeDeploy know, and which does it make itself to roll back?"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.services.actions import refusal
from sandbox.services.codedeploy_events import NEVER_S, Happening
from sandbox.services.codedeploy_groups import Surroundings
from sandbox.services.codedeploy_plans import Plan, default_config
from sandbox.services.codedeploy_telling import Told, plan

_EVENTS = {
    "Failed": "DEPLOYMENT_FAILURE",
    "ALARM_ACTIVE": "DEPLOYMENT_STOP_ON_ALARM",
    "MANUAL_STOP": "DEPLOYMENT_STOP_ON_REQUEST",
}
Place = tuple[str, str]

_lock = threading.RLock()
_plans: dict[Place, dict[str, Plan]] = {}
_configs: dict[Place, dict[str, dict[str, Any]]] = {}
_silent_s: dict[Place, dict[str, float]] = {}


def silence(place: Place, instance: str, since_s: float) -> None:
    """Say that the agent of an instance has not run since."""
    _silent_s.setdefault(place, {})[instance] = since_s


def tell(place: Place, told: Told, rollback: Mapping[str, Happening]) -> str:
    """Add a deployment, and the rollback that its group asks for when it fails; the deployment's id."""
    with _lock:
        group = backend(place).get_deployment_group(told.application, told.group)
        chosen = config(place, told.config or str(group.deployment_config_name))
        before = _last_good(place, told.application, told.group, told.created_s)
        previous = before.revision if before else {}
        around = Surroundings(*place, group, chosen, previous, _silent_s.get(place, {}))
        made = plan(told, around)
        kept = _plans.setdefault(place, {})
        kept[made.id] = made
        if made.outcome != "Succeeded" and _rolls_back(group, made) and made.end_s != NEVER_S:
            _roll_back(kept, made, replace(around, previous=previous), before, rollback)
    return made.id


def _rolls_back(group: Any, made: Plan) -> bool:
    asked = group.auto_rollback_configuration or {}
    what = _EVENTS.get(made.error[0] if made.error and made.outcome == "Stopped" else made.outcome)
    return bool(asked.get("enabled")) and what in asked.get("events", [])


def _roll_back(
    kept: dict[str, Plan], made: Plan, around: Surroundings, before: Plan | None, events: Mapping[str, Happening]
) -> None:
    """CodeDeploy deploys the last revision that went well, as a deployment of its own."""
    if before is None:
        said = {"rollbackMessage": "The deployment was not rolled back: there is no previous successful deployment."}
        kept[made.id] = replace(made, rollback=said)
        return
    again = Told(
        made.application,
        made.group,
        made.end_s + 1,
        before.revision,
        events,
        config=str(made.members["deploymentConfigName"]),
        creator="codeDeployRollback",
        description=f"Automatic rollback of {made.id}",
    )
    rolled = plan(again, around)
    kept[rolled.id] = replace(rolled, rollback={"rollbackTriggeringDeploymentId": made.id})
    kept[made.id] = replace(made, rollback={"rollbackDeploymentId": rolled.id})


def _last_good(place: Place, application: str, group: str, before_s: float) -> Plan | None:
    mine = [
        p
        for p in _plans.get(place, {}).values()
        if (p.application, p.group, p.outcome) == (application, group, "Succeeded") and p.end_s <= before_s
    ]
    return max(mine, key=lambda p: p.end_s, default=None)


def backend(place: Place) -> Any:
    """Moto's applications and groups of a place."""
    from moto.codedeploy.models import codedeploy_backends

    return codedeploy_backends[place[0]][place[1]]


def config(place: Place, name: str) -> dict[str, Any]:
    """A deployment configuration, created or CodeDeploy's own; AWS's error where there is none of this name."""
    known = _configs.get(place, {}).get(name) or default_config(name)
    if known is None:
        raise refusal("DeploymentConfigDoesNotExistException", f"No deployment configuration found for name: {name}")
    return known


def add_config(place: Place, name: str, info: dict[str, Any]) -> None:
    """Keep a deployment configuration."""
    with _lock:
        _configs.setdefault(place, {})[name] = info


def plans(place: Place) -> list[Plan]:
    """Every deployment of a place, also those that are still to be created."""
    return list(_plans.get(place, {}).values())
