"""Is a target healthy? Computed from where it is registered, what lets the check through, and what answers it.

States, reasons and their texts are those of TargetHealth in the Elastic Load Balancing API reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from diagnosis.reachability import Endpoint, Flow, Verdict
from sandbox.services import network
from sandbox.services.behaviour import Behaviour, behaviours

_REGISTRATION_S = 10


@dataclass(frozen=True)
class Health:
    """A TargetHealth."""

    state: str
    reason: str = ""
    description: str = ""


HEALTHY = Health("healthy")
_TIMEOUT = Health("unhealthy", "Target.Timeout", "Request timed out")
_FAILED = Health("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
_NOT_IN_USE = "Target.NotInUse"


def health(backend: Any, group: Any, target: dict[str, Any], now_s: float) -> Health:
    """The health of a target of a moto target group."""
    if "Deregistered" in target:
        return Health("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
    balancers = _balancers(backend, group)
    if not balancers:
        text = "Target group is not configured to receive traffic from the load balancer"
        return Health("unused", _NOT_IN_USE, text)
    if group.target_type == "lambda" or not group.health_check_enabled:
        return Health("unavailable", "Target.HealthCheckDisabled", "Health checks are not enabled for this target")
    if stopped := _not_running(backend, target):
        return stopped
    interface = _interface(backend, group, target)
    if interface is not None and not _zone_enabled(balancers, interface):
        text = "Target is in an Availability Zone that is not enabled for the load balancer"
        return Health("unused", _NOT_IN_USE, text)
    return _checked(backend, group, target, balancers, now_s)


def _forwards(actions: list[Any], arn: str) -> bool:
    for action in (getattr(item, "data", item) for item in actions):
        groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
        if action.get("TargetGroupArn") == arn or any(g.get("TargetGroupArn") == arn for g in groups):
            return True
    return False


def _balancers(backend: Any, group: Any) -> list[Any]:
    """The load balancers with a listener, or a rule of one, that forwards to the group."""
    found = []
    for balancer in backend.load_balancers.values():
        lists = [listener.default_actions for listener in balancer.listeners.values()]
        lists += [rule.actions for listener in balancer.listeners.values() for rule in listener.rules.values()]
        if any(_forwards(actions, group.arn) for actions in lists):
            found.append(balancer)
    return found


def _not_running(backend: Any, target: dict[str, Any]) -> Health | None:
    if not target["Id"].startswith("i-"):
        return None
    instance = backend.ec2_backend.get_instance_by_id(target["Id"])
    state = "terminated" if instance is None else str(instance.state)
    if state == "running":
        return None
    return Health("unused", "Target.InvalidState", f"Target is in the {state} state")


def _interface(backend: Any, group: Any, target: dict[str, Any]) -> Any:
    """The network interface of a target: the primary one of an instance, or the one that has the address."""
    for eni in backend.ec2_backend.enis.values():
        if eni.instance is not None and eni.instance.id == target["Id"] and eni.device_index in (0, None):
            return eni
        in_vpc = eni.subnet.vpc_id == group.vpc_id
        if in_vpc and any(ip["PrivateIpAddress"] == target["Id"] for ip in eni.private_ip_addresses):
            return eni
    return None


def _zone_enabled(balancers: list[Any], interface: Any) -> bool:
    zones = {subnet.availability_zone for balancer in balancers for subnet in balancer.subnets}
    return interface.subnet.availability_zone in zones


def _nodes(backend: Any, balancers: list[Any]) -> list[Any]:
    named = {f"ELB {balancer.arn.split(':loadbalancer/')[1]}" for balancer in balancers}
    return [eni for eni in backend.ec2_backend.enis.values() if eni.description in named]


def _checked(backend: Any, group: Any, target: dict[str, Any], balancers: list[Any], now_s: float) -> Health:
    """The health as the checks see it, by the thresholds of the group."""
    port = int(target["Port"] or 0)
    said = behaviours(group.account_id, group.region_name)
    since_registered = now_s - said.registered(group.name, target["Id"], port)
    interval_s = float(group.health_check_interval_seconds)
    if since_registered < _REGISTRATION_S:
        return Health("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
    check_port = port if group.health_check_port in (None, "traffic-port") else int(group.health_check_port)
    is_open = _is_open(backend, _nodes(backend, balancers), target["Id"], check_port)
    history = said.history(group.name, target["Id"], port, now_s)
    verdict = _by_history(group, history, now_s) if is_open else _TIMEOUT
    if verdict.state == "unhealthy" and all(balancer.type == "network" for balancer in balancers):
        # A Network Load Balancer gives no other reason.
        verdict = _FAILED
    needed = int(group.unhealthy_threshold_count) if verdict.state == "unhealthy" else 1
    if since_registered < _REGISTRATION_S + needed * interval_s:
        return Health("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
    return verdict


def _is_open(backend: Any, nodes: list[Any], target_id: str, port: int) -> bool:
    """Whether a check from every node gets through and its answer back, as far as the network is described."""
    model = network.model(backend.account_id, backend.region_name)
    end = Endpoint("instance", target_id) if target_id.startswith("i-") else Endpoint("ip", ip=target_id)
    flows = (Flow(Endpoint("network-interface", n.id, n.private_ip_address), end, "tcp", port) for n in nodes)
    return all(model.trace(flow).verdict is not Verdict.BLOCKED for flow in flows)


def _by_history(group: Any, history: list[Behaviour], now_s: float) -> Health:
    """A change of behaviour counts once the group's threshold of checks has seen it."""
    interval_s = float(group.health_check_interval_seconds)
    verdict = HEALTHY
    for behaviour, following in zip(history, [*history[1:], None], strict=True):
        lasted_s = (following.since if following else now_s) - behaviour.since
        seen = _verdict(group, behaviour)
        needed = int(group.healthy_threshold_count if seen.state == "healthy" else group.unhealthy_threshold_count)
        if lasted_s >= needed * interval_s:
            verdict = seen
    return verdict


def _verdict(group: Any, behaviour: Behaviour) -> Health:
    """What the check makes of an application that behaves so."""
    if behaviour.answer == "refuses":
        return _FAILED
    if behaviour.answer == "silent" or behaviour.takes_s > float(group.health_check_timeout_seconds):
        is_tcp = group.health_check_protocol == "TCP"
        return HEALTHY if is_tcp and behaviour.answer == "silent" else _TIMEOUT
    matcher = (group.matcher or {}).get("HttpCode", "200") if group.health_check_protocol != "TCP" else ""
    if not matcher or _matches(matcher, int(behaviour.answer)):
        return HEALTHY
    text = f"Health checks failed with these codes: [{behaviour.answer}]"
    return Health("unhealthy", "Target.ResponseCodeMismatch", text)


def _matches(matcher: str, code: int) -> bool:
    """Whether a status code is in a matcher such as 200, 200,202 or 200-299."""
    for part in matcher.split(","):
        low, high = re.fullmatch(r"(\d+)(?:-(\d+))?", part.strip()).groups()  # type: ignore[union-attr]
        if int(low) <= code <= int(high or low):
            return True
    return False
