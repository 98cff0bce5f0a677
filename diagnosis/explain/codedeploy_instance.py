"""What do the agent of CodeDeploy and the scripts on an instance say? Diagnostics of events, and the agent's log."""

from __future__ import annotations

from diagnosis.explain.patterns import CLEAR, PROVEN, Pattern

HOOKS = (
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
            r"ScriptFailed|(?:script .{0,160}|(?:Stop|Start|Install|Service) )failed with exit code",
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

APPSPEC_FILE = r"app(?:lication )?spec(?:ification)?\b"

APPSPEC = (
    Pattern(
        "appspec",
        (
            r"INVALID_REVISION",
            rf"{APPSPEC_FILE}.{{0,120}}(?:invalid|not (?:find|found|valid)|unsupported|missing|malformed|error)",
            rf"{APPSPEC_FILE}.{{0,120}}(?:no \w+ value|empty|more than once|same destination|specif|can ?not)",
            rf"{APPSPEC_FILE}.{{0,120}}could not|{APPSPEC_FILE}\S* (?:file )?does(?: not|n't) exist",
            rf"no such file .{{0,80}}{APPSPEC_FILE}",
            rf"{APPSPEC_FILE}.{{0,40}}(?:contains|specifies|calls for|includes)",
            rf"(?:more than once|a problem with) .{{0,120}}\bin .{{0,20}}{APPSPEC_FILE}",
            rf"does(?: not|n't) (?:exist|match) .{{0,80}}\bin .{{0,20}}{APPSPEC_FILE}",
            rf"(?:not find an?|invalid|(?:not|unable to) (?:find|parse)|missing|no)\W+(?:\w+\W+){{0,3}}{APPSPEC_FILE}",
            rf"not contain an? {APPSPEC_FILE}",
            r"AppSpecValidation|did not find expected|mapping values are not allowed",
            r"found (?:character|a tab)|Psych::|while (?:parsing|scanning) an? (?:block|flow|simple|quoted|plain)",
        ),
        PROVEN,
        "correct the line with `python -m diagnosis.appspec appspec.yml` before deploying again",
    ),
    Pattern(
        "config",
        (r"file already exists at (?:this|the|that) location|destination <quoted> already exists",),
        PROVEN,
        "set file_exists_behavior to OVERWRITE or RETAIN, or remove the file that CodeDeploy did not put there",
    ),
)

AGENT = (
    Pattern(
        "agent",
        (
            r"AGENT_ISSUE|agent (?:was|is|has) (?:not|n't|stopped|unable)",
            r"agent (?:did not|might not|may not|isn't|wasn't)",
            r"problem with (?:the |your )?(?:AWS )?CodeDeploy agent|after an agent restart|PKCS7",
            r"codedeploy-agent(?:\.service)?\W{1,3}(?:\w+ ){0,3}(?:fail|dead|inactive|exited)",
            r"^\W*Active: (?:failed|inactive)|failed to start (?:LSB: )?AWS CodeDeploy|no (?:AWS )?CodeDeploy agent\b",
            r"agent .{0,40}(?:not (?:running|installed|able|respond)|stopped|crash|shut)",
            r"all lifecycle events (?:were |are |have been )?skipped",
            r"lifecycle events? (?:were|was) (?:all )?skipped|not able to receive the lifecycle event",
        ),
        PROVEN,
        "start or update the CodeDeploy agent, and check its instance profile and its way to the endpoint on 443",
    ),
)

AGENT_BROKEN = (
    Pattern(
        "agent",
        (
            r"cannot load such file|LoadError|plugin \w+ could not be loaded|uninitialized constant InstanceAgent",
            r"booting child: error",
        ),
        CLEAR,
        "install the agent again, in a version that fits the instance's system and Ruby",
        also=r"InstanceAgent|\[codedeploy-agent\b|plugin codedeploy",
        unless=r"ScriptFailed|\[stderr\]",
    ),
)
"""The agent is a program, too: what it cannot load is not the revision's."""

CLOCK = (
    Pattern(
        "agent",
        (r"signature expired|signature not yet current|is now earlier than",),
        CLEAR,
        "set the instance's clock: the agent's requests are signed with the wrong time",
    ),
)
