"""How large is an instance class? Its vCPUs and its memory, by the naming of families and sizes.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GIB = 1024**3
_VCPUS = {"large": 2, "xlarge": 4}
_GIB_PER_VCPU = {"m": 4, "r": 8, "c": 2, "z": 8}
_GIB_PER_VCPU_OF = {
    "x1": 15.25,
    "x1e": 30.5,
    "x2g": 16,
    "x2idn": 16,
    "x2iedn": 32,
    "x2iezn": 32,
    "r3": 7.625,
    "r4": 7.625,
}
_BURSTABLE = {
    "micro": (2, 1),
    "small": (2, 2),
    "medium": (2, 4),
    "large": (2, 8),
    "xlarge": (4, 16),
    "2xlarge": (8, 32),
}
_ONE_VCPU = {"t2.micro", "t2.small", "m1.small", "m3.medium"}


@dataclass(frozen=True)
class InstanceClass:
    """What a class has: vCPUs, and memory in bytes, the operating system's part included."""

    vcpus: int
    memory_bytes: float


def instance_class(name: str) -> InstanceClass | None:
    """The size of `db.m6g.large`; None for a class whose size its name does not tell (serverless, one of tomorrow)."""
    parts = re.fullmatch(r"db\.([a-z]\w*)\.(\w+)(?:\.tpc(\d)\.mem(\d)x)?", name)
    if parts is None:
        return None
    family, size, threads, more = parts.groups()
    if family.startswith("t"):
        return _burstable(family, size)
    vcpus = _vcpus(size)
    each = _GIB_PER_VCPU_OF.get(family, _GIB_PER_VCPU.get(family[0]))
    if vcpus is None or each is None:
        return None
    memory = vcpus * each * GIB * int(more or 1)
    return InstanceClass(vcpus // 2 if threads == "1" else vcpus, memory)


def _burstable(family: str, size: str) -> InstanceClass | None:
    if size not in _BURSTABLE:
        return None
    vcpus, gib = _BURSTABLE[size]
    return InstanceClass(1 if f"{family}.{size}" in _ONE_VCPU else vcpus, gib * GIB)


def _vcpus(size: str) -> int | None:
    times = re.fullmatch(r"(\d+)xlarge", size)
    return int(times.group(1)) * 4 if times else _VCPUS.get(size)
