"""Does what runs have the version that was meant to run?"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target
from diagnosis.windows import spoken

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TASK_DEFINITION = re.compile(r"(?:.*:task-definition/)?([\w-]+):(\d+)")


@dataclass(frozen=True)
class Running:
    """The version that a service or alias runs, and how it came to it.

    For a service `version` is the task definition as `family:revision`, `images` the containers' images with tags and
    digests as far as they are known; of a rollout under way it is the new one. For an alias `version` is the function's
    version and `weights` the share of other versions. `rolled_back` says that the newest rollout was taken back.
    `unmoved` is how long at least the weights have stood, None where nobody knows and where there are none.
    `expected` is what `--expect` says of this target, empty where it says nothing.
    """

    target: Target
    kind: Literal["service", "alias"]
    version: str
    as_of: datetime
    images: tuple[str, ...] = ()
    expected: str = ""
    rolled_back: bool = False
    weights: tuple[tuple[str, float], ...] = ()
    unmoved: timedelta | None = None
    unread: str = ""
    """Why the images' digests or the weights' age could not be read; empty where they could."""
    unmet: tuple[str, ...] = ()
    """Each `--expect` that speaks of something else than this."""


def expectation(running_name: str, expected: Sequence[str]) -> str:
    """What `--expect` says of one target: `NAME=VERSION` of this one, else a VERSION for all.

    A name is a service's or alias's whole name or its last part.
    """
    own = [text.partition("=")[2] for text in expected if _is_of(text, running_name)]
    general = [text for text in expected if "=" not in text]
    return (own or general or [""])[-1]


def of_others(running_name: str, expected: Sequence[str], refused: str = "") -> tuple[str, ...]:
    """Each `--expect` whose name is not this one's or whose version is `refused`, as it was typed."""
    texts = (text for text in expected if ("=" in text and not _is_of(text, running_name)) or _version(text) == refused)
    return tuple(f"--expect {text}" for text in texts)


def _version(text: str) -> str:
    return text.partition("=")[2] or text


def _is_of(text: str, name: str) -> bool:
    owner, equals, _ = text.partition("=")
    return bool(equals) and owner in (name, re.split(r"[/:]", name)[-1], re.split(r"[/:]", name)[0])


def unintended_versions(running: Running, *, hours_unmoved: float = 1) -> list[Finding]:
    """The service or alias that does not run the expected version, or whose traffic stands between two.

    A service in the middle of a rollout to the expected version is well. CouldNotTellError where the images' digests or
    the age of the weights are needed and nobody could read them.
    """
    if running.weights:
        stuck = _stuck_shift(running, timedelta(hours=hours_unmoved))
        if stuck:
            return [stuck]
    if not running.expected or not applies(running, running.expected) or runs(running, running.expected):
        return []
    if running.unread and running.kind == "service" and not _TASK_DEFINITION.fullmatch(running.expected):
        raise CouldNotTellError(Blind("not_observed", running.unread))
    return [_other_version(running, running.expected)]


def nothing_to_judge(running: Running) -> Absent | None:
    """Why there is nothing to judge: no version was asked for, or one of another kind of thing."""
    if running.weights:
        return None
    if not running.expected:
        return Absent("no --expect, and no traffic between two versions", running.unmet)
    if not applies(running, running.expected):
        reason = f"--expect {running.expected} is no version of a {running.kind} such as this"
        return Absent(reason, running.unmet)
    return None


def applies(running: Running, expected: str) -> bool:
    """Whether such a version can be this thing's: a task definition is its family's, a number an alias's.

    A number is a service's as well where the tags of its images are numbers, or where nobody could read them.
    """
    if running.kind == "alias":
        return expected.isdigit()
    if expected.isdigit():
        return bool(running.unread) or any(tag.isdigit() for tag in map(_tag, running.images))
    named = _TASK_DEFINITION.fullmatch(expected)
    if named and not _DIGEST.fullmatch(expected) and named[1] == running.version.split(":", maxsplit=1)[0]:
        return True
    return not (named and "task-definition/" in expected)


def _tag(image: str) -> str:
    return image.rsplit("/", 1)[-1].partition("@")[0].partition(":")[2]


def speaks_of_another(expected: str, family: str, families: Collection[str]) -> bool:
    """Whether a `family:revision` names the task definition of another of the services, whose families are known.

    Where none of them has it, it may be an image's tag, or a mistake: then it is asked of all.
    """
    named = _TASK_DEFINITION.fullmatch(expected)
    return named is not None and named[1] != family and named[1] in families


def runs(running: Running, expected: str) -> bool:
    """Whether this version is what runs."""
    if running.kind == "alias":
        return running.version == expected and not running.weights
    named = _TASK_DEFINITION.fullmatch(expected)
    if named and f"{named[1]}:{named[2]}" == running.version:
        return True
    return any(image == expected or image.endswith((f":{expected}", f"@{expected}")) for image in running.images)


def _stuck_shift(running: Running, bound: timedelta) -> Finding | None:
    if running.unmoved is None:
        raise CouldNotTellError(Blind("not_observed", running.unread or "not observed: when the weights were set"))
    if running.unmoved <= bound:
        return None
    shares = ", ".join(f"{share:.0%} to version {version}" for version, share in running.weights)
    rest = 1 - sum(share for _, share in running.weights)
    return _finding(
        running,
        "config",
        f"{shares} and {rest:.0%} to version {running.version} for more than {spoken(running.unmoved)}, expected a "
        f"shift that ends within {spoken(bound)}",
        "finish the shift, or take the weights back: aws lambda update-alias --routing-config",
    )


def _other_version(running: Running, expected: str) -> Finding:
    said = f"runs {running.version}" + (f" ({', '.join(running.images)})" if running.images else "")
    if running.weights:
        said += " beside " + ", ".join(f"version {version}" for version, _ in running.weights)
    cause: Cause = "rollback" if running.rolled_back else "config"
    remedy = "open the failed revision before deploying again" if running.rolled_back else f"deploy {expected}"
    return _finding(running, cause, f"{said}, expected {expected}", remedy)


def _finding(running: Running, cause: Cause, observed: str, remedy: str) -> Finding:
    place, name = running.target.place, running.target.name
    if running.kind == "alias":
        function, _, alias = name.partition(":")
        link = console.link(place, "lambda/home", f"/functions/{function}/aliases/{alias}")
        command = aws("lambda", "get-alias", "--function-name", function, "--name", alias)
    else:
        cluster, _, service = name.partition("/")
        link = console.link(place, f"ecs/v2/clusters/{cluster}/services/{service}")
        command = aws("ecs", "describe-services", "--cluster", cluster, "--services", service)
    return Finding(
        subject=name,
        place=place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {observed}",
        evidence=(f"version {running.version}", *running.images),
        remedy=remedy,
        resource=running.target.arn,
        as_of=running.as_of,
        proven=True,
        link=link,
        command=command,
    )
