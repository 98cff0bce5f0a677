"""Why did a deployment of CodeDeploy fail? errorInformation, the diagnostics of life-cycle events and the agent's log.

The article's tree, read from the top: a hook timed out or failed, the AppSpec is invalid, a role lacks a permission,
the health check failed, otherwise. Codes are those of ErrorInformation and Diagnostics in the CodeDeploy API.
"""

from __future__ import annotations

from diagnosis.explain import codedeploy_instance, connections, limits, refusals
from diagnosis.explain.patterns import ABSENT, CLEAR, HINTED, LIKELY, PROVEN, Pattern

_ROLES = (
    Pattern(
        "permission",
        (
            r"IAM_ROLE_MISSING|IAM_ROLE_PERMISSIONS|AUTO_SCALING_IAM_ROLE_PERMISSIONS",
            r"service role .{0,120}(?:not exist|no |permission|missing|invalid)|no service role",
            r"MISSING_GITHUB_TOKEN|github .{0,40}token",
        ),
        PROVEN,
        "attach the managed policy AWSCodeDeployRole… to the service role, and let codedeploy.amazonaws.com assume it",
    ),
)

_REFUSED = (
    Pattern(
        "permission",
        (r"not opened for reading",),
        HINTED,
        "let the instance profile read the revision's bucket, and keep the bucket in the instance's region",
    ),
)

_CODES = (
    Pattern(
        "scaling_normal",
        (
            r"MANUAL_STOP|(?:was |been )?stopped by (?:a |the )?user|manually stopped|stopped manually",
            r"stopped on request|superseded|stopped because .{0,20}newer",
        ),
        PROVEN,
        "nothing to do: somebody stopped the deployment",
    ),
    Pattern(
        "quota",
        (r"OVER_MAX_INSTANCES|RESOURCE_LIMIT_EXCEEDED|more instances .{0,40}than",),
        PROVEN,
        "deploy to fewer instances at once, or raise the quota",
    ),
    Pattern("throttled", (r"\bTHROTTLED\b|throttl",), PROVEN, "deploy less at once, or raise the API rate"),
    Pattern(
        "timeout",
        (r"\b(?:errorCode=|code=|code: )TIMEOUT$",),
        PROVEN,
        "find the life-cycle event that took so long, then what it waited for",
    ),
    Pattern(
        "health_check",
        (r"CUSTOMER_APPLICATION_UNHEALTHY",),
        PROVEN,
        "see which health check the new version fails, and why",
    ),
    Pattern(
        "config",
        (
            r"HEALTH_CONSTRAINTS_INVALID|minimum number of healthy (?:instances|hosts), as defined",
            r"can'?t start because .{0,60}healthy",
        ),
        CLEAR,
        "lower the deployment configuration's minimum of healthy hosts, or add instances",
    ),
    Pattern(
        "config",
        (r"REVISION_MISSING",),
        PROVEN,
        "upload the revision again, or deploy one that is there: it was never there, or was removed since",
    ),
    Pattern(
        "config",
        (
            r"NO_INSTANCES|no (?:hosts|instances|targets) (?:\w+ )?(?:found|registered|matched)|returned no instances",
            r"APPLICATION_MISSING|DEPLOYMENT_GROUP_MISSING|CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND",
            r"AUTO_?SCALING_(?:VALIDATION_ERROR|CONFIGURATION)|ELASTIC_LOAD_BALANCING_INVALID",
            r"ELB_INVALID_INSTANCE|MISSING_ELB_INFORMATION|MISSING_BLUE_GREEN|INVALID_ECS_SERVICE",
            r"INVALID_LAMBDA|NO_EC2_SUBSCRIPTION|UNABLE_TO_SEND_ASG",
        ),
        PROVEN,
        "correct the application, group, target or load balancer the deployment names",
    ),
)

