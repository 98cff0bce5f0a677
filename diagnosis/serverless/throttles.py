"""Are a function's requests let in, and how much room is left?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.windows import spoken


@dataclass(frozen=True)
class FunctionThrottles:
    """A function's refused requests and its concurrency.

    `throttles` are sums, `concurrency` the maxima of five minutes; refused requests are in neither invocations nor
    errors, and `throttles` has no point where nobody called. `reserved` is the function's own reserved concurrency,
    None without one; `pool` what all functions without one share, `pool_used` the maxima of what they used.
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    """

    target: Target
    throttles: Series
    concurrency: Series
    reserved: int | None
    pool: int
    pool_used: Series
    as_of: datetime

    @property
    def limit(self) -> int:
        """How many executions the function may have at once."""
        return self.pool if self.reserved is None else self.reserved


def throttled(
    function: FunctionThrottles, *, min_periods: int = 2, max_share: float = 0.8, large_share: float = 0.2
) -> list[Finding]:
    """The function, where it may not run at all, requests were refused in `min_periods` periods, or little
    concurrency is left.

    Little is `max_share` of its limit; of a shared limit that all use up together, only those are blamed that use
    `large_share` of it or more. CouldNotTellError where AWS gave no limit.
    """
    refused = [(when, value) for when, value in function.throttles.points if value > 0]
    if function.reserved == 0 and not refused:
        return [_switched_off(function)]
    if len(refused) >= (1 if function.reserved == 0 else max(min_periods, 1)):
        return [_refusal(function, refused[0][0], len(refused))]
    used, all_used = max(function.concurrency.values, default=0.0), max(function.pool_used.values, default=0.0)
    shares = function.reserved is None
    enough = max_share * function.limit
    if shares and function.pool <= 0:
        raise CouldNotTellError(Blind("missing", "lambda:GetAccountSettings gave no concurrency"))
    if function.limit <= 0 or max(used, all_used if shares else 0.0) < enough:
        return []
    if used < enough and used < large_share * function.limit:
        return []
    return [_narrow(function, max(used, all_used) if shares else used, max_share)]


def _switched_off(function: FunctionThrottles) -> Finding:
    """A reserve of nothing before anybody called."""
    name = function.target.name
    return Finding(
        subject=name,
        place=function.target.place,
        cause="config",
        impact="soon",
        symptom=f"{name}: reserved concurrency 0 refuses every request, expected to be able to run",
        evidence=("ReservedConcurrentExecutions 0", "nobody called it in the window"),
        why=_OFF,
        remedy=_TURN_ON,
        resource=function.target.arn,
        as_of=function.as_of,
        proven=True,
        link=console.function(function.target.place, name),
        command=aws("lambda", "get-function-concurrency", "--function-name", name),
    )


def _refusal(function: FunctionThrottles, onset: datetime, periods: int) -> Finding:
    name, total = function.target.name, function.throttles.total
    off = function.reserved == 0
    period = spoken(timedelta(seconds=function.throttles.period_s))
    remedy = "raise the function's reserved concurrency or the account's limit, or slow its callers down"
    return Finding(
        subject=name,
        place=function.target.place,
        cause="config" if off else "throttled",
        impact="now",
        symptom=f"{name}: {total:,.0f} invocations throttled, expected none",
        evidence=(f"Throttles {total:,.0f} in {periods} periods of {period}", _room(function), *_pool(function)),
        why=_OFF if off else _why(function),
        remedy=_TURN_ON if off else remedy,
        resource=function.target.arn,
        onset=onset,
        as_of=function.as_of,
        proven=True,
        link=console.function(function.target.place, name),
        command=aws("lambda", "get-function-concurrency", "--function-name", name),
    )


_OFF = "its reserved concurrency is 0, which switches it off"
_TURN_ON = "remove the reserved concurrency of 0, if the function is meant to run"


def _why(function: FunctionThrottles) -> str:
    if function.reserved is not None:
        return f"its reserved concurrency of {function.reserved:,} is used up"
    if max(function.pool_used.values, default=0.0) >= 0.9 * function.pool:
        return f"the account's unreserved concurrency of {function.pool:,} is used up"
    return ""


def _room(function: FunctionThrottles) -> str:
    used = f"{max(function.concurrency.values):,.0f}" if function.concurrency else "no point"
    whose = "unreserved, shared by the account" if function.reserved is None else "reserved for the function"
    return f"ConcurrentExecutions maximum {used}, limit {function.limit:,} ({whose})"


def _pool(function: FunctionThrottles) -> tuple[str, ...]:
    """What all functions without a reserve use together, where this is one of them."""
    if function.reserved is not None or not function.pool_used:
        return ()
    return (f"UnreservedConcurrentExecutions maximum {max(function.pool_used.values):,.0f} of {function.pool:,}",)


def _narrow(function: FunctionThrottles, all_used: float, max_share: float) -> Finding:
    name = function.target.name
    share = all_used / function.limit
    return Finding(
        subject=name,
        place=function.target.place,
        cause="throttled",
        impact="soon",
        symptom=f"{name}: {share:.0%} of its concurrency used, expected below {max_share:.0%}",
        evidence=(_room(function), *_pool(function)),
        remedy="raise the limit before the next peak, or make the function faster",
        resource=function.target.arn,
        as_of=function.as_of,
        link=console.function(function.target.place, name),
        command=aws("lambda", "get-account-settings"),
    )
