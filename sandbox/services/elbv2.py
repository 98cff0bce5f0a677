"""What does the sandbox complete in ELBv2? Load balancers have interfaces, and target health follows from the world."""

from __future__ import annotations

import time
from typing import Any

from sandbox.services import actions, era, interfaces
from sandbox.services.actions import Request, refusal
from sandbox.services.behaviour import behaviours
from sandbox.services.target_health import Health, health


def _description(load_balancer: Any) -> str:
    return f"ELB {load_balancer.arn.split(':loadbalancer/')[1]}"


_IN_ARNS = {"network": "net", "gateway": "gwy"}


def _name(backend: Any, load_balancer: Any) -> None:
    """The ARN says what kind it is; moto says of all that they are application load balancers."""
    arn, kind = load_balancer.arn, _IN_ARNS.get(load_balancer.type)
    if not kind:
        return
    load_balancer.arn = arn.replace(":loadbalancer/app/", f":loadbalancer/{kind}/")
    backend.load_balancers[load_balancer.arn] = backend.load_balancers.pop(arn)
    backend.tagging_service.copy_tags(arn, load_balancer.arn)
    backend.tagging_service.delete_all_tags_for_resource(arn)


def _interfaces(backend: Any, load_balancer: Any) -> None:
    """One interface in each subnet, as the load balancer now is."""
    place = (backend.account_id, backend.region_name)
    interfaces.release(*place, _description(load_balancer))
    network = load_balancer.type == "network"
    groups = list(load_balancer.security_groups or [])
    if not groups and not network:
        groups = [backend.ec2_backend.get_default_security_group(load_balancer.vpc_id).id]
    for subnet in load_balancer.subnets:
        interfaces.attach(
            *place,
            subnet.id,
            groups,
            _description(load_balancer),
            "amazon-elb",
            interface_type="network_load_balancer" if network else "interface",
            public=load_balancer.scheme == "internet-facing",
        )


def _describe_target_health(request: Request) -> dict[str, Any]:
    """DescribeTargetHealth: computed from registration, listeners, groups, ACLs, and what the applications answer."""
    from moto.elbv2.models import elbv2_backends

    backend = elbv2_backends[request.account][request.region]
    group = backend.target_groups.get(request.get("TargetGroupArn"))
    if group is None:
        raise refusal("TargetGroupNotFound", "One or more target groups not found")
    now_s = time.time()
    known = list(group.targets.values()) + _draining(group, now_s)
    asked = request.get("Targets", [])
    if not asked:
        return {"TargetHealthDescriptions": [_shown(group, t, health(backend, group, t, now_s)) for t in known]}
    found = []
    for wanted in asked:
        port = int(wanted.get("Port") or group.port or 0)
        match = next((t for t in known if t["Id"] == wanted["Id"] and "Port" not in wanted), None)
        match = match or next((t for t in known if (t["Id"], int(t["Port"])) == (wanted["Id"], port)), None)
        found.append(
            _shown(group, match, health(backend, group, match, now_s))
            if match
            else _shown(group, {"Id": wanted["Id"], "Port": port}, _NOT_REGISTERED)
        )
    return {"TargetHealthDescriptions": found}


_NOT_REGISTERED = Health("unused", "Target.NotRegistered", "Target is not registered to the target group")


def _draining(group: Any, now_s: float) -> list[dict[str, Any]]:
    delay_s = float(group.attributes.get("deregistration_delay.timeout_seconds", 300))
    return [t for t in group.deregistered_targets.values() if now_s - t.get("Deregistered", 0.0) < delay_s]


def _shown(group: Any, target: dict[str, Any], state: Health) -> dict[str, Any]:
    described: dict[str, Any] = {
        "Target": {"Id": target["Id"], "Port": int(target["Port"])} if target.get("Port") else {"Id": target["Id"]},
        "TargetHealth": {"State": state.state},
    }
    if state.reason:
        described["TargetHealth"] |= {"Reason": state.reason, "Description": state.description}
    if group.target_type != "lambda":
        port = group.health_check_port
        described["HealthCheckPort"] = str(target["Port"] if port in (None, "traffic-port") else port)
    return described


