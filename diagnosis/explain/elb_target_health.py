"""What do a target's reason code and description say? TargetHealth of elbv2's DescribeTargetHealth."""

from __future__ import annotations

from diagnosis.explain.patterns import CLEAR, HINTED, LIKELY, PROVEN, Pattern

PATTERNS = (
    Pattern(
        "unknown",
        (r"Elb\.InternalError|due to an internal error|internal error",),
        HINTED,
        "the load balancer's own error: look again in a few minutes, then ask AWS Support",
    ),
    Pattern(
        "health_check",
        (
            r"Target\.ResponseCodeMismatch",
            r"health checks failed with (?:these|this|the following) (?:\w+ )?codes?",
            r"(?:unexpected|mismatched|wrong) (?:http |grpc |response |status )*code",
        ),
        PROVEN,
        "answer the health check's path with a code its matcher accepts, or correct path and matcher",
    ),
    Pattern(
        "timeout",
        (r"Target\.Timeout|request timed out|health checks? (?:request )?timed out|timed out",),
        CLEAR,
        "admit the load balancer in the target's security group, answer faster, or raise the health check's timeout",
    ),
    Pattern(
        "health_check",
        (r"Target\.FailedHealthChecks",),
        PROVEN,
        "check that the process listens on the health check's port and speaks its protocol",
    ),
    Pattern(
        "scaling_normal",
        (
            r"Elb\.RegistrationInProgress|Elb\.InitialHealthChecking|state=initial$",
            r"still sending the target|\bregistration (?:is |still |currently )*in progress",
            r"initial health checks? (?:are |is )?in progress|being registered|instance is in (?:the )?pending state",
        ),
        PROVEN,
        "wait: the target is being registered and checked",
    ),
    Pattern(
        "scaling_normal",
        (
            r"Target\.DeregistrationInProgress|deregistration (?:is |still |currently )*in progress",
            r"being deregistered|draining|(?:disable|enable) availability zone .{0,20}in progress",
        ),
        PROVEN,
        "wait: the target leaves once its deregistration delay is over",
    ),
    Pattern(
        "config",
        (r"availability zone .{0,40}not enabled|zone is not enabled",),
        PROVEN,
        "enable the target's Availability Zone on the load balancer",
    ),
    Pattern(
        "config",
        (
            r"Target\.NotInUse|not (?:configured|used) to receive traffic",
            r"not configured to receive traffic|not used by any load balancer|no load balancer",
        ),
        CLEAR,
        "attach the target group to a listener rule, and enable the target's zone",
    ),
    Pattern(
        "config",
        (r"Target\.IpUnusable|cannot be used as a target|reserved for use by|in use by a load balancer",),
        PROVEN,
        "register an address that no load balancer uses",
    ),
    Pattern(
        "config", (r"Target\.NotRegistered|not (?:currently )?registered",), CLEAR, "register the target with the group"
    ),
    Pattern(
        "config",
        (
            r"Target\.HealthCheckDisabled|health checks? (?:are|is) (?:disabled|not enabled)",
            r"not (?:being )?health checked",
        ),
        CLEAR,
        "enable health checks on the target group",
    ),
    Pattern(
        "config",
        (
            r"Target\.InvalidState|target is in the (?:stopped|terminated|\S+) state",
            r"instance is (?:in (?:the )?)?(?:stopp|terminat|shutt|not running)|state=unused$",
        ),
        LIKELY,
        "start the instance, or deregister it",
    ),
    Pattern(
        "network",
        (r"connection (?:refused|reset)|could not connect|unreachable|TLS|SSL",),
        LIKELY,
        "check the listener on the target and the security groups between them",
    ),
    Pattern(
        "health_check",
        (
            r"health checks? (?:\w+ )?failed|failed (?:\w+ ){0,3}health check",
            r"failed at least the UnhealthyThreshold|state=(?:unhealthy|OutOfService)",
            r"health checks?(?! (?:passed|succeeded))\b",
            r"error while establishing a connection|response was malformed",
        ),
        CLEAR,
        "compare the health check's path, port and timeout with what the target answers",
    ),
)
