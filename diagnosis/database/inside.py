"""What does a database say of itself? Its sessions, tables, indexes, rows to clean up and copies, as SQL shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis.answers import Absent, Blind
from diagnosis.targets import Target

PREPARED = 0
"""The process id that PostgreSQL gives for a prepared transaction that blocks others: there is no session."""


@dataclass(frozen=True)
class Session:
    """One session. Times are seconds until now, None where there is none; `query` has no literals.

    `state` is the engine's word (`active`, `idle in transaction`); `wait` reads `Lock:transactionid`, empty for a
    session that waits for nothing. `blocked_by` holds the ids of the sessions that it waits for, queued ones included.
    """

    pid: int
    user: str
    application: str
    database: str
    state: str
    wait: str
    query: str
    is_client: bool
    transaction_s: float | None = None
    query_s: float | None = None
    state_s: float | None = None
    waits_s: float | None = None
    blocked_by: tuple[int, ...] = ()

    @property
    def idles_in_transaction(self) -> bool:
        """Whether a transaction is open and nobody works in it."""
        return self.state.startswith("idle in transaction")


@dataclass(frozen=True)
class DatabaseSessions:
    """All sessions at one moment."""

    target: Target
    engine: str
    sessions: tuple[Session, ...]
    as_of: datetime


@dataclass(frozen=True)
class WaitShare:
    """A wait (`CPU`, `IO:DataFileRead`) and how many sessions were in it on average."""

    wait: str
    sessions: float


@dataclass(frozen=True)
class DatabaseWaits:
    """What active sessions wait for. `source` says who counted them: the database itself, or Performance Insights."""

    target: Target
    source: str
    waits: tuple[WaitShare, ...]
    as_of: datetime


@dataclass(frozen=True)
class TableUse:
    """How a table is read. Counters run since the statistics were reset; `rows` is an estimate. Names are quoted as SQL
    wants them.

    `last_scan` is when it was last read from end to end, None where that is not known (PostgreSQL before 16).
    `foreign_keys` holds the columns, comma-separated, of each foreign key that no index begins with.
    """

    name: str
    rows: float
    scans: int
    scanned_rows: int
    index_scans: int
    columns: tuple[str, ...] = ()
    foreign_keys: tuple[str, ...] = ()
    last_scan: datetime | None = None


@dataclass(frozen=True)
class IndexUse:
    """An index. `columns` are its keys in order, expressions included; `definition` is all that tells it from another
    one of its table: method, collations, operator classes, order, included columns, predicate.

    Names are quoted as SQL wants them. MySQL names an index within its table only, and `size_bytes` is there what all
    indexes of the table take.

    `enforces` says that it is unique, primary or an exclusion constraint: it works without being scanned.
    `is_being_built` says that a session builds it now, so that it cannot be valid yet.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    definition: str
    scans: int
    size_bytes: float
    is_valid: bool = True
    enforces: bool = False
    is_being_built: bool = False


@dataclass(frozen=True)
class DatabaseIndexes:
    """Tables and indexes of one database of an instance.

    `since` is when the statistics were reset, None where they never were. `is_alone` says that no replica serves reads
    whose scans are counted there. `statements` are texts seen, without literals; `created` is when the instance was.
    """

    target: Target
    database: str
    tables: tuple[TableUse, ...]
    indexes: tuple[IndexUse, ...]
    since: datetime | None
    as_of: datetime
    created: datetime | None = None
    is_alone: bool = True
    statements: tuple[str, ...] = ()
    engine: str = "postgres"


@dataclass(frozen=True)
class DeadRows:
    """A table's live and dead rows, by the statistics, and when it was last cleaned up."""

    table: str
    live: float
    dead: float
    vacuumed: datetime | None = None


@dataclass(frozen=True)
class SequenceUse:
    """A sequence, the column that it fills, and the most that column and sequence can hold. `last` None: unread."""

    name: str
    column: str
    type: str
    last: float | None
    most: float


@dataclass(frozen=True)
class DatabaseAge:
    """How many transactions, and multixacts, ago a database was last frozen."""

    name: str
    transactions: float
    multixacts: float


@dataclass(frozen=True)
class DatabaseVacuum:
    """What vacuum has to do. `unread` names sequences whose values the role may not read."""

    target: Target
    tables: tuple[DeadRows, ...]
    ages: tuple[DatabaseAge, ...]
    sequences: tuple[SequenceUse, ...]
    unread: tuple[str, ...]
    holders: tuple[str, ...]
    """What keeps old rows from being removed, the oldest first, in words."""
    as_of: datetime


@dataclass(frozen=True)
class SlotUse:
    """A replication slot and how much of the log it keeps, in bytes."""

    name: str
    is_active: bool
    kept_bytes: float
    status: str = ""


@dataclass(frozen=True)
class DatabaseCopies:
    """What the database says of its replication.

    `lag_s` is a standby's own, 0 where all that it received is replayed; None where it is none.
    """

    target: Target
    is_standby: bool
    lag_s: float | None
    slots: tuple[SlotUse, ...]
    as_of: datetime


@dataclass(frozen=True)
class ConnectionUse:
    """How many connections there may be and are, and what those of clients do, by state."""

    most: float
    reserved: float
    used: float
    by_state: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class CacheUse:
    """Blocks that were found in memory, and those that had to be read, since the statistics were reset."""

    target: Target
    hits: float
    reads: float
    since: datetime | None
    as_of: datetime


@dataclass(frozen=True)
class DatabaseInside:
    """All that one connection to a database showed, part by part.

    `refused` holds the server's words where it has no connection left, which is an answer.
    """

    target: Target
    version: str
    as_of: datetime
    refused: str
    sessions: DatabaseSessions | Absent | Blind
    waits: DatabaseWaits | Absent | Blind
    indexes: DatabaseIndexes | Absent | Blind
    vacuum: DatabaseVacuum | Absent | Blind
    copies: DatabaseCopies | Absent | Blind
    connections: ConnectionUse | Absent | Blind
    cache: CacheUse | Absent | Blind


@dataclass(frozen=True)
class DatabasesInside:
    """A place's databases from inside, by target id: Absent where targets.toml has no [[database]] for one."""

    databases: dict[str, DatabaseInside | Absent | Blind]

    def of(self, target: Target) -> DatabaseInside | Absent | Blind:
        """One of them."""
        return self.databases.get(target.id, Blind("missing", f"{target.name} was not asked"))
