"""Which objects a scan of a Hive table reads: partitions that its predicates leave, listed once.

A projected table is walked level by level: a level whose values the statement names is not
listed at all, others are listed by their common prefixes, and the last one flat, from its lower
bound on, so that a tail of many small partitions costs one request for each 1,000 objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from local.athena import projection
from local.athena.errors import QueryFailure, not_supported
from local.athena.predicates import Predicate, accepts, candidates, lower_bound, upper_bound
from local.athena.projection import Dates, Injected, Projected
from local.athena.storage import Storage, StoredObject, split_location
from local.athena.types import Type

if TYPE_CHECKING:
    from local.athena.catalog import Catalog, Table

_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class DataFile:
    """An object with the partition values that hold for all of its rows."""

    object: StoredObject
    values: Mapping[str, Any]


def list_files(
    table: Table, predicates: list[Predicate], catalog: Catalog, storage: Storage
) -> Iterator[DataFile]:
    """The data files of `table` whose partitions the predicates accept."""
    if not table.partition_keys:
        bucket, prefix = split_location(table.location)
        for found in storage.list_objects(bucket, _folder(prefix)):
            yield DataFile(found, {})
    elif projection.is_projected(table.parameters):
        yield from _Walk(table, predicates, catalog.now, storage).files()
    else:
        yield from _catalogued(table, predicates, catalog, storage)


def _folder(prefix: str) -> str:
    return prefix if not prefix or prefix.endswith("/") else prefix + "/"


def _catalogued(
    table: Table, predicates: list[Predicate], catalog: Catalog, storage: Storage
) -> Iterator[DataFile]:
    for texts, location in catalog.partitions(table):
        values = {
            key.name: None if text == _HIVE_NULL else typed(text, key.type)
            for key, text in zip(table.partition_keys, texts, strict=True)
        }
        if all(accepts(predicates, name, value) for name, value in values.items()):
            bucket, prefix = split_location(location)
            for found in storage.list_objects(bucket, _folder(prefix)):
                yield DataFile(found, values)


def typed(text: str, t: Type) -> Any:
    """A partition value as its column's type has it."""
    try:
        if t.is_integer:
            return int(text)
        if t.name == "date":
            return date.fromisoformat(text)
    except ValueError as error:
        raise QueryFailure(
            "HIVE_INVALID_PARTITION_VALUE", f"Invalid partition value '{text}' for {t}"
        ) from error
    if t.is_text:
        return text
    raise not_supported(f"a partition column of type {t}")


_HOLE = re.compile(r"\$\{([^}]+)\}")


class _Walk:
    """One listing of a projected table."""

    def __init__(
        self, table: Table, predicates: list[Predicate], now: Any, storage: Storage
    ) -> None:
        self.types = {key.name: key.type for key in table.partition_keys}
        self.columns = projection.projected(
            table.parameters, self.types, now=now, table=table.full_name
        )
        self.predicates = [p for p in predicates if p.column in self.types]
        self.storage = storage
        location = projection.template(table.parameters, table.location, list(self.columns))
        self.bucket, path = split_location(location)
        self.pieces = [p.lower() if i % 2 else p for i, p in enumerate(_HOLE.split(path))]
        for name, column in self.columns.items():
            if isinstance(column, Injected) and candidates(predicates, name) is None:
                raise QueryFailure(
                    "CONSTRAINT_VIOLATION",
                    f"For the injected projected partition column {name}, the WHERE clause must"
                    " contain only static equality conditions, and at least one such condition"
                    " must be present",
                )

    def files(self) -> Iterator[DataFile]:
        yield from self._from("", 0, {})

    def _from(self, prefix: str, index: int, values: dict[str, Any]) -> Iterator[DataFile]:
        """The files below `prefix`; pieces[index] is the literal text that comes next."""
        prefix += self.pieces[index]
        if index + 1 == len(self.pieces):
            for found in self.storage.list_objects(self.bucket, prefix):
                yield DataFile(found, values)
            return
        name, after = self.pieces[index + 1], self.pieces[index + 2]
        known = values.get(name)
        named = frozenset({known}) if known is not None else candidates(self.predicates, name)
        if named is not None:
            for value in sorted(named):
                yield from self._into(
                    prefix, index, values, projection.write(self.columns[name], value)
                )
        elif not after.startswith("/") or "/" in _literal_format(self.columns[name]):
            yield from self._by_pattern(prefix, index, values)
        elif index + 3 == len(self.pieces) and after == "/":
            yield from self._last_level(prefix, name, values)
        else:
            for text in self.storage.list_folders(self.bucket, prefix):
                yield from self._into(prefix, index, values, text)

    def _into(
        self, prefix: str, index: int, values: dict[str, Any], text: str
    ) -> Iterator[DataFile]:
        more = self._value(self.pieces[index + 1], text)
        if more is not None:
            yield from self._from(prefix + text, index + 2, {**values, **more})

    def _value(self, name: str, text: str) -> dict[str, Any] | None:
        """The column's value, or None when there is no such partition for the statement."""
        column = self.columns[name]
        if not column.contains(text):
            return None
        value = _value_of(column, text, self.types[name])
        return {name: value} if accepts(self.predicates, name, value) else None

    def _last_level(self, prefix: str, name: str, values: dict[str, Any]) -> Iterator[DataFile]:
        start, stop = "", None
        if self.types[name].is_text:
            # Text is listed in its own order, so a bound on it is a place in the listing.
            start = lower_bound(self.predicates, name) or ""
            stop = upper_bound(self.predicates, name)
        for found in self.storage.list_objects(self.bucket, prefix, start_after=start):
            text, slash, _ = found.key[len(prefix) :].partition("/")
            if stop is not None and text > stop and not text.startswith(stop):
                break
            more = self._value(name, text) if slash else None
            if more is not None:
                yield DataFile(found, {**values, **more})

    def _by_pattern(self, prefix: str, index: int, values: dict[str, Any]) -> Iterator[DataFile]:
        """Values that hold slashes, or that nothing separates: list all, and match the keys."""
        rest = self.pieces[index + 1 :]
        pattern = re.compile(
            "".join(
                f"(?P<c{i}>{self.columns[piece].pattern()})" if i % 2 == 0 else re.escape(piece)
                for i, piece in enumerate(rest)
            )
        )
        for found in self.storage.list_objects(self.bucket, prefix):
            match = pattern.match(found.key, len(prefix))
            if match is None:
                continue
            more = [self._value(rest[i], match[f"c{i}"]) for i in range(0, len(rest), 2)]
            if all(part is not None for part in more):
                merged = dict(values)
                for part in more:
                    merged |= part or {}
                yield DataFile(found, merged)


def _literal_format(column: Projected) -> str:
    return column.format.java if isinstance(column, Dates) else ""


def _value_of(column: Projected, text: str, t: Type) -> Any:
    if isinstance(column, Dates) and t.name == "date":
        at = column.format.read(text)
        return at.date() if at else None
    return typed(text, t)
