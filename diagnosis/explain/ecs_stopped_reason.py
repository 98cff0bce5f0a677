"""Why did a task of Amazon ECS stop? stoppedReason, stopCode and the containers' reason and exitCode of DescribeTasks.

See "Resolve Amazon ECS stopped task errors" in the developer guide, and the container agent's error names.
"""

from __future__ import annotations

from diagnosis.explain import connections, limits, refusals
from diagnosis.explain.ecs_fetching import (
    FORBIDDEN,
    KILLED,
    PREPARED,
    PULL,
    PULL_DENIED,
    PULL_HOST,
    PULLED_TOO_OFTEN,
    WAITED,
)
from diagnosis.explain.patterns import ABSENT, CLEAR, HINTED, LIKELY, PROVEN, Pattern

_ASKED = (
    Pattern(
        "scaling_normal",
        (r"stopCode=UserInitiated$",),
        PROVEN,
        "nothing to do: the task was stopped on purpose",
        unless=r"OutOfMemoryError|CannotPull|ResourceInitialization|CannotStart|circuit breaker",
    ),
)
"""Who stops a task writes its reason in words of their own."""

_ENDED = (
    Pattern(
        "spot",
        (r"\bSpotInterruption$|spot (?:\w+ ){0,3}(?:was |is )?(?:interrupt|reclaim|terminat)",),
        PROVEN,
        "nothing broke: Spot capacity was reclaimed; keep a base of on-demand tasks",
    ),
    Pattern(
        "health_check",
        (
            r"fail(?:ed|ing|s) (?:\w+ ){0,4}health checks?|is unhealthy in|health checks? failed",
            r"unhealthy (?:status|container|task)",
            r"replaced .{0,40}unhealthy",
        ),
        PROVEN,
        "compare the health check's path, port, timeout and grace period with how the container starts",
    ),
    Pattern(
        "scaling_normal",
        (
            r"scaling (?:activity|event) (?:\w+ ){0,2}(?:initiated|triggered)|stopped by (?:the )?user",
            r"TaskStoppedBefore",
            r"(?:deregistration|deregistered|stop(?:ped)?|terminat\w+) .{0,30}(?:forced|requested|initiated) by",
            r"(?:stopp|terminat|replac)ed by (?:the )?auto scaling|task stopped by|rebalanc",
            r"is (?:being )?drain|draining",
            r"service .{0,20}(?:was |is being )?(?:deleted|updated|scaled)",
            r"(?:stopped|replaced) (?:\w+ ){0,5}(?:deployment|scale)|desired count",
        ),
        PROVEN,
        "nothing to do: the task was stopped on purpose",
        unless=r"CannotPull|ResourceInitialization|CannotStart|circuit breaker",
    ),
)

_STARTING = (
    Pattern(
        "container_start",
        (
            r"CannotStart|CannotCreate|OCI runtime|exec format error|executable file not found",
            r"exec(?: user process|:|ve)|no such file or directory|port is already allocated",
            r"address already in use|CannotInspect|DockerState|ContainerRuntime|DockerTimeout",
            r"failed to create (?:shim|container|new container)|NetworkNamespaceError|ImpossibleStateTransition",
            r"ResourceInitialization|ContainerVanished|mount(?:ing)? .{0,40}(?:failed|rootfs)",
            r"dependency .{0,40}(?:did not|failed|not)|could not transition to|unable to (?:create|start)",
            r"CannotStop|CannotCreateVolume|programming external connectivity",
        ),
        CLEAR,
        "run the image with the same command, user, mounts and platform, and read what the runtime answers",
    ),
    Pattern(
        "container_start",
        (r"exitCode=12[5-7]$",),
        LIKELY,
        "the command is not executable or not found in the image: correct entryPoint and command",
    ),
)

_NAMED = (
    Pattern(
        "config",
        (r"\b(?:secret|parameter|log group|subnet|security group|task definition|cluster|volume)\b.{0,80}" + ABSENT,),
        CLEAR,
        "create what the task definition names, or correct its name",
    ),
)

