"""Do replicas keep up, and do slots let go of the log?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from diagnosis.answers import Blind
from diagnosis.causes import Impact
from diagnosis.database.inside import DatabaseCopies, DatabaseInside, DatabasesInside
from diagnosis.database.reported import reported
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class DatabaseReplication:
    """An instance's part in replication. `source` is whose replica it is, "" for a primary.

    `lag_s` is a replica's lag in seconds each minute (-1: it is not replicating), `slot_lag_bytes` what the oldest slot
    of a primary keeps of the log, of a volume of `allocated_bytes` (None: it grows by itself). `trouble` holds RDS's
    words where it says that replication stopped.
    """

    target: Target
    source: str
    trouble: str
    lag_s: Series
    slot_lag_bytes: Series
    log_bytes: Series
    allocated_bytes: float | None
    as_of: datetime


def replication_trouble(
    replication: DatabaseReplication,
    inside: DatabasesInside | Blind,
    *,
    max_lag_s: float = 5,
    lag_minutes: float = 3,
    max_slot_share: float = 0.1,
) -> list[Finding]:
    """A replica that RDS says has stopped, or that was behind by more than `max_lag_s` for `lag_minutes` on end; a
    slot that keeps more than `max_slot_share` of the volume.

    What the database says itself goes before: a standby that replayed all it received has no lag, however old its
    last transaction is.
    """
    seen = inside.of(replication.target) if isinstance(inside, DatabasesInside) else inside
    copies = seen.copies if isinstance(seen, DatabaseInside) else None
    told = copies if isinstance(copies, DatabaseCopies) else None
    return [
        *_stopped(replication),
        *_behind(replication, told, max_lag_s, lag_minutes),
        *_kept(replication, told, max_slot_share),
    ]


def _stopped(replication: DatabaseReplication) -> Iterator[Finding]:
    last = replication.lag_s.last
    if not replication.trouble and not (replication.source and last is not None and last < 0):
        return
    said = replication.trouble or f"ReplicaLag {last:g}"
    yield _finding(
        replication,
        replication.target.name,
        "now",
        "replication stopped, expected it to run",
        (said,),
        "see the replica's error log; where its log is gone, make the replica anew",
        replication.lag_s.onset(lambda value: value < 0),
    )


def _behind(
    replication: DatabaseReplication, told: DatabaseCopies | None, most: float, minutes: float
) -> Iterator[Finding]:
    lag = replication.lag_s
    needed = max(1, int(minutes * 60 / lag.period_s))
    recent = lag.values[-needed:]
    if len(recent) < needed or min(recent) <= most or (told is not None and told.lag_s == 0):
        return
    own = (f"by its own account {told.lag_s:,.0f} s",) if told is not None and told.lag_s is not None else ()
    yield _finding(
        replication,
        replication.target.name,
        "now",
        f"{recent[-1]:,.0f} s behind {replication.source}, expected at most {most:g} s",
        (f"lag {', '.join(f'{value:,.0f}' for value in recent[-5:])} s in the last minutes", *own),
        "see what writes more on the source, and what reads for long on the replica; a class like the source's",
        lag.onset(lambda value: value > most),
    )


def _kept(replication: DatabaseReplication, told: DatabaseCopies | None, most: float) -> Iterator[Finding]:
    allocated = replication.allocated_bytes
    if allocated is None:
        return
    slots = [(slot.name, slot.kept_bytes, slot.is_active) for slot in told.slots] if told else []
    if not slots and replication.slot_lag_bytes.last is not None:
        slots = [("the oldest slot", replication.slot_lag_bytes.last, True)]
    for name, kept, is_active in slots:
        if kept <= most * allocated:
            continue
        logs = replication.log_bytes.last
        found = _finding(
            replication,
            f"{replication.target.name} {name}",
            "soon",
            f"keeps {kept / 1e9:,.1f} GB of the log, expected at most {most:.0%} of the volume",
            (
                f"{name}: {'active' if is_active else 'not active'}",
                *((f"TransactionLogsDiskUsage {logs / 1e9:,.1f} GB",) if logs is not None else ()),
            ),
            "let its consumer catch up, or drop the slot: the log fills the volume until then",
            replication.slot_lag_bytes.onset(lambda value: value > most * allocated),
        )
        # What fills the volume lies behind its being full, and not the other way round: it is a thing of its own.
        yield replace(found, resource=found.subject, needed_by=(replication.target.arn,))


def _finding(
    replication: DatabaseReplication,
    subject: str,
    impact: Impact,
    observed: str,
    evidence: tuple[str, ...],
    remedy: str,
    onset: datetime | None,
) -> Finding:
    return reported(
        replication.target,
        "replication",
        impact,
        observed,
        evidence,
        remedy,
        as_of=replication.as_of,
        subject=subject,
        onset=onset,
        depends_on=(replication.source,) if replication.source else (),
        proven=True,
    )
