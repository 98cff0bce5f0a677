"""By which phrases is a callee named that could not be reached (network) or was too slow (timeout)?

The most specific phrase comes first. Sources: errno, the resolvers, TLS libraries, HTTP clients and database drivers of
Lambda's runtimes, and the Go client inside the container agents.
"""

from __future__ import annotations

from diagnosis.explain.patterns import CLEAR, LIKELY, PROVEN, Pattern

_HOST = r"(?!service for|module|placeholder|dependenc|references?\b|type|import|path|symbol|bean|view|template)"
"""Programs resolve other things than names of hosts, too."""

DNS = (
    Pattern(
        "dns",
        (
            r"\bETIMEOUT\b|\bENOTFOUND\b|EAI_AGAIN|EAI_NONAME|EAI_NODATA|\bno such host\b|UnknownHost",
            r"name or service not known|name resolution|could not translate host ?name|failed to resolve <",
            rf"(?:could not|couldn't|cannot|unable to) resolve {_HOST}|unresolved host|name could not be resolved",
            r"NXDOMAIN|SERVFAIL|server misbehaving|nodename nor servname|name does not resolve",
            r"no such host is known|No address associated|getaddrinfo(?! EMFILE)|\bHostNotFoundError",
            r"SequelizeHostNotFound|NameResolutionError|SocketException.{0,40}temporarily unavailable",
        ),
        CLEAR,
        "check the name, the VPC's DNS attributes and the private hosted zones",
    ),
)

CERTIFICATE = (
    Pattern(
        "certificate",
        (
            r"altnames|SSL routines|\bEPROTO\b|SSLError|SSL_connect|SSL_ERROR",
            r"x509:|CERTIFICATE_VERIFY_FAILED",
            r"certificate (?:is not (?:trusted|valid)|verify failed|signed by unknown|validation|required)",
            r"certificate .{0,60}(?:expired|invalid|unknown|not be verified)|self[- ]signed certificate",
            r"unable to (?:get (?:local )?issuer|verify the first)|UNABLE_TO_\w*(?:CERT|VERIFY)\w*",
            r"DEPTH_ZERO_SELF_SIGNED",
            r"CERT_HAS_EXPIRED|ERR_TLS_CERT|PKIX path|SSLHandshake|remote certificate is invalid",
            r"SELF_SIGNED_CERT",
        ),
        LIKELY,
        "renew the certificate, or ship the certificate authority the client needs",
    ),
)

NETWORK_TOLD = (
    Pattern(
        "network",
        (
            r"connection issue between",
            r"check your (?:\w+ ){0,3}network(?:ing)? (?:configuration|connection|settings|connectivity)",
        ),
        PROVEN,
        "give the subnet a route to the service: NAT or VPC endpoint, and allow tcp/443 out of the security group",
    ),
)
"""AWS itself says that the network is at fault."""

NETWORK = (
    Pattern(
        "network",
        (
            r"connection (?!due |to the server was not )(?:\S+ )?to .{0,80}(?:timed out|timeout)",
            r"without establishing a connection",
            r"connection attempt failed|ConnectionFailed|inaccessible host|UnknownEndpoint",
            r"connect(?:ion)? ?(?:attempt )?time?d? ?out|connect ETIMEDOUT|connect(?:ion)? timeout",
            r"ConnectTimeout|ConnectionTimeout|OpenTimeout|dial tcp.{0,80}timeout|dial tcp.{0,80}deadline",
            r"TLS handshake timeout|(?:while|timeout|timed out) waiting for connection",
            r"timed out .{0,40}(?:while|when|trying to) connect|timeout (?:while |when )?connecting",
            r"can't connect to|cannot connect to|could not connect",
            r"(?:can't|cannot|could not|unable to) reach\b(?! (?:a )?steady)|couldn't connect",
            r"failed to (?:establish a (?:new )?)?connect\b|unable to connect",
            r"failed to establish a new connection|failed to connect|ServerSelection(?:Timeout)?",
            r"ORA-12170|ORA-12541|ORA-12545|NoBrokersAvailable",
            r"server selection tim|error occurred while establishing a connection",
        ),
        CLEAR,
        "check the route (NAT, endpoint, peering), the security groups and the network ACLs on the way",
        unless=r"connection from (?:the )?pool|QueuePool limit|pool is probably full|acquiring a connection"
        r"|ReadTimeout",
    ),
    Pattern(
        "network",
        (r"\bECONNREFUSED\b|connection refused|ConnectionRefused|actively refused|ConnectException",),
        CLEAR,
        "check that the callee listens on that address and port and runs",
    ),
    Pattern(
        "network",
        (
            r"\bE(?:HOST|NET)UNREACH\b|no route to host|network is unreachable|host is unreachable",
            r"\bEADDRNOTAVAIL\b|cannot assign requested address|address family not supported|NoRouteToHost",
            r"destination (?:host |net )?unreachable",
        ),
        CLEAR,
        "add the missing route for the destination",
    ),
    Pattern(
        "network",
        (
            r"\bECONNRESET\b|connection reset|ConnectionReset|socket hang up|socket disconnected|\bEPIPE\b",
            r"broken pipe|ECONNABORTED|connection (?:was )?aborted|forcibly closed|remote end closed",
            r"RemoteDisconnected|server closed the connection",
            r"connection (?:was |is |has been |already )?(?:closed|terminated)|closed unexpectedly",
            r"ConnectionClosed|EOF detected|unexpected EOF|EOF occurred|ECONNABORTED|ServerDisconnected",
            r"EOFError\W+end of file reached",
            r"ORA-03113|ORA-03114|ORA-12537|ORA-12547|IncompleteRead",
            r"NoHttpResponse|communications link failure|CommunicationsException|lost connection",
            r"connection (?:was )?lost|terminating connection|gone away",
        ),
        LIKELY,
        "find who closed the connection: idle timeouts of NAT and load balancer, or a restart of the callee",
        unless=r"idle.in.transaction",
    ),
    Pattern(
        "network",
        (
            r"i/o timeout|request (?:was )?cancell?ed|RequestCancell?ed|EndpointConnectionError",
            r"ConnectionError\b|NewConnectionError|send request failed|EFSMountConnectivity",
            r"S3FilesMountConnectivity|NetworkingError|SdkClientException: unable to execute http request",
            r"(?-i:\bNetwork ?Error\b)|network error (?:occurred|when|while)",
            r"Unable to execute HTTP request|\bETIMEDOUT\b|HttpRequestException|error sending request",
            r"dial tcp|failed to do request|APIConnectionError|client error \(Connect\)|error trying to connect",
        ),
        LIKELY,
        "check the route (NAT, endpoint, peering) and the security groups towards the endpoint",
        unless=r"read (?:tcp|ETIMEDOUT)|read timed out|TaskCanceled|configured HttpClient"
        r"|connection from (?:the )?pool",
    ),
)

