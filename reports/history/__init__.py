"""What was found before? Every run adds to reports/out/history: what is new, fixed, and still sick since when."""

from reports.history.compare import Key, Past, Sick
from reports.history.records import SCHEMA, lines_of
from reports.history.store import HistoryError, Look, Night, append, read

__all__ = ["SCHEMA", "HistoryError", "Key", "Look", "Night", "Past", "Sick", "append", "lines_of", "read"]