def _registration() -> None:
    """A target may be registered on several ports; it drains when it goes."""
    from moto.elbv2.exceptions import InvalidTargetError
    from moto.elbv2.models import FakeTargetGroup

    def _key(self: Any, target: dict[str, Any]) -> str | None:
        port = target.get("Port")
        matches = [k for k, t in self.targets.items() if t["Id"] == target["Id"]]
        exact = [k for k in matches if port is None or int(self.targets[k]["Port"]) == int(port)]
        return exact[0] if exact else None

    def register(self: Any, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            _check_running(self, target)
            new = {"Id": target["Id"], "Port": target.get("Port") or self.port}
            if _key(self, new) is None:
                taken = target["Id"] in self.targets
                self.targets[f"{new['Id']}:{new['Port']}" if taken else new["Id"]] = new
                said = behaviours(self.account_id, self.region_name)
                said.register(self.name, new["Id"], int(new["Port"] or 0), era.moment().timestamp())
            self.deregistered_targets.pop(f"{new['Id']}:{new['Port']}", None)

    def deregister(self: Any, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            known = _key(self, target)
            if known is None:
                raise InvalidTargetError
            gone = self.targets.pop(known)
            said = behaviours(self.account_id, self.region_name)
            said.forget(self.name, gone["Id"], int(gone["Port"] or 0))
            self.deregistered_targets[f"{gone['Id']}:{gone['Port']}"] = gone | {
                "Deregistered": era.moment().timestamp()
            }

    actions.replace(FakeTargetGroup, "register", register)
    actions.replace(FakeTargetGroup, "deregister", deregister)


def _check_running(group: Any, target: dict[str, Any]) -> None:
    from moto.elbv2.exceptions import TargetNotRunning

    instance = group.ec2_backend.get_instance_by_id(target["Id"])
    if instance and instance.state != "running":
        raise TargetNotRunning(instance_id=target["Id"])


def _load_balancers() -> None:
    from moto.elbv2.models import ELBv2Backend

    create, delete = ELBv2Backend.create_load_balancer, ELBv2Backend.delete_load_balancer
    set_groups, set_subnets = ELBv2Backend.set_security_groups, ELBv2Backend.set_subnets

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        load_balancer = create(self, *args, **kwargs)
        _name(self, load_balancer)
        _interfaces(self, load_balancer)
        return load_balancer

    def deleted(self: Any, arn: str) -> None:
        if load_balancer := self.load_balancers.get(arn):
            interfaces.release(self.account_id, self.region_name, _description(load_balancer))
        delete(self, arn)

    def regrouped(self: Any, arn: str, sec_groups: Any) -> None:
        set_groups(self, arn, sec_groups)
        _interfaces(self, self.load_balancers[arn])

    def moved(self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        answer = set_subnets(self, arn, *args, **kwargs)
        _interfaces(self, self.load_balancers[arn])
        return answer

    actions.replace(ELBv2Backend, "create_load_balancer", created)
    actions.replace(ELBv2Backend, "delete_load_balancer", deleted)
    actions.replace(ELBv2Backend, "set_security_groups", regrouped)
    actions.replace(ELBv2Backend, "set_subnets", moved)


_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "load_balancing.cross_zone.enabled": "false",
}
_OF_APPLICATION = {
    "load_balancing.cross_zone.enabled": "true",
    "idle_timeout.timeout_seconds": "60",
    "client_keep_alive.seconds": "3600",
    "routing.http2.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "connection_logs.s3.enabled": "false",
}
"""What AWS answers for attributes that nobody set.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
"""


def _describe_load_balancer_attributes(request: Request) -> dict[str, Any]:
    """DescribeLoadBalancerAttributes: what was set, and the defaults of everything else."""
    from moto.elbv2.models import elbv2_backends

    backend = elbv2_backends[request.account][request.region]
    arn = request.get("LoadBalancerArn")
    own = backend.describe_load_balancer_attributes(arn)
    of_kind = _OF_APPLICATION if backend.load_balancers[arn].type == "application" else {}
    return {"Attributes": _ATTRIBUTES | of_kind | own}


def install() -> None:
    """Give moto's load balancers what they lack."""
    from moto.elbv2.responses import ELBV2Response

    operations = {
        "DescribeLoadBalancerAttributes": _describe_load_balancer_attributes,
        "DescribeTargetHealth": _describe_target_health,
    }
    actions.add(ELBV2Response, operations)
    _registration()
    _load_balancers()