_EXITED = (
    Pattern(
        "scaling_normal",
        (r"exitCode=137$",),
        HINTED,
        "the scheduler stopped the task and killed what did not end in time: let the container handle SIGTERM",
        also=r"stopCode=ServiceSchedulerInitiated$",
    ),
    Pattern(
        "out_of_memory",
        (r"exitCode=137$",),
        HINTED,
        "137 is SIGKILL: look at the memory metric, then at who else kills the container",
    ),
    Pattern("scaling_normal", (r"exitCode=143$",), LIKELY, "143 is SIGTERM: somebody asked the container to stop"),
    Pattern(
        "code",
        (r"exitCode=139$|exitCode=134$|segmentation fault|core dumped",),
        CLEAR,
        "the program crashed: look for a native library and its core dump",
    ),
    Pattern(
        "code",
        (r"exitCode=(?!0$|-?0+$)-?\d+$",),
        CLEAR,
        "read the container's last log lines: the program ended with an error",
    ),
    Pattern(
        "unknown",
        (r"exitCode=0$",),
        HINTED,
        "the essential container ended without an error: run it as a task, or keep it in the foreground",
    ),
    Pattern(
        "code",
        (r"essential container (?:in task )?exited|stopCode=EssentialContainerExited$",),
        HINTED,
        "read the essential container's exit code and its last log lines",
    ),
)

_HOST = (
    Pattern("timeout", (r"\btimeout\b",), HINTED, "find what the task waited for, and whether it can be reached"),
    Pattern(
        "spot",
        (r"stopCode=TerminationNotice$",),
        LIKELY,
        "nothing broke: the capacity was reclaimed",
        unless=r"maintenance|retir",
    ),
    Pattern(
        "scaling_normal",
        (
            r"host ec2 .{0,40}(?:terminat|stopp|deregist)|maintenance|retire|retirement|deregist",
            r"stopCode=ServiceSchedulerInitiated$",
        ),
        HINTED,
        "nothing to do: the scheduler replaces the task; look at the host's events if it repeats",
    ),
    Pattern(
        "container_start",
        (r"stopCode=TaskFailedToStart$|task failed to start",),
        HINTED,
        "read the reason of each container of the task",
    ),
    Pattern(
        "aws_event",
        (r"stopCode=InfrastructureHealth$|infrastructure",),
        HINTED,
        "the scheduler replaces the task; look at the AWS Health events of the zone if it repeats",
    ),
)

_ROOM = (
    Pattern(
        "capacity",
        (
            r"RESOURCE:|insufficient (?:cpu|memory|gpu|port)|no container instances?|met all of its requirements",
            r"capacity (?:is )?(?:currently )?unavailable|Empty ?Capacity ?Provider|(?-i:NO ACTIVE INSTANCES)",
        ),
        PROVEN,
        "add instances or capacity, or make the task smaller",
    ),
    Pattern(
        "config",
        (r"\bATTRIBUTE\b|missing an attribute|placement constraint",),
        CLEAR,
        "give an instance the attribute, or drop the placement constraint that asks for it",
    ),
    Pattern(
        "config",
        (r"^\W*(?:TaskFailedToStart: )?(?-i:LOCATION|INACTIVE|MISSING)\W*$",),
        CLEAR,
        "name a cluster, task definition and subnet that exist, are active and lie in the instance's zone",
    ),
    Pattern("quota", (r"reached the limit on|above your limit",), PROVEN, "raise the quota in Service Quotas"),
    Pattern(
        "agent",
        (r"agent (?:is )?(?:disconnected|not connected|connected|error)|\bAGENT\b",),
        CLEAR,
        "restart the container agent on the instance, and read its log",
    ),
)

_UNPACKED = (
    Pattern(
        "container_start",
        (r"\bUntar\b",),
        CLEAR,
        "make the container again: the runtime could not write its files; look at the host's disk",
        unless="CannotPull",
    ),
)

PATTERNS = (
    *_ASKED,
    *limits.OUT_OF_MEMORY,
    *_ENDED,
    *refusals.DENIED,
    *PULLED_TOO_OFTEN,
    *limits.THROTTLED,
    *_ROOM,
    *connections.NETWORK_TOLD,
    *refusals.UNENTITLED,
    *PULL_DENIED,
    *limits.CAPACITY,
    *KILLED,
    *connections.DNS,
    *PULL_HOST,
    *_UNPACKED,
    *WAITED,
    *connections.CERTIFICATE,
    *connections.NETWORK,
    *FORBIDDEN,
    *PULL,
    *PREPARED,
    *_STARTING,
    *_NAMED,
    *refusals.NAMED_ABSENT,
    *refusals.INVALID,
    *_EXITED,
    *refusals.UNIDENTIFIED,
    *refusals.REFUSED,
    *connections.TIMEOUT,
    *_HOST,
)
