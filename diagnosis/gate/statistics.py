"""How likely is it that chance alone did this? The statistics of the gate; the one module that knows scipy.

scipy is loaded when the first deployment is judged: it takes as long as a whole run over a small account.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from statistics import median

LOOKS = ((5.0, 0.001), (10.0, 0.002), (15.0, 0.003), (30.0, 0.004))
"""Minutes after the traffic shift at which the gate looks, and what each look may spend of an error of 1 %."""
CONFIDENCE = 0.95


def fisher(errors: float, requests: float, control_errors: float, control_requests: float, phi: float = 1.0) -> float:
    """The one-sided p-value of Fisher's exact test: so many errors or more, were both arms the same.

    Counts are divided by the dispersion `phi`: errors that come in bursts are fewer independent events than they are
    errors. Rounding is in favour of the deployment.
    """
    from scipy.stats import hypergeom

    seen, of = int(errors / phi), round(requests / phi)
    before, of_before = -int(-control_errors // phi), round(control_requests / phi)
    seen, before = min(seen, of), min(before, of_before)
    return float(hypergeom.sf(seen - 1, of + of_before, seen + before, of)) if of and of_before else 1.0


def dispersion(minutes: Sequence[tuple[float, float]]) -> float:
    """φ = max(1, Pearson χ² / degrees of freedom) of (errors, requests) by minute; 1 where nothing failed."""
    told = [(errors, requests) for errors, requests in minutes if requests > 0]
    total = sum(requests for _, requests in told)
    share = sum(errors for errors, _ in told) / total if total else 0.0
    if len(told) < 2 or not 0 < share < 1:
        return 1.0
    chi = sum((e - n * share) ** 2 / (n * share * (1 - share)) for e, n in told)
    return max(1.0, chi / (len(told) - 1))


def mann_whitney(after: Sequence[float], control: Sequence[float]) -> float:
    """The one-sided p-value that values after the deployment are no larger than those of the control."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(after, control, alternative="greater").pvalue)


def shift(after: Sequence[float], control: Sequence[float]) -> float:
    """Hodges and Lehmann's estimate of by how much values moved: the median of all differences."""
    return median(a - b for a, b in product(after, control))


def at_most(errors: float, requests: float, phi: float = 1.0) -> float:
    """The share of errors that, with 95 % confidence, is not exceeded (Clopper and Pearson's upper bound).

    No error in 300 requests proves less than 1 %, none in 1,000 less than 0.3 %.
    """
    from scipy.stats import beta

    seen, of = -int(-errors // phi), int(requests / phi)
    return float(beta.ppf(CONFIDENCE, seen + 1, of - seen)) if of > seen else 1.0


def alpha(minutes: float) -> float:
    """What a look so many minutes after the traffic shift may spend; 0 before the first look."""
    return max((spent for at, spent in LOOKS if minutes >= at), default=0.0)


def holm(p_values: Sequence[float], level: float, family: int = 0) -> list[bool]:
    """Which of several p-values are significant at a level that holds for all of them together (Holm).

    `family` is how many were tested in all, where that is more than are passed.
    """
    size = max(family, len(p_values))
    significant = [False] * len(p_values)
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        if p_values[index] > level / (size - rank):
            break
        significant[index] = True
    return significant
