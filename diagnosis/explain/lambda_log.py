"""What does a log line of an AWS Lambda function say went wrong? Platform lines, runtimes' errors and callees' errors.

Covers the text and the JSON log format, and StateReasonCode. Lines of the levels INFO and below, START, END and an
ordinary REPORT say nothing about a cause.
"""

from __future__ import annotations

from diagnosis.explain import connections, limits, quiet, refusals
from diagnosis.explain.patterns import CLEAR, HINTED, LIKELY, NOTHING, PROVEN, Pattern

_PLATFORM = (
    Pattern(
        "timeout",
        (
            r"task timed out after|Sandbox\.Timed?out|Function\.Timed?Out|FunctionError\.InitTimeout",
            r"^(?:INIT_|RESTORE_)?REPORT\b.{0,400}status: timeout|init(?:ialization)? (?:has )?timed out",
        ),
        PROVEN,
        "find what the function waited for; raise its timeout only if the work is really that long",
    ),
    Pattern(
        "timeout",
        (r"status=timeout$",),
        PROVEN,
        "find what the function waited for; raise its timeout only if the work is really that long",
        also=r"type=platform\.",
    ),
    Pattern(
        "out_of_memory",
        (r"signal: killed|Runtime\.OutOfMemory",),
        PROVEN,
        "raise the function's memory, or find the leak",
    ),
    *limits.OUT_OF_MEMORY,
)

_SILENT = (
    Pattern(
        "unknown",
        (
            r"^\W*(?:START|END) RequestId\b|^\W*INIT_START\b",
            r"^\W*(?:(?:received|incoming|input|lambda|raw) )*(?:event|request|payload)(?: received| body)?\W*[:=]",
            r"^\W*(?:EXTENSION|TELEMETRY|LOGS|XRAY|IMAGE)\s+(?:Name|TraceId|Launch(?! error))(?!.{0,400}error type)",
            r"^\W*REPORT RequestId\b(?!.{0,400}status: (?:error|failure))",
            r"type=platform\.(?:start|initStart|extension|telemetrySubscription|logsSubscription|restoreStart|logsDropped)$",
        ),
        NOTHING,
        "an ordinary line of the platform: read the lines around it",
    ),
    Pattern(
        "unknown",
        (r"NotReadyException|currently in the following state: Pending",),
        NOTHING,
        "the function or model is still being prepared: try again in a minute",
    ),
    Pattern(
        "unknown",
        (r"type=platform\.",),
        NOTHING,
        "an ordinary line of the platform: read the lines around it",
        unless=r"status=(?:error|failure|timeout)$",
    ),
    *quiet.ORDINARY,
)

_SETTINGS = (
    Pattern(
        "config",
        (
            r"Runtime\.HandlerNotFound|Runtime\.MalformedHandlerName|Runtime\.NoSuchHandler",
            r"Runtime\.InvalidEntry ?point|FunctionError\.Invalid(?:EntryPoint|WorkingDirectory)",
            r"bad handler|handler <quoted> missing on module|is undefined or not exported",
            r"could not find handler|handler .{0,40}(?:not found|is not a function)|fork/exec",
            r"InvalidEntrypoint|couldn't find valid bootstrap|exec format error",
            r"NoSuchFileOrDirectory: bootstrap|unable to load type|function assembly .{0,60}not be found",
            r"ProcessSpawnFailed|could not find (?:the )?(?:required )?(?:method|type|<quoted>)|error loading method",
            r"NoSuchMethodException|unable to access jarfile",
        ),
        CLEAR,
        "correct handler, entry point, architecture or package: what the setting names is not in it",
    ),
    Pattern(
        "image_pull",
        (
            r"ImageDeleted|InvalidImage",
            r"(?:layer|image) .{0,60}(?:does not exist|not found|deleted)|image manifest .{0,200}not supported",
        ),
        CLEAR,
        "push the image or layer again, or point the function at one that exists",
    ),
)

_OWN_ERRORS = (
    "Type|Reference|Name|Key|Index|Attribute|Value|Syntax|Range|Argument|NoMethod|ZeroDivision|UnboundLocal"
    "|Recursion|Assertion|Indentation|UnicodeDecode|UnicodeEncode|Unicode|NotImplemented|Overflow|Lookup"
    "|JSONDecode|JsonParser|Frozen|StackOverflow|FloatDomain|Validation|ParamValidation|Schema|Uninitialized\\w*"
)
"""Errors of the languages that only a program's own mistake raises, without `Error`."""

