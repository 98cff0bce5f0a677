"""How bad is it? Rules of a file, asked in their order, of what a short look found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from diagnosis.causes import CAUSES
from diagnosis.triage import plain_name
from runbook.incidents import Opener, Opening
from runbook.suite import BLIND, HEALTHY, NOTHING, SICK, SuiteRun

RULES = Path(__file__).with_name("severity.yaml")
Severity = Literal["critical", "high", "standard"]
Outcome = Literal["healthy", "sick", "blind", "nothing"]
_OUTCOMES: dict[int, Outcome] = {HEALTHY: "healthy", SICK: "sick", BLIND: "blind", NOTHING: "nothing"}


class RulesError(ValueError):
    """The file of rules cannot be used; the message says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Strict):
    """Conditions that all have to hold; one that is not set holds."""

    outcome: tuple[Outcome, ...] = ()
    hurting_at_least: int = Field(0, ge=0)
    services_at_least: int = Field(0, ge=0)
    services: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    opened_by: tuple[Opener, ...] = ()
    alarms: tuple[str, ...] = ()
    analysis_at_least: int = Field(0, ge=0)

    @field_validator("causes")
    @classmethod
    def _known(cls, causes: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(causes) - CAUSES)
        if unknown:
            raise ValueError(f"no such cause: {', '.join(unknown)}")
        return causes

    def holds(self, picture: Picture) -> bool:
        """Do all of them hold?"""
        alarm = [picture.opening.name] if picture.opening.opener == "alarm" else []
        return (
            (not self.outcome or picture.outcome in self.outcome)
            and picture.hurting >= self.hurting_at_least
            and len(picture.services) >= self.services_at_least
            and (not self.services or _fits(picture.services, self.services))
            and (not self.causes or not picture.causes.isdisjoint(self.causes))
            and (not self.opened_by or picture.opening.opener in self.opened_by)
            and (not self.alarms or _fits(alarm, self.alarms))
            and picture.analysis >= self.analysis_at_least
        )


class Rule(_Strict):
    """A severity, the reason that people read, and when it holds."""

    severity: Severity
    because: str = Field(min_length=1)
    when: When


class Rules(_Strict):
    """The file."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Picture:
    """What is known when severity is decided: the opening, the run's outcome, what hurts, who is hit, and why."""

    opening: Opening
    outcome: Outcome
    hurting: int = 0
    services: frozenset[str] = field(default_factory=frozenset)
    causes: frozenset[str] = field(default_factory=frozenset)
    analysis: int = 1


def picture(opening: Opening, run: SuiteRun, analysis: int) -> Picture:
    """The picture that a run gives: services hit are the subjects of what hurts now and what needs them."""
    hurting = run.findings("now")
    named = {name for one in hurting for name in (one["subject"], *one.get("needed_by", ()))}
    return Picture(
        opening=opening,
        outcome=_OUTCOMES[run.exit],
        hurting=len(hurting),
        services=frozenset(plain_name(name) for name in named),
        causes=frozenset(root["cause"] for root in run.roots),
        analysis=analysis,
    )


def judge(seen: Picture, rules: Rules) -> tuple[Severity, str]:
    """The severity, and why."""
    for rule in rules.rules:
        if rule.when.holds(seen):
            return rule.severity, rule.because
    return "standard", "no rule asks for more"


@lru_cache
def load_rules(path: Path = RULES) -> Rules:
    """The rules of a file. RulesError with the place of what is wrong in it."""
    try:
        read: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Rules.model_validate(read)
    except yaml.YAMLError as error:
        raise RulesError(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RulesError(f"{path.name}: {where}: {first['msg']}") from None


def _fits(names: Iterable[str], patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)
