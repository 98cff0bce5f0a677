"""What does a service event of Amazon ECS say? The messages of DescribeServices and of EventBridge's service actions.

See "Amazon ECS service event messages" in the developer guide.
"""

from __future__ import annotations

from diagnosis.explain import connections, limits, refusals
from diagnosis.explain.ecs_fetching import FETCHING, PULLED_TOO_OFTEN
from diagnosis.explain.patterns import ABSENT, CLEAR, HINTED, LIKELY, PROVEN, Pattern

_OUT_OF_USE = (
    Pattern(
        "config",
        (r"availability zone .{0,40}not enabled|Target\.NotInUse|not (?:configured|used) to receive traffic",),
        PROVEN,
        "enable the target's Availability Zone on the load balancer, and let a listener rule name the target group",
    ),
)
"""Nobody checks the health of such a target."""

_HEALTH = (
    Pattern(
        "health_check",
        (
            r"is unhealthy in|failed (?:\w+ )?(?:container |elb |load balancer )?health checks?",
            r"unhealthy (?:status|tasks?|instance|targets?)|due to \(?reason .{0,20}health checks? failed",
            r"\w_UNHEALTHY\b|UnhealthyThreshold|health checks? (?:have |has )?fail",
        ),
        PROVEN,
        "compare the health check's path, port, timeout and grace period with how the task starts and answers",
    ),
)

_NORMAL = (
    Pattern(
        "scaling_normal",
        (
            r"reached (?:a )?steady state|STEADY_STATE|has begun draining",
            r"(?<!failed to )\b(?:de)?registered \S+ (?:targets?|instances?|tasks?)",
            r"deployment <?\S* ?completed|deployment completed",
            r"SERVICE_DEPLOYMENT_(?:COMPLETED|IN_PROGRESS)|TASK_SET_SCALED|TASKS_STOPPED|DESIRED_COUNT_UPDATED",
        ),
        PROVEN,
        "nothing to do: the service does what it was asked to",
    ),
    Pattern(
        "scaling_normal",
        (
            r"has (?:started|stopped) \S+ (?:running |pending )?tasks?|is (?:not )?AZ balanced|AZ rebalanc",
            r"(?:stopped|rolled back|requested) by (?:the )?user|(?:set|updated|changed) desired ?count",
            r"desired count (?:\w+ )?(?:updated|changed|set)",
            r"updated (?:computedDesiredCount|capacity provider)|change successfully fulfilled",
            r"triggered (?:scaling )?policy",
            r"policy .{0,60}setting desired|scal(?:ing|ed) (?:in|out|up|down|activity)",
            r"deployment .{0,40}in progress|draining|(?:being|are) protected|protected tasks|task protection",
        ),
        CLEAR,
        "nothing to do: the service is scaling, rolling out or rebalancing",
    ),
)

_PLACEMENT = (
    Pattern(
        "quota",
        (
            r"reached the limit on the number of|configuration is above your limit",
            r"(?:vcpu|task|fargate)\w* .{0,40}(?:limit|quota) (?:has been |was )?(?:exceeded|reached)",
        ),
        PROVEN,
        "ask for a higher Fargate quota in Service Quotas, or run less",
    ),
    Pattern(
        "agent",
        (
            r"encountered error AGENT|agent (?:is )?(?:disconnected|not connected|connected)",
            r"reason: (?:TaskFailedToStart: )?(?-i:AGENT)\b",
        ),
        PROVEN,
        "restart the container agent on the instance, and read its log",
    ),
    Pattern(
        "config",
        (
            r"missing an? attribute|RESOURCE:ATTRIBUTE|ATTRIBUTE",
            r"constraint(?:s)? (?:unsatisfied|(?:was |were |is |are )?not (?:met|satisfied))",
            r"CONSTRAINT_VIOLATED|placement constraint|unsatisfied",
            r"incompatible (?:cpu|architecture|runtime)",
        ),
        CLEAR,
        "add an instance with the attributes, platform and zone the task definition asks for, or relax the constraint",
    ),
    Pattern(
        "config",
        (r"because of the service deployment configuration|minimumHealthyPercent|maximumPercent",),
        PROVEN,
        "let the deployment stop or start at least one task: change minimumHealthyPercent or maximumPercent",
    ),
)

