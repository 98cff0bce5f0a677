"""How often is the gate wrong? Simulated deployments, harmless and harmful, printed as tables: `python bench/gate.py`.

Traffic follows the day, errors are overdispersed (a gamma-distributed rate from minute to minute) and differ from day
to day, and percentiles are correlated from block to block. The gate looks once at each, after 9 to 40 minutes.
"""

import math
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from diagnosis.answers import CouldNotTellError
from diagnosis.gate.deployed import Deployed
from diagnosis.gate.harm import harm
from diagnosis.gate.signals import Measured, Signal
from diagnosis.places import Place
from diagnosis.series import Series
from diagnosis.targets import Target

DEPLOYMENTS = 1_000
PLACE = Place("123456789012", "eu-west-1")
TARGET = Target("deployment", PLACE, "shop/checkout", "arn:aws:ecs:eu-west-1:123456789012:service/shop/checkout")
TRAFFIC = (2, 10, 30, 100, 300, 1_000)
"""Requests a minute at the mean of a day."""
BASE_SHARES = (0.0, 0.0005, 0.001, 0.005, 0.01)
BURSTS = (0.0, 0.5, 2.0)
"""Variance of the relative error rate from minute to minute."""
Effect = tuple[str, float, float]
EFFECTS: tuple[Effect, ...] = (
    ("errors +0.5 points", 0.005, 1.0),
    ("errors +1 point", 0.01, 1.0),
    ("errors +2 points", 0.02, 1.0),
    ("errors +10 points", 0.1, 1.0),
    ("p95 x 1.2", 0.0, 1.2),
    ("p95 x 1.5", 0.0, 1.5),
)


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson number; by the normal approximation where it is large."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def day(
    chance: random.Random, start: datetime, minutes: int, world: dict[str, float], since: int | None
) -> list[Signal]:
    """Errors and p95 of a stretch, as (errors, requests, p95 of two minutes) series; harm begins at minute `since`."""
    share = world["share"] * chance.lognormvariate(0, 0.15)
    errors, requests, blocks = [], [], []
    drift = 0.0
    for minute in range(minutes):
        moment = start + timedelta(minutes=minute)
        wave = 1 + 0.5 * math.cos(2 * math.pi * (moment.hour * 60 + moment.minute - world["peak"]) / 1440)
        arrived = poisson(chance, world["traffic"] * wave * max(0.1, chance.gauss(1, 0.05)))
        harmed = since is not None and minute >= since
        burst = chance.gammavariate(1 / world["burst"], world["burst"]) if world["burst"] else 1.0
        rate = share * burst + (world["more"] if harmed else 0.0)
        requests.append((moment, float(arrived)))
        errors.append((moment, float(min(arrived, poisson(chance, arrived * rate)))))
        drift = 0.6 * drift + chance.gauss(0, 0.05)
        if minute % 2 == 0:
            slower = world["slower"] if harmed else 1.0
            blocks.append((moment, 0.3 * (1 + 0.1 * (wave - 1)) * math.exp(drift) * slower))
    sums = Series(60, tuple(p for p in requests if p[1]))
    failed = Series(60, tuple(p for p in errors if p[1]))
    return [Measured(failed, sums), Measured(Series(120, tuple(blocks)), sums)]  # type: ignore[list-item]


def deployment(chance: random.Random, more: float, slower: float, traffic: float) -> Deployed:
    """One deployment, looked at after some minutes."""
    world = {
        "share": chance.choice(BASE_SHARES),
        "burst": chance.choice(BURSTS),
        "traffic": traffic,
        "peak": chance.uniform(0, 1440),
        "more": more,
        "slower": slower,
    }
    began = datetime(2026, 3, 4, tzinfo=UTC) + timedelta(minutes=chance.randrange(1440))
    looked = chance.randrange(9, 41)
    start, minutes = began - timedelta(minutes=60), 60 + 5 + looked - 2
    shifted = began + timedelta(minutes=5)
    now = day(chance, start, minutes, world, 62)
    days = [(timedelta(days=d), day(chance, start - timedelta(days=d), minutes, world, None)) for d in (1, 7)]
    kinds = (("HTTPCode_Target_5XX_Count", "ratio", "", 0.0), ("TargetResponseTime p95", "latency", "s", 0.05))
    signals = tuple(
        Signal("checkout", "tg", name, kind, now[i], None, tuple((ago, d[i]) for ago, d in days), unit, floor)  # type: ignore[arg-type, misc]
        for i, (name, kind, unit, floor) in enumerate(kinds)
    )
    end = shifted + timedelta(minutes=looked)
    return Deployed(TARGET, "deployment d-1", began, shifted, signals, began, end, family=2)


def verdict(deployed: Deployed) -> str:
    """Red, green or inconclusive."""
    try:
        return "red" if harm(deployed) else "green"
    except CouldNotTellError:
        return "inconclusive"


def table(title: str, rows: dict[str, list[Counter[str]]]) -> None:
    """Red and inconclusive shares by traffic."""
    print(f"\n{title:<22}" + "".join(f"{f'{traffic:,}/min':>16}" for traffic in TRAFFIC))
    for name, counts in rows.items():
        cells = (f"{c['red'] / c.total():.1%} / {c['inconclusive'] / c.total():.0%}" for c in counts)
        print(f"{name:<22}" + "".join(f"{cell:>16}" for cell in cells))


def said(name: str, counts: Counter[str]) -> str:
    """How many there were, and what the gate made of them."""
    shares = (f"{counts[word] / counts.total():.2%} {word}" for word in ("red", "green", "inconclusive"))
    return f"{counts.total():,} {name}: {', '.join(shares)}"


def main(number: int = DEPLOYMENTS) -> int:
    """1 where one in a hundred harmless deployments or more is red."""
    chance, began = random.Random(4), time.monotonic()
    each = max(1, -(-number // len(TRAFFIC)))
    harmless = [Counter(verdict(deployment(chance, 0.0, 1.0, t)) for _ in range(each)) for t in TRAFFIC]
    table("red / inconclusive", {"harmless": harmless})
    each = max(1, -(-number // (len(TRAFFIC) * len(EFFECTS))))
    harmful = {
        name: [Counter(verdict(deployment(chance, more, slower, t)) for _ in range(each)) for t in TRAFFIC]
        for name, more, slower in EFFECTS
    }
    table("red / inconclusive", harmful)
    counts = sum(harmless, Counter())
    print(f"\n{said('harmless', counts)}")
    print(said("harmful", sum((c for several in harmful.values() for c in several), Counter())))
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if counts["red"] >= 0.01 * counts.total() else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else DEPLOYMENTS))
