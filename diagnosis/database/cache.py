"""Do reads come from memory?"""

from __future__ import annotations

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.database.inside import CacheUse
from diagnosis.findings import Finding


def cold_cache(cache: CacheUse, *, min_share: float = 0.9, min_reads: float = 1_000_000) -> list[Finding]:
    """The database, where fewer than `min_share` of at least `min_reads` blocks were found in memory.

    A fresh server reads everything once, so that few reads say nothing. A block that the operating system had in its
    own cache counts as read.
    """
    total = cache.hits + cache.reads
    if total < min_reads or cache.hits >= min_share * total:
        return []
    name = cache.target.name
    since = f"since {cache.since:%Y-%m-%d %H:%M}Z" if cache.since else "since the database was made"
    return [
        Finding(
            subject=name,
            place=cache.target.place,
            cause="memory",
            impact="hygiene",
            symptom=f"{name}: {cache.hits / total:.0%} of blocks found in memory, expected at least {min_share:.0%}",
            evidence=(f"{cache.hits:,.0f} found and {cache.reads:,.0f} read {since}",),
            remedy="find the statements that read most (test_indexes_are_used), then think of more memory",
            resource=cache.target.arn,
            as_of=cache.as_of,
            link=console.database(cache.target.place, name),
            command=aws("rds", "describe-db-instances", "--db-instance-identifier", name),
        )
    ]