_TARGETS = (
    Pattern(
        "image_pull",
        (r"CannotPull\w*",),
        CLEAR,
        "check that the image of the new task definition, its tag and its platform exist in the registry",
    ),
    Pattern(
        "health_check",
        (
            r"health checks? (?:\w+ ){0,3}fail|fail\w* (?:\w+ ){0,3}health checks?",
            r"\bno healthy (?:targets?|instances?|hosts?|tasks?)\b",
            r"health checks? .{0,60}(?:never|did not|didn't) pass",
            r"(?:failed to|did not|never) (?:become|became) healthy|no hosts succeeded",
            r"(?:is|are|was|became|become|remained?) unhealthy|unhealthy (?:target|instance|task|host)",
        ),
        CLEAR,
        "compare the health check's path, port and timeout with what the new version answers",
    ),
    Pattern(
        "health_check",
        (r"lifecycleEventName=(?:AllowTraffic|AllowTestTraffic)$",),
        LIKELY,
        "AllowTraffic waits for the load balancer: check the target group's health check",
        unless=r"refused|denied|throttl",
    ),
    Pattern(
        "config",
        (
            r"(?:primary|replacement|original)? ?task ?set .{0,60}(?:target group|listener)",
            r"must be behind listener",
            r"(?:target group|listener|load balancer|task definition|deployment group|auto scaling group)\b.{0,60}"
            + ABSENT,
            r"(?:instance|service|function|alias|container|application|bucket|key|cluster|version)\b.{0,60}" + ABSENT,
            r"specified key does not exist|invalid archive|is inactive|is the same as the current|cannot be the same",
            r"\bmust (?:contain|specify|include) (?:an?|one|at least|exactly) |is the same between",
            r"can't perform \w+ style update|can't find (?:user|group) for|unknown \w+ type|bundle etag .{0,40}but was",
        ),
        LIKELY,
        "correct what the deployment names: it is absent or not valid",
    ),
)

_OTHERWISE = (
    Pattern(
        "health_check",
        (r"HEALTH_CONSTRAINTS|too many individual instances failed|too few healthy instances",),
        LIKELY,
        "read the failed targets' life-cycle events; if all were skipped, look at the agent",
    ),
    Pattern(
        "alarm",
        (r"ALARM_ACTIVE|alarms? (?:have|has) been activated|alarm .{0,60}(?:active|ALARM)",),
        HINTED,
        "open the alarm: it stopped the deployment, and knows what was measured, not why",
    ),
    Pattern(
        "network",
        (r"cannot reach instanceservice|^end of file reached$",),
        LIKELY,
        "give the instance a way to the CodeDeploy endpoint on 443",
    ),
    Pattern(
        "appspec",
        (codedeploy_instance.APPSPEC_FILE,),
        HINTED,
        "check the file with `python -m diagnosis.appspec appspec.yml`, and what it names",
    ),
    Pattern(
        "script",
        (r"\bCategoryInfo\s*:|^\[stderr\].{0,200}(?:command not found|\b(?:error|fatal|cannot|failed)\b)",),
        HINTED,
        "read the script's log tail and mend it",
    ),
    Pattern(
        "config",
        (r"no such file or directory",),
        HINTED,
        "deploy again where the agent lost its files; otherwise correct the source the AppSpec file names",
    ),
)

PATTERNS = (
    *codedeploy_instance.HOOKS,
    *codedeploy_instance.CLOCK,
    *refusals.PERMISSION,
    *_ROLES,
    *codedeploy_instance.APPSPEC,
    *codedeploy_instance.AGENT,
    *codedeploy_instance.AGENT_BROKEN,
    *_CODES,
    *_REFUSED,
    *limits.THROTTLED,
    *limits.OUT_OF_MEMORY,
    *limits.CAPACITY,
    *refusals.REFUSED,
    *_TARGETS,
    *connections.DNS,
    *connections.CERTIFICATE,
    *connections.NETWORK_TOLD,
    *connections.NETWORK,
    *connections.TIMEOUT,
    *refusals.NAMED_ABSENT,
    *refusals.INVALID,
    *refusals.ANSWERED_ABSENT,
    *_OTHERWISE,
)
