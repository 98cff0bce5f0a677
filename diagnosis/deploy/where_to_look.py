"""Where does one read on after a hook failed: in which log, on which instance, of which revision's script?"""

from __future__ import annotations

from diagnosis.commands import aws
from diagnosis.deploy.deployments import DeploymentTarget, GroupDeployment, LifecycleEvent
from diagnosis.explain import explain

OF_PREVIOUS = frozenset({"ApplicationStop", "BeforeBlockTraffic", "AfterBlockTraffic"})
"""Events whose scripts are those of the revision before.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""
AGENT_LOG = "/var/log/aws/codedeploy-agent/codedeploy-agent.log"
_WORDS = {
    "ScriptMissing": "is not where the AppSpec file says",
    "ScriptNotExecutable": "cannot be made executable",
    "ScriptTimedOut": "did not end within its timeout",
    "ScriptFailed": "ended with an error",
}


def script_log_path(group: GroupDeployment) -> str:
    """Where an instance keeps what a deployment's scripts printed."""
    return f"/opt/codedeploy-agent/deployment-root/{group.group_id}/{group.deployment.id}/logs/scripts.log"


def previous_revision(event: LifecycleEvent) -> bool:
    """Whether the event's scripts come from the revision that was deployed before."""
    return event.name in OF_PREVIOUS


def hook_why(group: GroupDeployment, event: LifecycleEvent) -> str:
    """Whose script or function failed, how, and what its last lines hint at."""
    if group.platform != "Server":
        return f"the hook function of {event.name} reported a failure or did not report: {event.message or event.code}"
    whose = "the previous revision's" if previous_revision(event) else "this revision's"
    script = f"{whose} script {event.script}" if event.script else f"{whose} script"
    why = f"{script} in {event.name} {_WORDS.get(event.code, 'failed')}"
    hint = explain("lambda_log", event.log_tail) if event.log_tail else None
    if hint and hint.specific_cause and hint.confidence >= 0.7:
        why += f"; its log hints at {hint.specific_cause}"
    return why


def hook_remedy(group: GroupDeployment, target: DeploymentTarget, event: LifecycleEvent) -> str:
    """What to mend, and where the rest of the log is."""
    if group.platform != "Server":
        return f"read the log of the hook function of {event.name}: it must report Succeeded within an hour"
    mend = {
        "ScriptMissing": "put the script where the AppSpec file names it",
        "ScriptNotExecutable": "make the script executable in the revision",
        "ScriptTimedOut": "end or detach what the script starts, or raise the hook's timeout in the AppSpec file",
    }.get(event.code, "read the script's log and mend the script")
    if previous_revision(event):
        mend += "; it comes with the deployment before: deploy once with ignoreApplicationStopFailures" + (
            "" if event.name == "ApplicationStop" else " does not help here: mend it on the instance"
        )
    return f"{mend}; {read_on(group, target)}"


def read_on(group: GroupDeployment, target: DeploymentTarget, path: str = "") -> str:
    """The log group that has the log, or else its path on the instance and the command that shows it."""
    if group.shipped:
        return f"the log is in {' and '.join(group.shipped)}"
    path = path or script_log_path(group)
    return f"the log is {path} on {target.id}: {ssm_command(target.id, path)}"


def ssm_command(instance: str, path: str) -> str:
    """The command that shows the end of a file on an instance."""
    shown = f"commands=tail -n 100 {path}"
    named = ("--document-name", "AWS-RunShellScript", "--instance-ids", instance, "--parameters", shown)
    return aws("ssm", "send-command", *named)
