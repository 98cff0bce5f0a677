"""Verbs: how deployments of CodeDeploy went, and whether the agents on instances run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.ago import Ago, seconds
from sandbox.errors import ScenarioError
from sandbox.services.codedeploy_events import OUTCOMES, Happening
from sandbox.services.codedeploy_plans import message_of
from sandbox.services.codedeploy_telling import Told
from sandbox.world.base import Verbs

Said = str | Mapping[str, Any]
"""What happened in a life-cycle event: an outcome, or an outcome and more words."""
_WORDS = ("outcome", "takes", "script", "exit_code", "log", "message")


class CodeDeployVerbs(Verbs):
    """`deployment` and `agent_stopped`."""

    def deployment(
        self,
        application: str,
        group: str,
        at: Ago = "10m",
        events: Mapping[str, Said] | None = None,
        targets: Mapping[str, Mapping[str, Said]] | None = None,
        revision: Mapping[str, Any] | None = None,
        config: str = "",
        creator: str = "user",
        denied: str = "",
        error: str | tuple[str, str] = "",
        stopped: Ago | None = None,
        stopped_by: str = "a user",
        queued: bool = False,
        ready: bool = False,
        blue: tuple[str, ...] = (),
        ignore_stop_failures: bool = False,
        rollback: Mapping[str, Said] | None = None,
        description: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> str:
        """A deployment was created at `at`; returns its id. Application and group exist; all else follows from them.

        `events` says what happened on every target in a life-cycle event, `targets` likewise on some of them; where
        nothing is said it went well. An outcome is ok, exit, hangs, missing, not_executable, fails, unhealthy or
        running; with more to say it is a mapping with `outcome`, `takes`, `script`, `exit_code`, `log`, `message`.
        """
        from sandbox.services import codedeploy_book, prepare

        place = self._place(account, region)
        prepare("codedeploy")
        told = Told(
            application,
            group,
            self._moment(at).timestamp(),
            revision,
            events=_courses(events),
            targets={name: _courses(course) for name, course in (targets or {}).items()},
            blue=tuple(blue),
            config=config,
            creator=creator,
            description=description,
            denied=denied,
            error=_error(error),
            stopped_s=None if stopped is None else self._moment(stopped).timestamp(),
            stopped_by=stopped_by,
            queued=queued,
            ready=ready,
            ignore_stop_failures=ignore_stop_failures,
        )
        try:
            return codedeploy_book.tell(place, told, _courses(rollback))
        except Exception as failure:
            raise ScenarioError(f"deployment of {application}/{group}: {failure}") from failure

    def agent_stopped(
        self,
        instance: str,
        at: Ago = "1d",
        everything: bool = False,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """The CodeDeploy agent of an instance has not run since; with `everything` the whole instance is silent."""
        from sandbox.services import codedeploy_book, ssm

        place, since_s = self._place(account, region), self._moment(at).timestamp()
        codedeploy_book.silence(place, instance, since_s)
        if everything:
            ssm.silence(place, instance, since_s)


def _error(said: str | tuple[str, str]) -> tuple[str, str] | None:
    if isinstance(said, str):
        return (said, message_of(said)) if said else None
    return said


def _courses(said: Mapping[str, Said] | None) -> dict[str, Happening]:
    return {event: _happening(event, told) for event, told in (said or {}).items()}


def _happening(event: str, said: Said) -> Happening:
    told = {"outcome": said} if isinstance(said, str) else dict(said)
    unknown = sorted(set(told) - set(_WORDS))
    if unknown or told.get("outcome", "ok") not in OUTCOMES:
        wrong = unknown[0] if unknown else f"outcome {told['outcome']!r}"
        known = f"outcomes are {', '.join(OUTCOMES)}; words {', '.join(_WORDS)}"
        raise ScenarioError(f"deployment: {event}: {wrong}: {known}")
    takes = told.pop("takes", None)
    return Happening(takes_s=None if takes is None else seconds(takes), **told)
