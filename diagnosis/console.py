"""Where in the console does one look further? Links that respect the partition."""

from __future__ import annotations

from urllib.parse import quote

from diagnosis.places import Place

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def link(place: Place, path: str, fragment: str = "") -> str:
    """A console address of the place's region: `path` without a leading slash, `fragment` after `#`.

    Empty for a partition whose console address is not public.
    """
    host = _HOSTS.get(place.partition)
    if host is None:
        return ""
    return f"https://{place.region}.{host}/{path}?region={place.region}" + (f"#{fragment}" if fragment else "")


def target_group(place: Place, arn: str) -> str:
    """A target group's page."""
    return link(place, "ec2/home", f"TargetGroup:targetGroupArn={arn}")


def security_group(place: Place, group_id: str) -> str:
    """A security group's page."""
    return link(place, "vpcconsole/home", f"SecurityGroup:groupId={group_id}")


def alarm(place: Place, name: str) -> str:
    """An alarm's page; odd characters of its name are escaped."""
    return link(place, "cloudwatch/home", f"alarmsV2:alarm/{quote(name, safe='')}")


def function(place: Place, name: str) -> str:
    """A function's monitoring page."""
    return link(place, "lambda/home", f"/functions/{quote(name, safe='')}?tab=monitoring")


def log_group(place: Place, name: str) -> str:
    """A log group's page; its console escapes the escape's `%` as `$25`."""
    return link(place, "cloudwatch/home", f"logsV2:log-groups/log-group/{quote(name, safe='').replace('%', '$25')}")


def database(place: Place, name: str) -> str:
    """A database instance's page."""
    return link(place, "rds/home", f"database:id={quote(name, safe='')};is-cluster=false")


def service(place: Place, name: str) -> str:
    """An ECS service's page, by `cluster/service`."""
    cluster, _, short = name.rpartition("/")
    return link(place, f"ecs/v2/clusters/{quote(cluster, safe='')}/services/{quote(short, safe='')}/health")


def cluster(place: Place, name: str) -> str:
    """An ECS cluster's page of its machines."""
    return link(place, f"ecs/v2/clusters/{quote(name, safe='')}/infrastructure")


def role(place: Place, name: str) -> str:
    """An IAM role's page."""
    return link(place, "iam/home", f"/roles/details/{quote(name, safe='')}")


def vpc(place: Place, kind: str, resource_id: str) -> str:
    """A page of the VPC console: `kind` as its address bar has it (`RouteTables:routeTableId=`, …)."""
    return link(place, "vpcconsole/home", f"{kind}{quote(resource_id, safe='')}")
