"""Is an AppSpec file for Amazon ECS or AWS Lambda valid?

See "AppSpec 'resources' section" in the CodeDeploy user guide, which spells names both in lower case and in CamelCase;
names are found in any case, and a case that it does not use is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from diagnosis.appspec.document import Entry, Mapping, Node, Scalar, Sequence
from diagnosis.appspec.lifecycle import Platform, check_event
from diagnosis.appspec.problems import Problem, meant, one_of, problem
from diagnosis.appspec.shapes import check_text, is_absent, items, text_of

RESOURCE_TYPES: dict[str, Platform] = {
    "AWS::ECS::Service": "Amazon ECS",
    "AWS::Lambda::Function": "AWS Lambda",
}

_PLACEHOLDER = re.compile(r"^<[^<>]+>$|\$\{[^}]+\}|\{\{[^}]+\}\}|\$\w+")
_VERSION = re.compile(r"[1-9]\d*")
_TASK_DEFINITION = re.compile(r"arn:aws[\w-]*:ecs:[\w-]+:\d{12}:task-definition/[\w-]+(?::\d+)?")
_FUNCTION = re.compile(r"(?:arn:aws[\w-]*:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?[A-Za-z0-9_-]{1,140}(?::[\w$-]+)?")


def check_resources(root: Mapping, platform: Platform) -> Iterator[Problem]:
    """What is wrong with a file for Amazon ECS or AWS Lambda."""
    yield from _check_names(root, ("version", "Resources", "Hooks"), "the AppSpec file", lower=True)
    section = root.get("Resources")
    if section is None or is_absent(section):
        yield problem(root, "no 'Resources'", f"'Resources' with the {platform} resource to deploy")
    problems: list[Problem] = []
    resources = list(_single_entries(section, "Resources", "one resource each", problems))
    for entry in resources:
        problems += _check_resource(entry, platform)
    if platform == "Amazon ECS" and len(resources) > 1:
        problems.append(problem(resources[1].key, f"{len(resources)} resources", "one service"))
    for entry in _single_entries(root.get("Hooks"), "Hooks", "one life-cycle event each", problems):
        problems += check_event(entry.key, platform)
        problems += _check_function(entry)
    yield from problems


def _later(text: str) -> bool:
    """Whether a pipeline fills the text in later, such as <TASK_DEFINITION> or ${VERSION}."""
    return _PLACEHOLDER.search(text) is not None


def _check_names(mapping: Mapping, known: Collection[str], where: str, *, lower: bool = False) -> Iterator[Problem]:
    """Unknown keys, and keys in a case the guide does not use; it spells those of Lambda in lower case too."""
    by_lower = {name.lower(): name for name in known}
    seen: dict[str, str] = {}
    for entry in mapping.entries:
        name = entry.key.text
        documented = by_lower.get(name.lower())
        if documented is None:
            guess = meant(name, known)
            yield problem(
                entry.key, f"the unknown key {name!r} in {where}", f"{guess!r}" if guess else f"one of {one_of(known)}"
            )
        elif name.lower() in seen:
            yield problem(entry.key, f"{name!r} beside {seen[name.lower()]!r}", "each key once")
        elif name != documented and not (lower and name == name.lower()):
            yield problem(entry.key, f"the key {name!r} in another case", f"{documented!r}", "warning")
        seen.setdefault(name.lower(), name)


def _single_entries(node: Node | None, name: str, of: str, problems: list[Problem]) -> Iterator[Entry]:
    """The entries of a list whose items are mappings of one entry."""
    for item in items(node, name, f"mappings with {of}", problems):
        if not isinstance(item, Mapping) or not item.entries:
            problems.append(problem(item, f"{item} in {name!r}", f"a mapping with {of}"))
            continue
        if len(item.entries) > 1:
            second = item.entries[1].key
            problems.append(problem(second, f"{second.text!r} in the same list item", f"a '-' for {of}"))
        yield from item.entries


def _check_resource(entry: Entry, platform: Platform) -> Iterator[Problem]:
    resource = entry.value
    if not isinstance(resource, Mapping):
        yield problem(entry.key, f"{resource} as the resource {entry.key.text!r}", "a mapping with Type and Properties")
        return
    yield from _check_names(
        resource, ("Type", "Properties"), f"the resource {entry.key.text!r}", lower=platform == "AWS Lambda"
    )
    kind = resource.get("Type")
    if is_absent(kind):
        yield problem(resource, f"no 'Type' in the resource {entry.key.text!r}", one_of(RESOURCE_TYPES))
    elif kind is not None and RESOURCE_TYPES.get(text_of(kind) or "") != platform:
        expected = next(name for name, owner in RESOURCE_TYPES.items() if owner == platform)
        yield problem(kind, f"{kind} as 'Type'", expected)
    properties = resource.get("Properties")
    if not isinstance(properties, Mapping):
        yield problem(resource, f"no 'Properties' in the resource {entry.key.text!r}", "a mapping of its properties")
    elif platform == "Amazon ECS":
        yield from _check_service(properties)
    else:
        yield from _check_lambda(properties)


def _check_service(properties: Mapping) -> Iterator[Problem]:
    known = (
        "TaskDefinition", "LoadBalancerInfo", "PlatformVersion", "NetworkConfiguration", "CapacityProviderStrategy",
    )  # fmt: skip
    yield from _check_names(properties, known, "'Properties'")
    yield from _check_present(properties, ("TaskDefinition", "LoadBalancerInfo"), "'Properties'")
    task = properties.get("TaskDefinition")
    yield from check_text(task, "TaskDefinition")
    text = text_of(task)
    if task is not None and text and not (_later(text) or _TASK_DEFINITION.fullmatch(text)):
        expected = "the ARN of a task definition or a placeholder such as <TASK_DEFINITION>"
        yield problem(task, f"{task} as 'TaskDefinition'", expected)
    yield from check_text(properties.get("PlatformVersion"), "PlatformVersion")
    yield from _check_load_balancer(properties.get("LoadBalancerInfo"))
    yield from _check_network(properties.get("NetworkConfiguration"))
    yield from _check_strategy(properties.get("CapacityProviderStrategy"))


def _check_present(mapping: Mapping, names: Collection[str], where: str) -> Iterator[Problem]:
    for name in names:
        if is_absent(mapping.get(name)):
            yield problem(mapping, f"no {name!r} in {where}", f"{name!r} with a value")


def _check_load_balancer(node: Node | None) -> Iterator[Problem]:
    if node is None or is_absent(node):
        return
    if not isinstance(node, Mapping):
        yield problem(node, f"{node} as 'LoadBalancerInfo'", "a mapping with ContainerName and ContainerPort")
        return
    yield from _check_names(node, ("ContainerName", "ContainerPort"), "'LoadBalancerInfo'")
    yield from _check_present(node, ("ContainerName", "ContainerPort"), "'LoadBalancerInfo'")
    yield from check_text(node.get("ContainerName"), "ContainerName")
    port = node.get("ContainerPort")
    text = text_of(port)
    if port is None or is_absent(port) or (text is not None and _later(text)):
        return
    if text is None or not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) < 65536:
        yield problem(port, f"{port} as 'ContainerPort'", "a port from 1 to 65535")
    elif isinstance(port, Scalar) and not isinstance(port.value, int):
        yield problem(port, f"the port {text} in quotation marks", "a number", "warning")


def _check_network(node: Node | None) -> Iterator[Problem]:
    """All or none of the settings must be there."""
    if node is None or is_absent(node):
        return
    names = ("Subnets", "SecurityGroups", "AssignPublicIp")
    inner = node.get("AwsvpcConfiguration") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(inner, Mapping):
        yield problem(node, f"{node} as 'NetworkConfiguration'", "a mapping with AwsvpcConfiguration")
        return
    yield from _check_names(node, ("AwsvpcConfiguration",), "'NetworkConfiguration'")
    yield from _check_names(inner, names, "'AwsvpcConfiguration'")
    yield from _check_present(inner, names, "'AwsvpcConfiguration', where all or none must be given")
    for name in names[:2]:
        value = inner.get(name)
        if value is not None and not is_absent(value) and not (isinstance(value, Sequence) and value.items):
            yield problem(value, f"{value} as {name!r}", "a list of ids")
    choice = inner.get("AssignPublicIp")
    if choice is not None and not is_absent(choice) and text_of(choice) not in {"ENABLED", "DISABLED"}:
        yield problem(choice, f"{choice} as 'AssignPublicIp'", "ENABLED or DISABLED")


def _check_strategy(node: Node | None) -> Iterator[Problem]:
    problems: list[Problem] = []
    for item in items(node, "CapacityProviderStrategy", "mappings with CapacityProvider", problems):
        if not isinstance(item, Mapping):
            problems.append(problem(item, f"{item} in 'CapacityProviderStrategy'", "a mapping with CapacityProvider"))
            continue
        problems += _check_names(item, ("Base", "CapacityProvider", "Weight"), "the strategy")
        problems += _check_present(item, ("CapacityProvider",), "the strategy")
    yield from problems


def _check_lambda(properties: Mapping) -> Iterator[Problem]:
    names = ("Name", "Alias", "CurrentVersion", "TargetVersion")
    yield from _check_names(properties, names, "'Properties'", lower=True)
    yield from _check_present(properties, names, "'Properties'")
    for name in names:
        yield from check_text(properties.get(name), name)
    versions = [properties.get(name) for name in names[2:]]
    for name, node in zip(names[2:], versions, strict=True):
        text = text_of(node)
        if node is not None and text and not _VERSION.fullmatch(text) and (text == "$LATEST" or not _later(text)):
            yield problem(node, f"{node} as {name!r}", "the number of a published version")
    current, target = (text_of(node) for node in versions)
    if current and current == target and versions[1] is not None:
        yield problem(versions[1], f"version {target} as both versions", "another target version", "warning")


def _check_function(entry: Entry) -> Iterator[Problem]:
    """A hook names one Lambda function."""
    if is_absent(entry.value):
        yield problem(entry.key, f"no function for {entry.key.text}", "the name or ARN of a Lambda function")
        return
    text = text_of(entry.value)
    if text is None or not (_later(text) or _FUNCTION.fullmatch(text)):
        yield problem(entry.value, f"{entry.value} for {entry.key.text}", "the name or ARN of a Lambda function")
