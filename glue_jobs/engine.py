"""What the batch run asks of an engine, so that it is written once.

An engine reads Parquet objects and Iceberg tables, runs SQL in Athena's dialect, and appends to
Iceberg tables. It decides nothing: which objects, which snapshot and which rows is the run's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from lakehouse.field_types import FieldType

Columns = tuple[tuple[str, FieldType], ...]

# Called with a step's name between any two remote calls, so that a test can interleave or stop
# a run anywhere. In production it does nothing.
Checkpoint = Callable[[str], None]


def no_checkpoint(step: str) -> None:
    """Go on."""


class EngineError(RuntimeError):
    """The engine could not do what was asked; the message is one line."""


class AppendError(EngineError):
    """An append failed or its outcome is unknown: the run must die and never append it again."""


class ConflictError(EngineError):
    """Somebody changed what was read of the table, and nothing of ours was committed.

    DuckDBEngine raises it for any commit of somebody else, Spark for one that touched our files.
    """


@dataclass(frozen=True)
class ParquetObject:
    """One Parquet file: where it is (`s3://…`, or a local path), and its size in bytes."""

    uri: str
    size: int


@dataclass(frozen=True)
class Table:
    """An Iceberg table: its place in the catalog and on S3, and its columns.

    `partition` names the column whose value partitions it, if any, and `run_column` the one that
    holds the number of a run. Every column may be null.
    """

    database: str
    name: str
    location: str
    columns: Columns
    partition: str | None = None
    run_column: str = "_run"


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that a table remembers; `manifest_list` is its file, `parent` what it followed."""

    id: int
    parent: int | None
    manifest_list: str
    is_current: bool


class Engine(Protocol):
    """Where a run's rows are worked on. Names given to it are names of tables in its SQL."""

    def read_parquet(self, name: str, columns: Columns, objects: Sequence[ParquetObject]) -> None:
        """Make `name` the rows of all `objects`, read when the next `store` asks for them, once.

        Columns that a file lacks are null there. A file that is missing fails that `store`.
        """

    def read_table(
        self,
        name: str,
        table: Table,
        columns: Sequence[str],
        *,
        runs: tuple[int, int],
        days: Iterable[date] | None = None,
    ) -> None:
        """Make `name` the rows of the table's current snapshot, read by the next `store`, once.

        Files that cannot hold a run in the closed range `runs`, or a partition in `days` (None
        means all), may be left out; rows of other runs and days may still be among them.
        """

    def store(self, name: str, sql: str) -> None:
        """Evaluate a query once and keep its rows as the table `name`, spilling to disk."""

    def store_by_parts(
        self, name: str, steps: Sequence[tuple[str, str]], *, sources: Sequence[str], by: str
    ) -> int:
        """Keep as `name` the rows of a query that may be done for some of the `sources` at a time.

        `steps` are (name, query); each is stored under its name for those that follow, the last
        one's rows are kept. Rows with equal values in the column `by` are worked on together.
        Returns how many rows the sources had.
        """

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query whose result is small."""

    def ensure_table(self, table: Table) -> None:
        """Create the table if there is none, add the columns that it lacks if there is one.

        Who loses the race to do so uses the winner's.
        """

    def has_table(self, table: Table) -> bool:
        """Whether there is such a table."""

    def append(self, table: Table, sql: str) -> int:
        """Append a query's rows in one commit, tried once. Returns how many; none, no commit.

        The query's columns go by name; those that it lacks are null. Raises AppendError.
        """

    def compact(self, table: Table) -> int:
        """Rewrite small files by partition, rows unchanged. Returns how many files went.

        Raises ConflictError if somebody changed them meanwhile.
        """

    def purge(self, table: Table, runs: Collection[int]) -> int:
        """Delete the rows of runs, in one commit. Returns how many. Raises ConflictError."""

    def merge_runs(self, table: Table, name: str, sql: str, *, at_most: int) -> int:
        """Put a query's rows in the place of those of small files, in one commit.

        The files are those that hold no run above `at_most`, if they hold several runs; the query
        is over their rows, as `name`. Returns how many files went. Raises ConflictError.
        """

    def snapshots(self, table: Table) -> list[Snapshot]:
        """The snapshots that the table remembers."""

    def forget(self, table: Table, ids: Collection[int]) -> None:
        """Forget snapshots by their ids; their files stay. Raises ConflictError."""

    def files(self, table: Table, *, without: Collection[int]) -> set[str]:
        """The URIs of all files that the table refers to, less those of the snapshots `without`."""

    def close(self) -> None:
        """Give back memory and disk."""
