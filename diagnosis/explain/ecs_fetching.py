"""Why did the agent not get what a task needs before it starts: image, secrets, log stream, volumes, interface?

See the pages on CannotPullContainer and ResourceInitializationError in the Amazon ECS developer guide.
"""

from __future__ import annotations

from diagnosis.explain.patterns import CLEAR, HINTED, LIKELY, PROVEN, Pattern

_FETCHING = (
    r"CannotPull|ResourceInitialization|registry auth|pull secrets|pull image|env(?:ironment)? files"
    r"|logger args|logging driver|EFS utils"
)
"""The agent was still fetching or preparing: what timed out there never answered at all."""

KILLED = (
    Pattern(
        "network",
        (r"signal: killed",),
        PROVEN,
        "the agent waited until it was killed: give the subnet a route to the service (NAT or VPC endpoint)",
        also=_FETCHING,
    ),
)

PULL_HOST = (
    Pattern(
        "storage",
        (r"no space left|disk (?:is )?full",),
        CLEAR,
        "raise the ephemeral storage or the instance's volume: the image does not fit",
        also=r"CannotPull|pull",
    ),
    Pattern(
        "certificate", (r"x509:",), LIKELY, "trust the registry's certificate authority on the host", also=r"CannotPull"
    ),
)

PULLED_TOO_OFTEN = (
    Pattern(
        "throttled",
        (r"toomanyrequests|too many requests|pull rate limit|throttl(?:ed|ing)|rate exceeded|httpStatus=429$",),
        PROVEN,
        "log in to the registry, or mirror the image in ECR (a pull-through cache): the registry limits its pulls",
        also=r"CannotPull",
    ),
)

WAITED = (
    Pattern(
        "network",
        (r"timed out|timeout|deadline exceeded|connection (?:refused|reset)",),
        CLEAR,
        "give the file system a mount target in the task's zone, and admit the task on port 2049 in its security group",
        also=r"EFS utils|mount\.nfs",
    ),
    Pattern(
        "network",
        (
            r"deadline exceeded|i/o timeout|request (?:was )?cancell?ed|RequestCancell?ed|timed out",
            r"timeout|context cancell?ed|\bEOF\b",
        ),
        CLEAR,
        "give the subnet a route to the service (NAT or VPC endpoint) and allow tcp/443 out of the security group",
        also=_FETCHING,
        unless=r"\bEBS\b",
    ),
)

FORBIDDEN = (
    Pattern(
        "permission",
        (
            r"failed to authorize|oauth token|access denied by server|permission denied|forbidden|unauthorized",
            r"httpStatus=40[13]$|access denied|operation not permitted",
        ),
        LIKELY,
        "allow it in the role's policy, or in the policy of the registry, bucket or file system",
        also=_FETCHING,
        unless=r"OCI runtime|exec:",
    ),
)

PULL_DENIED = (
    Pattern(
        "image_pull",
        (r"pull access denied|requested access to the resource is denied",),
        LIKELY,
        "check how the image is spelled, then whether the registry's credentials may read it",
    ),
)
"""Registries say this of images that do not exist as well."""

PULL = (
    Pattern(
        "image_pull",
        (
            r"not found|manifest unknown|does not exist|matching platform",
            r"no match(?:ing)? (?:for platform|manifest)|name unknown|pull access denied",
            r"requested access to the resource is denied|invalid reference format|unsupported manifest",
            r"media type|check (?:whether|if|that) the (?:image|repository)",
            r"image .{0,30}(?:was deleted|no longer)",
        ),
        PROVEN,
        "check that the image, its tag and its platform exist in the registry, and how the reference is spelled",
        also=r"CannotPull|\bpull\b|manifest",
    ),
    Pattern(
        "image_pull",
        (
            r"CannotPull|no such image",
            r"(?:failed|unable|cannot|can't|can not) (?:to )?pull (?:the )?(?:image|container|and unpack)",
            r"pull image|ImageDeleted|manifest unknown|normalize image reference",
        ),
        CLEAR,
        "pull the same reference by hand with the task's role and network, and read what the registry answers",
    ),
)

PREPARED = (
    Pattern(
        "config",
        (r"error retrieving region",),
        CLEAR,
        "set the region in the mount helper's configuration on the instance",
    ),
    Pattern(
        "timeout",
        (r"\bEBS\b.{0,80}(?:timed out|timeout)",),
        LIKELY,
        "see whether the volume and its snapshot became available, and in which zone",
    ),
    Pattern(
        "config",
        (
            r"log group|log stream|can't find|cannot find|NotFound\b|ResourceNotFound|NoSuchKey",
            r"InvalidRequest|ValidationException|is required$|no log configuration|unknown log opt",
            r"invalid (?:ssm )?parameters|json key|looking for beginning of value",
            r"check (?:whether|if|that) the \w+|no such file|not found|InvalidParameter",
        ),
        CLEAR,
        "create what the task definition names, or correct the name, region and key",
        also=_FETCHING,
        unless=r"OCI runtime|shim task|create new container|\bexec:|dial unix",
    ),
    Pattern(
        "network",
        (r"failed to configure ENI|ENIInformation|setup regular eni|netplugin|unsuccessful EFS utils|mount\.nfs",),
        HINTED,
        "check the task's subnet, security groups and the mount target's port 2049",
    ),
    Pattern(
        "network",
        (r"unable to pull secrets or registry auth",),
        HINTED,
        "look at the subnet's way to the service first (NAT or VPC endpoint), then at the execution role",
    ),
)

FETCHING = (*KILLED, *PULL_HOST, *WAITED, *PULL_DENIED, *FORBIDDEN, *PULL, *PREPARED)
"""All of them in order; service events quote these reasons too."""
