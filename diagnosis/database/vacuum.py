"""Are dead rows removed, old transactions frozen, and do sequences have numbers left?"""

from __future__ import annotations

from collections.abc import Iterator

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Impact
from diagnosis.database.inside import DatabaseVacuum
from diagnosis.database.reported import reported
from diagnosis.findings import Finding
from diagnosis.windows import spoken


def neglected_tables(
    vacuum: DatabaseVacuum,
    *,
    max_dead_share: float = 0.2,
    min_dead: float = 10_000,
    soon_age: float = 1e9,
    now_age: float = 1.5e9,
    max_sequence_share: float = 0.85,
) -> list[Finding]:
    """Tables with more dead rows than `min_dead` and `max_dead_share` of all; databases whose oldest transaction or
    multixact is older than `soon_age`; sequences beyond `max_sequence_share` of what their column can hold.

    At 2^31 transactions PostgreSQL stops taking writes. CouldNotTellError where a sequence could not be read and
    nothing else is amiss.
    """
    found = [
        *_bloat(vacuum, max_dead_share, min_dead),
        *_wraparound(vacuum, soon_age, now_age),
        *_exhaustion(vacuum, max_sequence_share),
    ]
    if vacuum.unread and not found:
        few = ", ".join(vacuum.unread[:5]) + (" and others" if len(vacuum.unread) > 5 else "")
        reason = f"{vacuum.target.name}: the role may not read sequences ({few}): GRANT SELECT ON them"
        raise CouldNotTellError(Blind("denied", reason))
    return found


def _bloat(vacuum: DatabaseVacuum, max_share: float, least: float) -> Iterator[Finding]:
    for table in vacuum.tables:
        rows = table.dead + table.live
        if table.dead <= least or table.dead <= max_share * rows:
            continue
        cleaned = f"last vacuumed {spoken(vacuum.as_of - table.vacuumed)} ago" if table.vacuumed else "never vacuumed"
        yield _finding(
            vacuum,
            table.table,
            "soon",
            f"{table.dead / rows:.0%} of rows are dead, expected at most {max_share:.0%}",
            (f"{table.dead:,.0f} dead and {table.live:,.0f} live rows, {cleaned}", *vacuum.holders[:3]),
            "end what keeps old rows: " + vacuum.holders[0]
            if vacuum.holders
            else f"VACUUM (ANALYZE) {table.table}, and let autovacuum come earlier: autovacuum_vacuum_scale_factor",
        )


def _wraparound(vacuum: DatabaseVacuum, soon: float, now: float) -> Iterator[Finding]:
    for database in vacuum.ages:
        age = max(database.transactions, database.multixacts)
        if age <= soon:
            continue
        kind = "transactions" if database.transactions >= database.multixacts else "multixacts"
        yield _finding(
            vacuum,
            f"database {database.name}",
            "now" if age > now else "soon",
            f"{age:,.0f} {kind} since the last freeze, expected at most {soon:,.0f}",
            (f"writes stop {2**31 - age:,.0f} {kind} from now", *vacuum.holders[:3]),
            "end old transactions and drop unused replication slots, then VACUUM (FREEZE) the oldest tables",
        )


def _exhaustion(vacuum: DatabaseVacuum, max_share: float) -> Iterator[Finding]:
    for sequence in vacuum.sequences:
        if sequence.last is None or sequence.last <= max_share * sequence.most:
            continue
        share = sequence.last / sequence.most
        yield _finding(
            vacuum,
            sequence.column or sequence.name,
            "now" if share >= 1 else "soon",
            f"{share:.0%} of the numbers of {sequence.type} are used, expected at most {max_share:.0%}",
            (f"sequence {sequence.name} at {sequence.last:,.0f} of {sequence.most:,.0f}",),
            f"change {sequence.column or sequence.name} to bigint before its inserts fail",
        )


def _finding(
    vacuum: DatabaseVacuum, subject: str, impact: Impact, observed: str, evidence: tuple[str, ...], remedy: str
) -> Finding:
    about = f"{vacuum.target.name} {subject}"
    return reported(
        vacuum.target, "vacuum", impact, observed, evidence, remedy, as_of=vacuum.as_of, subject=about, proven=True
    )
