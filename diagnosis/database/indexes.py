"""Do tables have the indexes that their readers need, and need those that they have?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from diagnosis.answers import Absent
from diagnosis.causes import Cause, Impact
from diagnosis.database.candidates import candidates
from diagnosis.database.inside import DatabaseIndexes, IndexUse, TableUse
from diagnosis.database.reported import reported
from diagnosis.findings import Finding
from diagnosis.windows import spoken

LEAST_ROWS = 10_000
"""Below it the planner rightly reads a table from end to end."""
_EARLY = timedelta(days=1)
_UNUSED_AFTER = timedelta(days=7)
_RECENT = timedelta(hours=1)
_STATEMENTS = {"postgres": "pg_stat_statements", "mysql": "sys.statements_with_full_table_scans"}


def too_early(indexes: DatabaseIndexes) -> Absent | None:
    """Why nothing can be said yet: statistics that were reset within a day count too little.

    None where they can be judged, or where something is amiss that needs no statistics.
    """
    since = indexes.since
    if since is None or indexes.as_of - since >= _EARLY or [*_invalid(indexes), *_duplicates(indexes)]:
        return None
    age = spoken(indexes.as_of - since)
    return Absent(f"too early to say: the statistics of {indexes.target.name} were reset {age} ago, expected 1 d ago")


def index_trouble(
    indexes: DatabaseIndexes,
    *,
    min_share: float = 0.95,
    min_rows: float = LEAST_ROWS,
    min_scans: float = 10,
    min_unused_mb: float = 10,
) -> list[Finding]:
    """Tables of at least `min_rows` that are read from end to end, `min_scans` times or more, in more than
    1 - `min_share` of their reads; indexes that are not valid; and, as hygiene, duplicates and those of at least
    `min_unused_mb` that nothing uses.

    A table that was never read says nothing. Counters that were reset within a day are not judged.
    """
    found = list(_invalid(indexes))
    if indexes.since is None or indexes.as_of - indexes.since >= _EARLY:
        found += [
            _missing(indexes, table, share, min_share)
            for table in indexes.tables
            if (share := _share(table)) is not None
            and share < min_share
            and table.rows >= min_rows
            and table.scans >= min_scans
            and _still_scanned(indexes, table)
        ]
    return found + list(_duplicates(indexes)) + list(_unused(indexes, min_unused_mb))


def _share(table: TableUse) -> float | None:
    """How many of its reads went through an index; None for a table that was never read."""
    reads = table.scans + table.index_scans
    return table.index_scans / reads if reads else None


def _still_scanned(indexes: DatabaseIndexes, table: TableUse) -> bool:
    return table.last_scan is None or indexes.as_of - table.last_scan < _EARLY


def _missing(indexes: DatabaseIndexes, table: TableUse, share: float, min_share: float) -> Finding:
    wanted = candidates(table, indexes.indexes, indexes.statements)
    hurts = table.last_scan is not None and indexes.as_of - table.last_scan < _RECENT
    since = f"since {indexes.since:%Y-%m-%d %H:%M}Z" if indexes.since else "since the database was made"
    reads = f"{table.scans:,} reads from end to end and {table.index_scans:,} through an index {since}"
    each = table.scanned_rows / table.scans if table.scans else 0
    evidence = [reads, f"about {table.rows:,.0f} rows, {each:,.0f} read each time"]
    if table.last_scan:
        evidence.append(f"last read from end to end at {table.last_scan:%H:%M:%SZ}")
    if wanted:
        evidence.append(f"candidate columns: {'; '.join(wanted)}")
    return _finding(
        indexes,
        table.name,
        "missing_index",
        "now" if hurts else "soon",
        f"{share:.0%} of reads use an index, expected at least {min_share:.0%}",
        tuple(evidence),
        why=f"{table.name} has no index for what it is asked" + (f" ({wanted[0]})" if wanted else ""),
        remedy=f"CREATE INDEX CONCURRENTLY ON {table.name} ({wanted[0]})"
        if wanted
        else f"index what its readers filter by: see their plans ({_STATEMENTS[indexes.engine]}, EXPLAIN)",
    )


def _invalid(indexes: DatabaseIndexes) -> Iterator[Finding]:
    for index in indexes.indexes:
        if index.is_valid or index.is_being_built:
            continue
        yield _finding(
            indexes,
            index.name,
            "missing_index",
            "soon",
            "index is not valid, expected valid",
            (f"on {index.table} ({', '.join(index.columns)}): indisvalid is false",),
            why="a concurrent build failed: the index is kept up to date by every write and used by no query",
            remedy=f"{_drop(indexes, index)}, see why the build failed, and build it again",
        )


def _duplicates(indexes: DatabaseIndexes) -> Iterator[Finding]:
    valid = [index for index in indexes.indexes if index.is_valid and not index.is_being_built]
    for index in valid:
        others = [other for other in valid if other is not index and _covers(other, index)]
        if others:
            yield _finding(
                indexes,
                index.name,
                "config",
                "hygiene",
                f"duplicates {others[0].name}, expected one index for these columns",
                (f"{index.size_bytes / 1e6:,.1f} MB on {index.table} ({', '.join(index.columns)})",),
                remedy=_drop(indexes, index),
            )


def _covers(other: IndexUse, index: IndexUse) -> bool:
    """Whether the other one does all that this one does; of two that are alike, the one named last goes."""
    same = (other.table, other.definition) == (index.table, index.definition)
    return same and not index.enforces and (other.enforces or other.name < index.name)


def _unused(indexes: DatabaseIndexes, min_mb: float) -> Iterator[Finding]:
    """A replica's scans are counted on the replica: where there is one, nothing is called unused."""
    begin = indexes.since or indexes.created
    if not indexes.is_alone or begin is None or indexes.as_of - begin < _UNUSED_AFTER:
        return
    for index in indexes.indexes:
        if index.scans or index.enforces or not index.is_valid or index.size_bytes < min_mb * 1e6:
            continue
        size, is_mysql = f"{index.size_bytes / 1e6:,.1f} MB", indexes.engine == "mysql"
        takes = f"all of {index.table}: {size}" if is_mysql else f"{size} on {index.table}"
        yield _finding(
            indexes,
            f"{index.table}.{index.name}" if is_mysql else index.name,
            "config",
            "hygiene",
            "no query uses the index, expected some",
            (f"0 scans since {begin:%Y-%m-%d}", takes),
            remedy=f"{_drop(indexes, index)}, unless something runs more rarely than the statistics reach",
        )


def _drop(indexes: DatabaseIndexes, index: IndexUse) -> str:
    if indexes.engine == "mysql":
        return f"DROP INDEX {index.name} ON {index.table}"
    return f"DROP INDEX CONCURRENTLY {index.name}"


def _finding(
    indexes: DatabaseIndexes,
    subject: str,
    cause: Cause,
    impact: Impact,
    observed: str,
    evidence: Sequence[str],
    *,
    remedy: str,
    why: str = "",
) -> Finding:
    return reported(
        indexes.target,
        cause,
        impact,
        observed,
        evidence,
        remedy,
        as_of=indexes.as_of,
        subject=f"{indexes.target.name} {indexes.database}.{subject}",
        why=why,
        proven=impact != "hygiene",
    )
