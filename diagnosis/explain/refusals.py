"""By which phrases does a callee say no: not you (permission), or no such thing (configuration)?

The most specific phrase comes first. Sources: the error codes of the AWS SDKs, IAM's explanation of a denial,
registries and databases.
"""

from __future__ import annotations

from diagnosis.explain.patterns import ABSENT, CLEAR, HINTED, LIKELY, PROVEN, Pattern

DENIED = (
    Pattern(
        "permission",
        (
            r"not authorized to perform|is not authorized|explicit deny",
            r"no (?:identity|resource|session|permissions)\S* (?:based |boundary )?policy allows",
        ),
        PROVEN,
        "allow the action named in the message in the policy the message points at",
    ),
    Pattern(
        "permission",
        (
            r"AccessDenied|UnauthorizedOperation|NotAuthorized|Authorization(?:Error|Exception)|AuthFailure",
            r"access denied by server while mounting",
            r"InsufficientRolePermissions|KMSAccessDenied|KMS access was denied|\bPermissionDenied\b",
        ),
        PROVEN,
        "find the denied action in CloudTrail and allow it for the role that called",
    ),
)
"""A policy said no, in words or in a code."""

UNENTITLED = (
    Pattern(
        "permission",
        (
            r"unable to assume|cannot assume|could ?n.t assume|cannot be assumed|not able to assume",
            r"assume (?:the )?role .{0,60}(?:fail|error|denied)|(?:fail|unable)\w* to (?:\w+ ){0,3}assume",
        ),
        PROVEN,
        "let the service's principal assume the role in its trust policy, and check that the role exists",
    ),
    Pattern(
        "permission",
        (
            r"does ?n.t have (?:the )?(?:required |necessary |sufficient )?permission",
            r"do(?:es)? not (?:have|give \w+) (?:the |sufficient |required |necessary |you )*permission",
            r"(?:verify|check|ensure) (?:that |whether |if )?(?:\S+ ){0,6}role (?:\S+ )?has (?:\S+ ){0,2}permission",
            r"lacks? (?:the )?(?:\S+ )?permission|missing (?:\S+ ){0,2}permission",
            r"invalid permissions?\b|insufficient (?:\w+ )?(?:permission|privilege)|without permission",
            r"\bno permissions? for \[",
        ),
        CLEAR,
        "add the missing permission to the role",
    ),
    Pattern(
        "permission",
        (
            r"no basic auth credentials|authorization token has expired",
            r"unauthorized: (?:authentication required|incorrect)|incorrect username or password",
            r"ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId",
            r"SignatureDoesNotMatch|InvalidSignature|RequestTimeTooSkewed|security token included in the request",
            r"token is expired|IncompleteSignature|MissingAuthenticationToken",
        ),
        CLEAR,
        "renew the credentials, and check the clock and the region they are used in",
    ),
)
"""A role that cannot be assumed or lacks a permission; credentials that are not valid."""

UNIDENTIFIED = (
    Pattern(
        "permission",
        (
            r"unable to locate credentials|could not load credentials|NoCredential",
            r"CredentialsProviderError|CredentialsError|missing credentials",
            r"unable to (?:load|get) (?:\w+ ){0,3}credentials|failed to (?:load|refresh|retrieve) .{0,30}credentials",
            r"no EC2 IMDS role found|credential(?:s|\S*Endpoint)\S* (?:not found|error)",
        ),
        CLEAR,
        "attach a role (task role, instance profile, execution role) that the process can read credentials from",
    ),
    Pattern(
        "permission",
        (
            r"password authentication failed|access denied for user|authentication failed",
            r"\bUNAUTHENTICATED\b|authentication credentials|invalid username",
            r"(?:SMTP|Auth\w*)?Authentication(?:Error|Exception)\b(?!.{0,80}certificate)",
            r"not allowed to connect to|ORA-01017|ORA-28000|logon denied|login failed for user|WRONGPASS|NOAUTH",
            r"role <quoted> is not permitted|pg_hba\.conf",
        ),
        CLEAR,
        "check the user, the password in its secret, and where the callee lets it connect from",
    ),
)
"""No credentials, or a database that does not accept them."""

REFUSED = (
    Pattern(
        "permission",
        (
            r"permission denied|access is denied|access denied|operation not permitted|\bEACCES\b",
            r"\bEPERM\b|UnauthorizedAccessException|PermissionError|PERMISSION_DENIED|permission_denied",
            r"httpStatus=40[13]$|\b(?:403|#) forbidden|\bforbidden\b|\bunauthorized\b",
        ),
        LIKELY,
        "find who was refused and allow it: the role's policy, the resource's policy or the file's mode",
    ),
)
"""Words that file systems, registries and programs use as well."""

