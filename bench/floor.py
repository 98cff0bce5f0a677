"""What is the least number of calls that the API allows for the same facts? Counted from what was asked.

An item that was asked about twice counts once, a batch that was not full is filled, a list in short pages is read in
the longest ones. A list with a filter counts nothing where the whole list was read as well. LIMITS has what is more
than one to a call; every other request is a call as soon as it differs from all others.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

Request = Mapping[str, Any]
Text = tuple[tuple[str, str], ...]
BATCHES = {
    "cloudwatch:GetMetricData": ("MetricDataQueries", 500),
    "codedeploy:BatchGetDeploymentGroups": ("deploymentGroupNames", 100),
    "codedeploy:BatchGetDeploymentTargets": ("targetIds", 25),
    "codedeploy:BatchGetDeployments": ("deploymentIds", 25),
    "ecr:BatchGetImage": ("imageIds", 100),
    "ecs:DescribeClusters": ("clusters", 100),
    "ecs:DescribeContainerInstances": ("containerInstances", 100),
    "ecs:DescribeServiceDeployments": ("serviceDeploymentArns", 20),
    "ecs:DescribeServiceRevisions": ("serviceRevisionArns", 20),
    "ecs:DescribeServices": ("services", 10),
    "ecs:DescribeTasks": ("tasks", 100),
    "elbv2:DescribeTags": ("ResourceArns", 20),
    "logs:StartQuery": ("logGroupNames", 50),
    "xray:BatchGetTraces": ("TraceIds", 5),
}
"""The list that holds the items, and how many it takes: the maximum that the operation's page in the API reference
(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html and its like) names."""
PAGES = {"ecs:ListServices": ("maxResults", 10, 100), "ecs:ListServiceDeployments": ("maxResults", 20, 100)}
"""The parameter that sets a page's size, the size without it, and the largest, of lists that come in shorter pages."""
_TOKENS = ("NextToken", "nextToken", "Marker", "PaginationToken")
_PER_QUERY = "logs:GetQueryResults"
"""A query that is asked for its rows once, when they are there."""


@dataclass
class Count:
    """The calls of one operation, and the floor."""

    calls: int = 0
    floor: int = 0

    @property
    def ratio(self) -> float:
        """How many calls were made for each that is needed."""
        return self.calls / self.floor if self.floor else float(self.calls or 1)


def counted(requests: Iterable[Request]) -> dict[str, Count]:
    """The calls and the floor of each operation; what was refused or failed counts as a call that was not needed."""
    by_operation: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        by_operation[f"{request['service']}:{request['operation']}"].append(request)
    return {name: Count(len(several), _floor(name, several)) for name, several in sorted(by_operation.items())}


def _floor(operation: str, requests: Iterable[Request]) -> int:
    asked = {(r["account"], r["region"], r["path"], r["body"]): r for r in requests if r["status"] < 400}
    said = [_parameters(request) for request in asked.values()]
    if operation == _PER_QUERY:
        return len({json.dumps(one, sort_keys=True) for one in said})
    if operation in BATCHES:
        return _batches(said, *BATCHES[operation])
    if operation in PAGES:
        return _pages(said, *PAGES[operation])
    whole = [one for one in said if not one.keys() - {*_TOKENS, "MaxRecords", "MaxResults", "PageSize", "limit"}]
    return len(whole) if whole else len(said)


def _batches(said: Iterable[dict[str, Any]], key: str, size: int) -> int:
    """Items that go with the same other parameters, `size` to a call."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one in said:
        others = json.dumps({k: v for k, v in one.items() if k != key and k not in _TOKENS}, sort_keys=True)
        groups[others].update(_item(item) for item in one.get(key, ()))
    return sum(ceil(len(items) / size) for items in groups.values())


def _item(item: Any) -> str:
    """What an item asks, whatever it is called in its batch."""
    return json.dumps({k: v for k, v in item.items() if k != "Id"} if isinstance(item, dict) else item, sort_keys=True)


def _pages(said: Iterable[dict[str, Any]], key: str, usual: int, largest: int) -> int:
    lengths: dict[str, int] = defaultdict(int)
    for one in said:
        others = json.dumps({k: v for k, v in one.items() if k != key and k not in _TOKENS}, sort_keys=True)
        lengths[others] += int(one.get(key, usual))
    return sum(ceil(length / largest) for length in lengths.values())


def _parameters(request: Request) -> dict[str, Any]:
    """What was asked, by name; of REST services the path is a part of it. Lists of query protocols become lists."""
    path, _, query = request["path"].partition("?")
    body = request["body"]
    found: dict[str, Any] = {"path": path} if path != "/" else {}
    found |= json.loads(body) if body.startswith("{") else {}
    for key, value in [*parse_qsl(query), *(parse_qsl(body) if not body.startswith("{") else ())]:
        name, member, _ = key.partition(".member.")
        if member:
            found.setdefault(name, []).append(value)
        elif key not in ("Action", "Version"):
            found[key] = value
    return found
