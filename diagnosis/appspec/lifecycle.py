"""Which life-cycle events may have hooks on each compute platform?

See "AppSpec 'hooks' section" in the CodeDeploy user guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from diagnosis.appspec.document import Scalar
from diagnosis.appspec.problems import Problem, meant, one_of, problem

Platform = Literal["EC2/On-premises", "Amazon ECS", "AWS Lambda"]

HOOKS: dict[Platform, tuple[str, ...]] = {
    "EC2/On-premises": (
        "ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService",
        "BeforeBlockTraffic", "AfterBlockTraffic", "BeforeAllowTraffic", "AfterAllowTraffic",
    ),
    "Amazon ECS": (
        "BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic",
    ),
    "AWS Lambda": ("BeforeAllowTraffic", "AfterAllowTraffic"),
}  # fmt: skip

RESERVED: dict[Platform, tuple[str, ...]] = {
    "EC2/On-premises": ("Start", "DownloadBundle", "Install", "BlockTraffic", "AllowTraffic", "End"),
    "Amazon ECS": ("Start", "Install", "TestTraffic", "AllowTestTraffic", "AllowTraffic", "End"),
    "AWS Lambda": ("Start", "AllowTraffic", "End"),
}


def check_event(key: Scalar, platform: Platform) -> Iterator[Problem]:
    """A hook's event that this platform does not have, reserves for itself, or spells otherwise."""
    name, known = key.text, HOOKS[platform]
    if name in known:
        return
    if name in RESERVED[platform]:
        yield problem(key, f"a hook for {name}, which CodeDeploy reserves for itself", f"one of {one_of(known)}")
        return
    owner = next((other for other, names in HOOKS.items() if name in names), None)
    guess = meant(name, known)
    if owner:
        yield problem(key, f"the hook {name}, which belongs to {owner}", f"for {platform} one of {one_of(known)}")
    elif guess and guess.lower() == name.lower():
        yield problem(key, f"the hook {name!r} in the wrong case", f"{guess!r}")
    else:
        yield problem(key, f"the unknown hook {name!r}", f"{guess!r}" if guess else f"one of {one_of(known)}")
