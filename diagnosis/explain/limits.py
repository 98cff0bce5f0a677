"""By which phrases is a limit named: memory, calls a second, room, quotas, connections?

The most specific phrase comes first. Sources: the error codes of the AWS SDKs, Lambda's and EC2's documented
exceptions, errno, and the messages of runtimes and databases.
"""

from __future__ import annotations

from diagnosis.explain.patterns import CLEAR, LIKELY, PROVEN, Pattern

OUT_OF_MEMORY = (
    Pattern(
        "out_of_memory",
        (r"OutOfMemory|\bOOM[ -]?killed\b|out of memory|InitResourceExhausted",),
        PROVEN,
        "raise the memory setting, or find the leak with a heap profile",
    ),
    Pattern(
        "out_of_memory",
        (
            r"killed due to memory|memory (?:limit|usage) .{0,20}exceed|exceed\w* .{0,20}memory limit",
            r"cgroup.{0,40}oom|OOM command not allowed|allowed memory size .{0,40}exhausted",
        ),
        PROVEN,
        "raise the memory limit, or find what grew",
    ),
    Pattern(
        "out_of_memory",
        (
            r"\bMemoryError\b|NoMemoryError|failed to allocate memory|cannot allocate memory|\bENOMEM\b",
            r"std::bad_alloc|heap limit|heap space|unable to allocate .{0,30}[KMGT]i?B|GC overhead limit",
            r"MetaspaceError",
        ),
        CLEAR,
        "raise the memory setting, or process the data in smaller pieces",
    ),
)

THROTTLED = (
    Pattern(
        "throttled",
        (
            r"Throttl(?:ing|ed)|ThrottledException|TooManyRequests|toomanyrequests|RequestLimitExceeded",
            r"ProvisionedThroughputExceeded|RateLimit(?:Error|Exceeded|Exception)|RequestThrottled",
            r"BandwidthLimitExceeded",
            r"PriorRequestNotComplete|ConcurrentInvocationLimitExceeded|\bSlowDown\b|ThrottleException",
        ),
        PROVEN,
        "call less often, back off with jitter, or raise the rate quota",
        unless=r"throttling (?:is |was )?(?:disabled|enabled|off|on|skipped)\b|\b(?:0|no|not) throttl",
    ),
    Pattern(
        "throttled",
        (
            r"\brate (?:limit )?exceeded|too many requests",
            r"rate limit(?:ed|ing)?\b.{0,40}(?:reached|exceed|hit)",
            r"(?:reached|exceed\w*|hit) .{0,40}rate limit|rate-limit(?:ed|ing)?\b|pull rate limit",
            r"(?:request|api) (?:rate )?limit (?:was |has been )?(?:exceeded|reached)",
            r"quota exceeded for .{0,40}(?:requests|queries) per|please reduce your request rate",
            r"concurrency .{0,20}exhausted|too many concurrent|more requests were made than",
            r"quota exceeded .{0,80}per (?:second|minute|hour|day)",
        ),
        CLEAR,
        "call less often, back off with jitter, or raise the rate quota",
    ),
    Pattern(
        "throttled",
        (r"RESOURCE_?EXHAUSTED",),
        LIKELY,
        "call less often, back off with jitter, or raise the callee's quota",
        unless=r"larger than|InitResourceExhausted|memory",
    ),
    Pattern("throttled", (r"httpStatus=429$",), LIKELY, "back off and spread the calls; the callee limits their rate"),
)

CAPACITY = (
    Pattern(
        "storage",
        (
            r"no space left (?:on|in) (?:\w+ ){0,2}(?:device|disk|volume|file ?system|partition|drive)|\bENOSPC\b",
            r"disk (?:is )?full|not enough (?:disk )?space",
            r"insufficient (?:disk |storage )space|disk quota exceeded|StorageFull|out of disk",
            r"no usable temporary directory",
        ),
        CLEAR,
        "make room: a larger volume or ephemeral storage, or clean up",
    ),
    Pattern(
        "capacity",
        (
            r"InsufficientFreeAddresses|SubnetOutOfIPAddresses|SubnetIPAddressLimitReached",
            r"(?:not enough|insufficient|no) (?:free |available )?(?:private )?ip(?:v4)? address",
            r"(?:not (?:have )?enough|insufficient|no) (?:free|available) (?:ip(?:v4)? )?addresses",
            r"\bip(?:v4)? address(?:es)? (?:\w+ ){0,2}exhaust",
        ),
        PROVEN,
        "use a larger subnet, or free addresses",
    ),
    Pattern(
        "capacity",
        (
            r"Insufficient\w*Capacity|InsufficientCapacity|UnfulfillableCapacity|capacity is unavailable",
            r"(?:reached|at) (?:its |the )?max(?:imum)? (?:capacity|size)|capacity (?:is )?not available",
            r"capacity ?(?:is |was |being |currently )*unavailable",
            r"(?:not have|insufficient|not enough|no|lack of) (?:sufficient |enough |available )?(?:\S+ )?capacity\b",
            r"capacity (?:was|is) (?:currently )?(?:exceeded|insufficient)|CapacityProviderScalingLimit",
        ),
        PROVEN,
        "try other zones or instance types, or wait and retry",
    ),
    Pattern(
        "quota",
        (
            r"(?<!Time)Limit(?:Exceeded|Reached)",
            r"QuotaExceeded|(?:Instance|Task)CountExceeded|ServiceQuota|VcpuLimit|CodeStorageExceeded|RESOURCE_LIMIT_EXCEEDED",
            r"(?:reached|above|exceed\w*|hit) (?:the|your|its|an)? ?(?!time )(?:\w+ ){0,3}(?:limit|quota)\b",
            r"\bquota\b.{0,40}(?:exceeded|reached)",
            r"(?<!rate )(?<!time )(?<!size )(?<!memory )\blimit (?:was |has been |is )?(?:exceeded|reached)",
            r"more .{0,40}than (?:are |is )?allowed for your account",
            r"maximum number of (?!.{0,20}(?:attempt|retr)).{0,40}(?:reached|exceeded)",
            r"(?:reached|exceed\w*) (?:\w+ )?maximum number of (?!.{0,20}(?:connection|client|attempt|retr))",
        ),
        CLEAR,
        "raise the quota in Service Quotas, or free what uses it",
    ),
    Pattern(
        "connections",
        (
            r"too many (?:clients|connections)|remaining connection slots|max_user_connections",
            r"connection limit exceeded|maxclients|no more connections|TooManyConnections",
            r"ORA-00018|ORA-00020|ORA-12516|ORA-12519|ORA-12520",
            r"max(?:imum)? (?:number of )?(?:connection|client)s? (?:\w+ ){0,3}(?:reached|exceeded|hit|in use)",
            r"(?:reached|exceed\w*|hit) (?:\w+ ){0,3}max(?:imum)? (?:number of )?connections",
        ),
        CLEAR,
        "pool connections (RDS Proxy), or raise max_connections",
    ),
    Pattern(
        "capacity",
        (
            r"\bEMFILE\b|\bENFILE\b|too many open files|\bEAGAIN\b.{0,40}(?:fork|thread)",
            r"resource temporarily unavailable|can't start new thread",
            r"unable to create (?:new )?native thread",
        ),
        LIKELY,
        "close what is opened, or raise the limit",
        unless=r"HttpRequest|SocketException",
    ),
)
