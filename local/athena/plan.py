"""A bound statement: the query, what it reads, and what is evaluated before it.

Queries that stand inside expressions are held here until it is known which columns anybody needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from local.athena.relations import Field, Origin, Query, Scan

# Stands around the number of a query inside an expression, until its text is known.
HELD = "\x00"
_HOLE = re.compile(f"{HELD}([0-9]+){HELD}")


@dataclass(eq=False)
class Stage:
    """A side of a join that is evaluated first, so that its keys can prune the other side.

    `keys` pairs a column of this side with the scans' columns that must equal it.
    """

    name: str
    query: Query
    keys: list[tuple[Field, tuple[Origin, ...]]] = field(default_factory=list)


@dataclass(eq=False)
class Plan:
    """Everything that one statement reads and does.

    `required` are the columns that decide which rows there are; the others are needed only
    when the output needs them.
    """

    output: list[Field] = field(default_factory=list)
    query: Query | None = None
    scans: list[Scan] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    nested: list[Query] = field(default_factory=list)
    required: set[Field] = field(default_factory=set)

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """What is added inside the block is not part of the statement."""
        scans, stages, nested = list(self.scans), list(self.stages), list(self.nested)
        required = set(self.required)
        try:
            yield
        finally:
            self.scans, self.stages, self.nested = scans, stages, nested
            self.required = required

    def hold(self, query: Query) -> str:
        """Keep a query that stands inside an expression; the answer stands for its text."""
        self.nested.append(query)
        self.required.update(query.columns)
        return f"{HELD}{len(self.nested) - 1}{HELD}"

    def needed(self) -> set[Field]:
        """The columns that the output and the choice of rows are computed from."""
        found: set[Field] = set()
        waiting = [*self.required, *self.output]
        while waiting:
            column = waiting.pop()
            if column not in found:
                found.add(column)
                waiting.extend(column.needs)
        return found

    def text(self, query: Query, needed: set[Field]) -> str:
        """`query` as DuckDB SQL; fills in what each scan below it has to read."""

        def nested(match: re.Match[str]) -> str:
            return expand(self.nested[int(match[1])].render(needed))

        def expand(text: str) -> str:
            return _HOLE.sub(nested, text)

        return expand(query.render(needed))
