"""Verbs: what AWS says of its own health, of quotas, and of scaling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.series import Series
from sandbox.world.metrics import MetricVerbs

_CATEGORIES = ("issue", "accountNotification", "scheduledChange", "investigation")


class LimitVerbs(MetricVerbs):
    """`aws_event`, `quota` and `scaling`."""

    def aws_event(
        self,
        code: str,
        at: Ago = "30m",
        until: Ago | None = None,
        category: str = "issue",
        affected: Iterable[str] = (),
        state: str = "IMPAIRED",
        zone: str = "",
        description: str = "",
        everywhere: bool = False,
        account: str | None = None,
        region: str | None = None,
    ) -> str:
        """AWS Health tells of an event, such as AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED; its ARN.

        It began at `at` (a negative number of seconds lies ahead) and goes on, or ended at `until`. `category` is
        issue, accountNotification, scheduledChange or investigation; `affected` the ids or ARNs of resources, each in
        `state`; `everywhere` makes it an event of all regions.
        """
        from sandbox.services import health

        if category not in _CATEGORIES:
            raise ScenarioError(f"aws_event: category {category!r}: write {', '.join(_CATEGORIES)}")
        owner, place = self._place(account, region)
        where = "global" if everywhere else place
        service = code.split("_")[1] if code.startswith("AWS_") and "_" in code[4:] else code.split("_")[0]
        number = len(health.known(owner))
        arn = f"arn:aws:health:{where}::event/{service}/{code}/{code}_{number:04d}"
        event = health.Event(
            arn=arn,
            service=service,
            code=code,
            category=category,
            region=where,
            zone=zone,
            started_s=self._moment(at).timestamp(),
            ended_s=None if until is None else self._moment(until).timestamp(),
            description=description,
            affected=tuple((resource, state) for resource in affected),
        )
        health.tell(owner, event)
        return arn

    def quota(
        self,
        service: str,
        name: str,
        value: float,
        used: Series | float,
        metric: str = "ResourceCount",
        statistic: str = "Maximum",
        dimensions: Mapping[str, str] | None = None,
        period_s: int = 300,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A quota of a service (a code of Service Quotas, such as lambda) has this value, and is used so.

        Its use is measured by a metric of AWS/Usage: ResourceCount, or CallCount for calls. `dimensions` are those of
        the metric; without them Service, Type, Resource and Class are made up from the words above.
        """
        from sandbox.services import quotas

        kind = "API" if metric == "CallCount" else "Resource"
        given = dict(dimensions or {"Service": service, "Type": kind, "Resource": name, "Class": "None"})
        place = self._place(account, region)
        quotas.state(*place, quotas.Quota(service, name, value, metric, statistic, tuple(sorted(given.items()))))
        self.metric("AWS/Usage", metric, given, used, "None", period_s=period_s, account=place[0], region=place[1])

    def scaling(
        self,
        resource: str,
        capacity: int | None = None,
        refused: str = "",
        cause: str = "monitor alarm TargetTracking-high in state ALARM triggered policy target-tracking",
        namespace: str = "ecs",
        dimension: str = "ecs:service:DesiredCount",
        at: Ago = "5m",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Application Auto Scaling set a resource (`service/shop/checkout`) to a capacity, or could not.

        `refused` is the code of the reason why nothing was scaled, such as AlreadyAtMaxCapacity.
        """
        from sandbox.services import scaling

        activity = scaling.Activity(namespace, resource, dimension, cause, capacity, refused, self._moment(at))
        scaling.tell(*self._place(account, region), activity)
