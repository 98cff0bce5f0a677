"""Verbs: how the application behind a load balancer's target behaves."""

from __future__ import annotations

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.services.behaviour import Behaviour, behaviours
from sandbox.world.base import Verbs


class TargetVerbs(Verbs):
    """`target_answers` and `target_registered`."""

    def target_answers(
        self,
        target_group: str,
        target: str,
        answer: int | str = 200,
        takes_s: float = 0.05,
        at: Ago = "30d",
        port: int | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Since `at` the application on a target answers health checks so.

        `answer` is a status code, `"refuses"` (nothing listens) or `"silent"` (it listens and never answers), and
        `takes_s` how long it takes. Without this verb an application answers 200 at once. Whether the health check
        gets through is a matter of security groups, network ACLs and its own settings, not of this verb.
        `target_group` is a name or an ARN, `target` an instance id, an address, or `*`.
        """
        if isinstance(answer, str) and answer not in ("refuses", "silent"):
            raise ScenarioError(f"target_answers: answer {answer!r}: a status code, 'refuses' or 'silent'")
        behaviours(*self._place(account, region)).add(
            _name(target_group), target, port, Behaviour(self._moment(at).timestamp(), answer, takes_s)
        )

    def target_registered(
        self,
        target_group: str,
        target: str,
        at: Ago,
        port: int | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A target was registered at that time; one that a scenario registers counts as registered long ago."""
        behaviours(*self._place(account, region)).state_registered(
            _name(target_group), target, port, self._moment(at).timestamp()
        )


def _name(target_group: str) -> str:
    return target_group.split(":targetgroup/")[1].split("/")[0] if target_group.startswith("arn:") else target_group