_MISTAKES = (
    Pattern(
        "code",
        (
            r"\b(?:column|relation|table)\b.{0,80}\b(?:does not|doesn't) exist|unknown column|no such (?:table|column)",
            r"Undefined(?:Column|Table)\b|invalid (?:column|object) name",
        ),
        CLEAR,
        "run the migration that this version needs, or roll back to one that fits the schema",
    ),
    Pattern(
        "code",
        (
            r"Runtime\.(?:ImportModule|UserCodeSyntax|UnhandledPromise|UserFunction|Marshal|Unmarshal|CallbackHandler|UserCode|RuntimeInit|TruncatedResponse|NodeJsExit|StreamError|AfterHandler)\w*",
            r"FunctionError\.(?:RuntimeInit|ExtensionInit)\w*|unable to import module|cannot find (?:module|package)",
            r"ModuleNotFound|ImportError|LoadError|ClassNotFound|class not found|NoClassDefFound",
            r"NoSuchMethodError|UnsupportedClassVersion|cannot load such file|cannot import name",
            r"cannot open shared object|loading shared librar|invalid ELF header|version <quoted> not found",
            r"LD_LIBRARY_PATH",
            r"PHP Fatal error:\W+Uncaught.{0,40}class <quoted> not found",
            r"Could not load file or assembly",
        ),
        CLEAR,
        "package what is imported for this runtime and architecture, or roll back",
    ),
    Pattern(
        "code",
        (
            rf"\b(?:{_OWN_ERRORS})Error\b",
            r"JSONDecode|NullPointer|NullReference|ClassCast|IndexOutOf|IllegalArgument|IllegalState",
            r"ArgumentNull|ArgumentException|ArithmeticException|FormatException|InvalidCast",
            r"InvalidOperation|KeyNotFoundException|NumberFormat|JsonParse|JsonMapping|MismatchedInput",
            r"DivideByZero|NoSuchElement|UnsupportedOperation|is not a function|is not defined",
            r"cannot read propert|undefined (?:method|local variable)|nil pointer dereference",
            r"index out of range|unexpected token|unmarshal|marshal\w* error|FileNotFound",
            r"segmentation fault|signal: (?:aborted|segmentation|bus|illegal|trap)|SIGSEGV|SIGABRT",
            r"core dumped|panic(?:ked)?\b|ResponseSizeTooLarge|CircularReference|PHP (?:Fatal|Parse) error",
            r"payload size (?:\(.{0,20}\) )?exceeded",
            r"(?:relation|column|table|function) <quoted>.{0,40} does(?: not|n't) exist",
            r"circular structure|not JSON serializable|Extension\.(?:Crash|ExitError|InitError)",
            r"Read-only file system|\bEROFS\b|ConditionalCheckFailed|\bENOENT\b|(?<!satisfy )constraint",
            r"malformed Lambda proxy response|failed to post handler success response",
            r"deadlock (?:detected|found)|DeadlockDetected",
        ),
        CLEAR,
        "read the stack trace at its first own frame, mend it, or roll back",
    ),
)
"""Errors that only the program itself makes."""

_BUILT_IN = (
    "Type|Reference|Name|Key|Index|Attribute|Value|Syntax|Range|NoMethod|ZeroDivision|UnboundLocal|Recursion|Assertion"
    "|Indentation|NotImplemented|JSONDecode"
)

_RAISED = (
    Pattern(
        "code",
        (rf"^\W*(?:(?:ERROR|FATAL|CRITICAL)\W+)?(?:{_BUILT_IN})Error: ",),
        CLEAR,
        "read the stack trace at its first own frame, mend it, or roll back",
        unless=r"fetch failed|\b(?:E?CONN|ETIMEDOUT|ENOTFOUND|EAI_|EPIPE)|socket|allocat|memory|time(?:d )?-?out",
    ),
)
"""The language's own error leads the line: what its message quotes is data, not a callee's answer."""

_CALLEE = (
    Pattern(
        "dependency",
        (
            r"InternalServerError|InternalFailure|InternalServiceE|ServiceUnavailable|InternalError\b",
            r"\bServiceException\b|encountered an internal error",
        ),
        HINTED,
        "the callee failed by itself: look at its own errors and at the AWS Health events",
    ),
    Pattern(
        "dependency",
        (
            r"\b(?:Service Unavailable|Bad Gateway|Server Unavailable)\b",
            r"HTTPStatusError: Server error\b|httpStatus=50[23]$",
        ),
        LIKELY,
        "the callee answered with an error of its own: look at its health, and retry with a backoff",
    ),
)

_ENDED = (
    Pattern(
        "code",
        (
            r"Runtime\.ExitError|Runtime exited (?:with error|without)|exit status",
            r"exited before completing|command not found|\bExtension\.|errorType=Runtime\.",
            r"\bspawn E[A-Z]+|unknown application error",
            r"Runtime\.Unknown|status=(?:error|failure)$|status: (?:error|failure)|error type: Runtime",
        ),
        LIKELY,
        "read the lines before: the process ended by itself",
    ),
    Pattern(
        "code",
        (
            r"Traceback \(most recent call last\)|uncaught exception",
            r"unhandled (?:promise|exception|rejection)|invoke error|\bER_[A-Z_]+|exception in thread|errorType=\w",
            r"\bERR_[A-Z_]{5,}|^\W*fatal error: |SystemExit|\bE2BIG\b",
            r"unhandledRejection|unhandled error|LAMBDA_WARNING: Unhandled|task handler raised error",
            r"^\[ERROR\] (?:Exception|Error)\b|^(?:java\.lang|System)\.Exception: ",
        ),
        LIKELY,
        "read the stack trace at its first own frame, mend it, or roll back",
    ),
    Pattern(
        "code",
        (
            r"\b[A-Z]\w*(?:Error|Exception)\b\s*[:(]|(?-i:\b[A-Z]\w+(?:Error|Exception)\b)|\bException:",
            r"^\[ERROR\]\s+(?-i:(?:\w+\.)*[A-Z]\w+): ",
        ),
        HINTED,
        "read the stack trace at its first own frame",
    ),
)
"""The program ended with an error, whatever it was."""

_READ_ONLY = (
    Pattern(
        "code",
        (r"Read-only file system|\bEROFS\b",),
        CLEAR,
        "write to /tmp: the function's code folder is read-only",
    ),
)

PATTERNS = (
    *quiet.LEVELS,
    *_PLATFORM,
    *_SILENT,
    *_SETTINGS,
    *_RAISED,
    *refusals.PERMISSION,
    *_READ_ONLY,
    *refusals.REFUSED,
    *limits.THROTTLED,
    *connections.DNS,
    *connections.CERTIFICATE,
    *limits.CAPACITY,
    *connections.NETWORK_TOLD,
    *connections.NETWORK,
    *connections.TIMEOUT,
    *refusals.NAMED_ABSENT,
    *_MISTAKES,
    *refusals.INVALID,
    *refusals.ANSWERED_ABSENT,
    *_CALLEE,
    *_ENDED,
)
