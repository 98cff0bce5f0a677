"""Why did a deployment of CodeDeploy fail? errorInformation, the diagnostics of life-cycle events and the agent's log.

The article's tree, read from the top: a hook timed out or failed, the AppSpec is invalid, a role lacks a permission,
the health check failed, otherwise. Codes are those of ErrorInformation and Diagnostics in the CodeDeploy API.
"""

from __future__ import annotations

from diagnosis.explain import connections, limits, refusals
from diagnosis.explain.patterns import ABSENT, CLEAR, HINTED, LIKELY, PROVEN, Pattern

_HOOKS = (
    Pattern(
        "timeout",
        (r"ScriptTimedOut|script .{0,120}failed to complete in|script .{0,60}timed out",),
        PROVEN,
        "end or detach what the script starts, or raise the hook's timeout in the AppSpec file",
    ),
    Pattern(
        "appspec",
        (r"ScriptMissing|script does not exist at",),
        PROVEN,
        "put the script where the AppSpec file names it; ApplicationStop takes both from the previous revision",
    ),
    Pattern(
        "config",
        (r"ScriptNotExecutable|as executable|is not executable",),
        PROVEN,
        "make the script executable in the revision and give it an interpreter line",
    ),
    Pattern(
        "script",
        (
            r"ScriptFailed|script .{0,160}failed with exit code",
            r"script .{0,60}(?:exited|returned) (?:with )?(?:a )?(?:non-zero|code|exit)",
        ),
        PROVEN,
        "read the script's log tail and mend it; where ApplicationStop fails, its script is the previous revision's",
    ),
    Pattern(
        "code",
        (
            r"HOOK_EXECUTION_FAILURE|(?:hook|validation) (?:lambda )?(?:function|test)s? .{0,60}fail",
            r"lifecycle (?:event )?(?:hook|validation function)s? .{0,80}fail",
            r"lambda (?:hook|validation) .{0,60}fail",
            r"function .{0,80}(?:returned|reported|answered) (?:a |the )?(?:status )?(?:of )?failed\b",
        ),
        CLEAR,
        "read the hook function's log: it reported Failed or ended with an error",
        unless=r"timed? ?out|did not (?:return|respond|report)",
    ),
)

_APPSPEC_FILE = r"app(?:lication )?spec(?:ification)?\b"

_APPSPEC = (
    Pattern(
        "appspec",
        (
            r"INVALID_REVISION",
            rf"{_APPSPEC_FILE}.{{0,120}}(?:invalid|not (?:find|found|valid)|unsupported|missing|malformed|error)",
            rf"{_APPSPEC_FILE}.{{0,120}}(?:no \w+ value|more than once|same destination|specif|can ?not|could not)",
            rf"no such file .{{0,80}}{_APPSPEC_FILE}",
            rf"(?:not find an?|invalid|(?:not|unable to) (?:find|parse)|missing|no)\W+(?:\w+\W+){{0,3}}{_APPSPEC_FILE}",
            r"AppSpecValidation|did not find expected|mapping values are not allowed",
            r"found (?:character|a tab)|Psych::|while (?:parsing|scanning) an? (?:block|flow|simple|quoted|plain)",
        ),
        PROVEN,
        "correct the line with `python -m diagnosis.appspec appspec.yml` before deploying again",
    ),
    Pattern(
        "config",
        (r"file already exists at (?:this|the|that) location",),
        PROVEN,
        "set file_exists_behavior to OVERWRITE or RETAIN, or remove the file that CodeDeploy did not put there",
    ),
)

_AGENT = (
    Pattern(
        "agent",
        (
            r"AGENT_ISSUE|agent (?:was|is|has) (?:not|n't|stopped|unable)",
            r"agent (?:did not|might not|may not|isn't|wasn't)",
            r"problem with (?:the |your )?(?:AWS )?CodeDeploy agent|after an agent restart|PKCS7",
            r"agent .{0,40}(?:not (?:running|installed|able|respond)|stopped|crash|shut)",
            r"all lifecycle events (?:were |are |have been )?skipped",
            r"lifecycle events? (?:were|was) (?:all )?skipped|not able to receive the lifecycle event",
        ),
        PROVEN,
        "start or update the CodeDeploy agent, and check its instance profile and its way to the endpoint on 443",
    ),
)

_CLOCK = (
    Pattern(
        "agent",
        (r"signature expired|signature not yet current|is now earlier than",),
        CLEAR,
        "set the instance's clock: the agent's requests are signed with the wrong time",
    ),
)

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
            r"stopped on request|superseded",
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
        (r"errorCode=TIMEOUT|code: TIMEOUT",),
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
        (
            r"NO_INSTANCES|no instances (?:were |was )?(?:found|registered)|APPLICATION_MISSING",
            r"DEPLOYMENT_GROUP_MISSING|REVISION_MISSING|CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND",
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
        "health_check",
        (
            r"health checks? (?:\w+ ){0,3}fail|fail\w* (?:\w+ ){0,3}health checks?",
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
            r"(?:service|function|alias|container|application|bucket|key|cluster)\b.{0,60}" + ABSENT,
            r"specified key does not exist|invalid archive|is inactive",
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
        (r"cannot reach instanceservice",),
        LIKELY,
        "give the instance a way to the CodeDeploy endpoint on 443",
    ),
)

PATTERNS = (
    *_HOOKS,
    *_CLOCK,
    *refusals.PERMISSION,
    *_ROLES,
    *_APPSPEC,
    *_AGENT,
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
    *_OTHERWISE,
)
