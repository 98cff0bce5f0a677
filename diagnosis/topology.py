"""What belongs to what? A service to its target groups, these to load balancers, all to subnets, routes and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diagnosis.network.path_ends import parse_end
from diagnosis.targets import Target

NAMING_TAGS = ("service", "Service")
"""Tags whose value `--service` takes for a resource's service, besides its own name."""


@dataclass
class Topology:
    """The resources of a place, known by ARN, id, or `kind:name`, and what each of them rests on."""

    edges: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    paths: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Declared paths: source and destination as they were written, by name."""

    def add(
        self, node: str, names: Iterable[str] = (), tags: Mapping[str, str] | None = None, needs: Iterable[str] = ()
    ) -> None:
        """A resource with the names it goes by, its tags, and what it rests on."""
        self.edges.setdefault(node, set()).update(need for need in needs if need)
        self.names.setdefault(node, set()).update(names)
        self.tags.setdefault(node, {}).update(tags or {})

    def alias(self, node: str, other: str) -> None:
        """Two words for one resource."""
        for one, another in ((node, other), (other, node)):
            self.edges.setdefault(one, set()).add(another)
            self.aliases.setdefault(one, set()).add(another)

    def add_path(self, name: str, source: str, destination: str) -> None:
        """A declared path, by its ends as targets.toml has them."""
        self.paths[name] = source, destination

    def chosen(self, services: Iterable[str], tags: Iterable[tuple[str, str]]) -> set[str]:
        """What services and tags mean, all that it rests on, and the declared paths from or to it.

        A path leads to what its source rests on. Who else calls a destination is not what the chosen rest on: such a
        path counts where its destination itself is chosen.
        """
        wanted = list(services)
        seeds = self.seeds(wanted, tags)
        found = self.reached(seeds)
        for name, (source, destination) in self.paths.items():
            ends = self._meant(source), self._meant(destination)
            if name in wanted or ends[0] & found or ends[1] & self._with_aliases(seeds):
                found |= {f"path:{name}"} | self.reached(ends[1])
        return found

    def _with_aliases(self, nodes: set[str]) -> set[str]:
        return nodes.union(*(self.aliases.get(node, set()) for node in nodes))

    def _meant(self, text: str) -> set[str]:
        """The resources that an end of a declared path means."""
        end = parse_end(text)
        if end.kind not in ("tag", "name"):
            return end_keys(text)
        key, value = ("Name", end.value) if end.kind == "name" else end.value.split("=", 1)
        return {node for node, own in self.tags.items() if own.get(key) == value}

    def specific(self, nodes: set[str]) -> set[str]:
        """Of some resources, those that no other of them rests on."""
        below = {node: self.reached((node,)) for node in nodes}
        return {n for n in nodes if not any(n in below[other] and other not in below[n] for other in nodes)}

    def seeds(self, services: Iterable[str], tags: Iterable[tuple[str, str]]) -> set[str]:
        """The resources that are called like one of the services, or tagged so, and carry all of the tags."""
        wanted, carried = set(services), list(tags)
        return {
            node
            for node, own in self.tags.items()
            if (not wanted or wanted & self._called(node)) and all(own.get(key) == value for key, value in carried)
        }

    def _called(self, node: str) -> set[str]:
        own = self.tags[node]
        return self.names[node] | {own[key] for key in NAMING_TAGS if key in own}

    def reached(self, seeds: Iterable[str]) -> set[str]:
        """The seeds and everything that they rest on."""
        found: set[str] = set()
        left = list(seeds)
        while left:
            node = left.pop()
            if node not in found:
                found.add(node)
                left += self.edges.get(node, ())
        return found


def is_among(target: Target, members: set[str]) -> bool:
    """Whether a target, or for a path one of its ends, is among these resources."""
    return bool(keys_of(target) & members)


def keys_of(target: Target) -> set[str]:
    """What a topology may know a target by; a listener belongs to its load balancer, an alias to its function."""
    keys = {target.arn, f"{target.kind}:{target.name}"} - {""}
    if target.kind == "listener":
        keys.add(target.arn.replace(":listener/", ":loadbalancer/", 1).rsplit("/", 1)[0])
    if ":function:" in target.arn and target.arn.count(":") > 6:
        keys.add(target.arn.rsplit(":", 1)[0])
    if target.kind not in ("path", "declared_path"):
        return keys
    kind, *parts = target.arn.split("|")
    if kind == "declared":
        return {f"path:{target.name}"}
    if kind == "function":
        return {f"function:{parts[0]}"}
    if kind == "proxy":
        return {f"proxy:{parts[0]}", f"database:{parts[1]}"}
    return {parts[-1]}


def end_keys(text: str) -> set[str]:
    """What a topology may know an end of a declared path by."""
    end = parse_end(text)
    if end.kind == "id":
        return {end.value}
    if end.kind in ("internet", "cidr", "tag", "name"):
        return set()
    kinds = ("database", "load-balancer", "function", "service", "proxy") if end.kind == "anything" else (end.kind,)
    return {f"{kind}:{end.value}" for kind in kinds}
