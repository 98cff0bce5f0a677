"""Do active sessions work, or do most of them wait for one thing?"""

from __future__ import annotations

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.database.inside import DatabaseWaits
from diagnosis.exhibits import Bars
from diagnosis.findings import Finding

CPU = "CPU"
_MEANINGS: tuple[tuple[tuple[str, ...], Cause, str, str], ...] = (
    (
        ("Lock:", "lock/", "synch/mutex", "wait/lock", "wait/io/table/sql/handler/lock", "innodb row lock"),
        "lock",
        "sessions wait for rows or tables that another transaction holds",
        "find the root blocker (test_no_session_blocks_others) and keep transactions short",
    ),
    (
        ("IO:WAL", "IO:XactSync", "LWLock:WAL", "wait/io/file/innodb/innodb_log", "wait/io/file/sql/binlog"),
        "io",
        "commits wait for the log to be written",
        "commit in larger batches, and look at write latency and at the volume's IOPS",
    ),
    (
        ("IO:", "LWLock:BufferIO", "LWLock:DataFile", "wait/io/file", "wait/io/aurora"),
        "io",
        "pages are read from storage instead of from memory",
        "find the statement that reads most, index what it filters by, then look at memory and IOPS",
    ),
    (
        ("LWLock:BufferContent", "LWLock:buffer_content", "LWLock:BufferMapping", "LWLock:buffer_mapping"),
        "cpu",
        "sessions contend for the same pages in memory",
        "spread hot rows and hot index pages, and read fewer pages",
    ),
    (
        ("LWLock:LockManager", "LWLock:lock_manager"),
        "lock",
        "statements take more locks than fit the fast path: many partitions or indexes are touched at once",
        "let statements prune partitions, and drop unused indexes",
    ),
    (
        ("Client:", "wait/io/socket"),
        "network",
        "the database waits for its clients to read or to send",
        "look at the clients: slow readers, large results, work between statements of a transaction",
    ),
    (("IPC:", "Extension:", "Timeout:"), "slow_query", "sessions wait for other processes of the server, or sleep",
     "see which statement it is: parallel workers, pg_sleep, an extension"),
)  # fmt: skip
"""By the beginnings of a wait's name, PostgreSQL's and MySQL's: the cause it amounts to, its meaning, and what to do.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Tuning.html
"""


def meaning(wait: str) -> tuple[Cause, str, str]:
    """The cause that a wait amounts to, what it means, and what to do about it."""
    for beginnings, cause, means, remedy in _MEANINGS:
        if wait.startswith(beginnings) or any(wait.lower().startswith(word.lower()) for word in beginnings):
            return cause, means, remedy
    return "unknown", f"sessions wait for {wait}", "look the wait up in the engine's documentation"


def crowded_waits(waits: DatabaseWaits, *, min_active: float = 5, max_share: float = 0.5) -> list[Finding]:
    """The database, where one wait that is not CPU holds more than `max_share` of at least `min_active` sessions."""
    active = sum(share.sessions for share in waits.waits)
    if active < min_active or not waits.waits:
        return []
    top = max(waits.waits, key=lambda share: (share.wait != CPU, share.sessions))
    if top.wait == CPU or top.sessions <= max_share * active:
        return []
    cause, means, remedy = meaning(top.wait)
    name = waits.target.name
    others = sorted(waits.waits, key=lambda share: -share.sessions)[:5]
    return [
        Finding(
            subject=name,
            place=waits.target.place,
            cause=cause,
            impact="now",
            symptom=f"{name}: {top.sessions / active:.0%} of {active:.1f} active sessions wait for {top.wait}, "
            f"expected at most {max_share:.0%} for one thing",
            evidence=(waits.source, ", ".join(f"{share.wait} {share.sessions:.1f}" for share in others)),
            why=means,
            remedy=remedy,
            resource=waits.target.arn,
            as_of=waits.as_of,
            link=console.database(waits.target.place, name),
            command=aws("rds", "describe-db-instances", "--db-instance-identifier", name),
            exhibits=(
                Bars(f"{name}: load by what is waited for", "sessions", tuple((o.wait, o.sessions) for o in others)),
            ),
        )
    ]