TIMEOUT = (
    Pattern(
        "timeout",
        (
            r"connection is not available, request timed out|pool is probably full|QueuePool limit",
            r"(?:acquir\w+|obtain\w+|checkout|borrow\w*) (?:a |the )?(?:\w+ )?connection from (?:the )?pool",
            r"ConnectionAcquireTimeout|timed? ?out .{0,40}acquir\w+ (?:a )?(?:database )?connection",
            r"\bpool timeout|acquire operation took longer|timeout waiting for connection from pool",
        ),
        CLEAR,
        "find what holds the pool's connections: slow statements, leaks, a database out of reach; then size the pool",
    ),
    Pattern(
        "lock",
        (r"lock wait timeout|lock timeout|could not obtain lock|LockNotAvailable",),
        CLEAR,
        "find the session that holds the lock and end it",
    ),
    Pattern(
        "timeout",
        (
            r"statement timeout|query (?:read )?timeout|query_timeout|execution time exceeded",
            r"MaxTimeMSExpired|exceeded time limit|idle.in.transaction timeout",
        ),
        CLEAR,
        "see the slow statement's plan, or allow it more time",
    ),
    Pattern(
        "timeout",
        (
            r"\bread(?:ing)? timed out|ReadTimeout|SocketTimeout|read timeout|ESOCKETTIMEDOUT",
            r"read ETIMEDOUT|read tcp .{0,80}i/o timeout|write timed out|WriteTimeout|response timeout",
            r"GatewayTimeout|gateway timeout",
            r"httpStatus=504$|ApiCallTimeout|ApiCallAttemptTimeout|TaskCanceledException|awaiting headers",
        ),
        CLEAR,
        "find why the callee answers slowly, or raise the client's timeout",
    ),
    Pattern(
        "timeout",
        (
            r"deadline ?exceeded|DEADLINE_EXCEEDED|context deadline|TimeoutE(?:rror|xception)",
            r"Timeout::Error|MountTimeout|SnapStartTimeout|RequestTimeout|InitTimeout|CallbackTimeout",
            r"States\.Timeout|execution expired",
        ),
        CLEAR,
        "find what took so long, or raise the timeout",
    ),
    Pattern(
        "timeout",
        (
            r"\btimed?[- ]out\b|\bTimedOut\b|before (?:the )?timeout|heartbeat ?timeout|network timeout|WaiterError",
            r"max(?:imum)? attempts exceeded|exceeded wait attempts|did not stabilize|\bNotStabilized\b",
            r"(?<!will )timeout (?:of (?:\S+ ){1,2}|period |\(?#\)? )?(?:was|has|is|after|expired|exceeded|reached)\b",
            r"\btimeout elapsed\b|timeout (?:\(?#\)? )?(?:waiting|while|error)\b",
            r"exceeded (?:the |its )?(?:\w+ ){0,3}timeout|(?:took|takes|taking|ran|running) too long",
            r"did(?: not|n't) .{0,80}within #|not \w+ within (?:the )?#",
            r"did(?: not|n't) (?:complete|finish|respond|return|report) (?:\w+ ){0,3}(?:in|within)",
            r"failed to (?:complete|respond|return) (?:\w+ ){0,3}(?:in|within)\b",
            r"exceeded (?:the )?(?:maximum )?(?:allowed )?(?:execution )?time|\bQueuePool limit",
        ),
        LIKELY,
        "find what took so long, or raise the timeout",
    ),
)