PERMISSION = (*DENIED, *UNENTITLED, *UNIDENTIFIED)

NAMED_ABSENT = (
    Pattern(
        "config",
        (r"\b(?:database|role|user) <quoted> does not exist|unknown database|ORA-12514|ORA-12505",),
        CLEAR,
        "create the database or user, or correct its name where the program takes it from",
    ),
    Pattern(
        "config",
        (r"write against a read.only|in a read-only transaction",),
        CLEAR,
        "connect to the writer's endpoint: this one answers reads only",
    ),
    Pattern(
        "config",
        (
            r"\bDisabledException\b|DisabledKMSKey|KMS(?:Disabled|InvalidState)|InvalidStateKMSKey",
            r"KMS key .{0,40}(?:disabled|pending)",
        ),
        CLEAR,
        "enable the KMS key again, or cancel its deletion: aws kms enable-key, aws kms cancel-key-deletion",
    ),
    Pattern(
        "config",
        (
            r"ResourceNotFound|NoSuchBucket|NoSuchKey|NoSuchEntity|DoesNotExist|\bNonExistent\w*|InvalidSubnet",
            r"(?<!Class)(?<!(?-i:File))(?<!Module)(?<!kind: )NotFound(?:Exception)?\b",
            r"InvalidSecurityGroup|KMSKeyNotFound|KMSNotFound|InvalidConfiguration|InvalidKMSKey",
            r"InvalidRuntime|InvalidZipFile|InvalidWorkingDirectory|TooManyExtensions|EFSMountFailure",
            r"S3FilesMountFailure|can't find the specified secret|requested resource not found",
        ),
        CLEAR,
        "name something that exists in that account and region",
    ),
)
"""A code says that the named thing does not exist."""

ANSWERED_ABSENT = (
    Pattern(
        "config",
        (r"httpStatus=404$",),
        HINTED,
        "correct the address: whoever was asked does not know it",
        also=r"error|exception|\bfail|could not",
    ),
)
"""An HTTP status says it, and nothing else does."""

INVALID = (
    Pattern(
        "config",
        (
            r"(?:specified|requested|given) (?:\w+ ){1,4}" + ABSENT,
            r"invalid (?:ssm )?parameters|invalid <quoted>(?! invocation)|KMS key .{0,40}(?:invalid|disabled|pending)",
            r"did not contain json key|unexpected ARN format|(?:error|fail\w*) (?:to )?load(?:ing)? (?:the )?config",
            r"\bno (?:api|license|access) key (?:is |was )?(?:configured|provided|specified|set)\b",
            r"invalid (?:\w+ ){0,4}(?:arn|parameter|configuration|argument|value|option|setting|ids?|names?)\b",
            r"is not (?:a )?valid\b",
            r"\bmust be specified\W*$",
            r"no \w+ configuration exists|requires (?:the )?task definition|(?:does|do)(?: not|n't) support\b",
            r"there (?:is|are) no \w+ .{0,40}named|cannot be registered|is not verified|InvalidCiphertext",
            r"must be addressed using|PermanentRedirect|AuthorizationHeaderMalformed",
            r"(?:missing|specify an?|no) region\b|(?:Missing|No)Region\w*Error|region is missing|no RegionEndpoint",
            r"environment variables? (?:\S+ )?(?:is |are )?(?:not (?:found|set|defined)|missing|required)",
            r"(?:could not|couldn't|cannot) (?:get|find|read) (?:the )?environment variable",
            r"missing (?:required )?environment variable|could not resolve placeholder",
            r"malformed|no such (?:bucket|secret|parameter|subnet|role|key)|looking for beginning of value",
            r"reason given by server: no such file",
            r"does not appear to exist|(?:are|is) not in an? \w+ state",
            r"(?:are|is) not in the same (?:VPC|Region|Availability Zone)",
        ),
        LIKELY,
        "correct the setting the message names",
    ),
    Pattern(
        "config",
        (
            r"(?<!Param)ValidationE(?:rror|xception)|InvalidParameter(?:Value|Exception|Combination)?",
            r"(?-i:\bInvalid(?!Operation|Cast)[A-Z]\w+(?:Exception|Fault)\b)",
            r"\bmust be (?:one of|between|at (?:least|most))|only \w+ supports\b|no longer supported|is missing from",
            r"InvalidRequest|InvalidArgument|MissingParameter|InvalidInput|BadRequest",
        ),
        HINTED,
        "correct the parameter the message names",
    ),
)
"""What was named or asked for is wrong."""