_NO_ROOM = (
    Pattern(
        "capacity",
        (
            r"RESOURCE:|insufficient (?:cpu|memory|gpu|port|eni|resource)",
            r"not (?:have )?enough (?:cpu|memory|gpu|port|network|eni|resource)|already using a port",
            r"port \S* ?is already in use",
            r"no container instances? (?:met|were|was|found)|no container instances",
            r"resources could not be found|capacity (?:is |was )?unavailable|no (?:available )?capacity",
            r"no available (?:container )?instances?|PLACEMENT_FAILURE|met all of its requirements",
            r"not enough available|too many ports|network interfaces? (?:attach\w*|limit)",
        ),
        PROVEN,
        "add instances or capacity, use another zone, or make the task smaller",
    ),
)

_START = (
    Pattern(
        "image_pull",
        (r"CannotPull|(?:unable|failed|can ?not|cannot) (?:to )?(?:be )?pull",),
        CLEAR,
        "check that the image, its tag and its platform exist in the registry",
    ),
    Pattern(
        "container_start",
        (
            r"unable to consistently start tasks|START_IMPAIRED|tasks? failed to start|CannotStart",
            r"CannotCreate|ResourceInitialization|OCI runtime",
        ),
        LIKELY,
        "read the stopped reason of the service's newest stopped tasks",
    ),
)

_NAMED = (
    Pattern(
        "config",
        (
            r"TASK_CONFIGURATION_FAILURE|TARGET_GROUP_NOT_FOUND",
            r"(?:target group|load balancer|subnet|security group|log group|secret|parameter)\b.{0,80}" + ABSENT,
            r"(?:namespace|service registry)\b.{0,80}" + ABSENT,
            r"(?:task definition|cluster|capacity provider|container|platform version)\b.{0,80}" + ABSENT,
            r"is inactive|InvalidParameter|ClientException|requires (?:the )?task definition",
        ),
        LIKELY,
        "correct what the service names: it is absent, inactive or not valid",
    ),
)

_SPOT = (
    Pattern(
        "spot",
        (r"spot .{0,30}(?:interrupt|terminat|reclaim)",),
        PROVEN,
        "nothing broke: Spot capacity was reclaimed; keep a base of on-demand tasks",
    ),
)

_UNPROVEN = (
    Pattern(
        "code",
        (r"exitCode=(?!0$|137$|143$)\d+$",),
        LIKELY,
        "read the container's last log lines: the program ended with an error",
    ),
    Pattern(
        "code",
        (r"EssentialContainerExited|essential container (?:in task )?exited",),
        HINTED,
        "read the essential container's exit code and its last log lines",
        unless=r"exitCode=",
    ),
    Pattern(
        "alarm",
        (
            r"alarm detected|alarms? (?:was|were|is|has) .{0,20}(?:triggered|activated)",
            r"alarm .{0,40}state ALARM",
        ),
        HINTED,
        "open the deployment alarm: it knows what was measured, not why",
    ),
    Pattern(
        "rollback",
        (r"rolling back|rolled back|deployment failed|DEPLOYMENT_FAILED|circuit breaker",),
        HINTED,
        "read the stopped reason of the failed deployment's tasks",
    ),
)

_THROTTLED = (
    Pattern(
        "throttled",
        (r"OPERATION_THROTTLED|are being throttled|throttl",),
        PROVEN,
        "wait: ECS retries; ask for a higher API rate if it lasts",
    ),
)

PATTERNS = (
    *limits.OUT_OF_MEMORY,
    *_SPOT,
    *_OUT_OF_USE,
    *_HEALTH,
    *_PLACEMENT,
    *refusals.PERMISSION,
    *PULLED_TOO_OFTEN,
    *_THROTTLED,
    *limits.THROTTLED,
    *limits.CAPACITY,
    *_NO_ROOM,
    *connections.NETWORK_TOLD,
    *FETCHING,
    *_START,
    *connections.DNS,
    *connections.NETWORK,
    *_NORMAL,
    *_NAMED,
    *refusals.NAMED_ABSENT,
    *refusals.INVALID,
    *refusals.REFUSED,
    *connections.TIMEOUT,
    *_UNPROVEN,
)
