"""Texts about values that hold values: names for what is used twice, and conversions.

DuckDB casts rows by the names of their fields, Trino by their places; here every part is
converted by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from local.athena.types import UNKNOWN, Type, duckdb_type, quoted, row_fields

# Text of a value, its type, the wanted type: the text of the converted value.
Convert = Callable[[str, Type, Type], str]


def let(texts: list[str], body: Callable[..., str]) -> str:
    """`body` of names that stand for `texts`, each of which is written and evaluated once."""
    if all(_is_short(sql) for sql in texts):
        return body(*texts)
    name = _name("v", *texts)
    named = ", ".join(f"a{i} := {sql}" for i, sql in enumerate(texts))
    parts = [f"struct_extract({name}, 'a{i}')" for i in range(len(texts))]
    return f"(list_transform([struct_pack({named})], lambda {name}: {body(*parts)})[1])"


def each(items: str, body: Callable[[str], str], *, words: str = "list_transform") -> str:
    """list_transform, or another function of a lambda, over `items`."""
    name = _name("e", items)
    return f"{words}({items}, lambda {name}: {body(name)})"


def each_numbered(items: str, body: Callable[[str, str], str], *, words: str) -> str:
    """As `each`, with the place of the item, from 1."""
    name = _name("e", items)
    return f"{words}({items}, lambda {name}, n{name}: {body(name, f'n{name}')})"


def _name(kind: str, *texts: str) -> str:
    """By what it stands for: equal texts stay equal, and no name hides one that it is made of."""
    return f"{kind}{crc32(chr(0).join(texts).encode()):x}"


def _is_short(sql: str) -> bool:
    return len(sql) < 40 and "(" not in sql and "[" not in sql


def field_of(sql: str, t: Type, index: int) -> str:
    """The field of a row at a place from 0."""
    label = [label for label, _ in row_fields(t)][index]
    return f"struct_extract({sql}, '{label.replace(chr(39), chr(39) * 2)}')"


def packed(t: Type, texts: list[str]) -> str:
    """A row of type `t` from the texts of its fields."""
    named = zip(row_fields(t), texts, strict=True)
    inner = (f"{quoted(label)} := CAST({sql} AS {duckdb_type(p)})" for (label, p), sql in named)
    return f"struct_pack({', '.join(inner)})"


def entries_of(sql: str, keys: Callable[[str], str], values: Callable[[str], str]) -> str:
    """A map with the keys and values of the map `sql` changed. A null stays one."""
    return let(
        [sql], lambda m: f"map({each(f'map_keys({m})', keys)}, {each(f'map_values({m})', values)})"
    )


def converted(sql: str, frm: Type, to: Type, convert: Convert) -> str:
    """An array, a map or a row as another of the same shape."""
    if frm.name == "array":
        return each(sql, lambda e: convert(e, frm.element, to.element))
    parts = [(a, b) for (_, a), (_, b) in zip(frm.parts, to.parts, strict=True)]
    if frm.name == "map":
        return entries_of(sql, lambda e: convert(e, *parts[0]), lambda e: convert(e, *parts[1]))

    def fields(row: str) -> str:
        texts = [convert(field_of(row, frm, i), a, b) for i, (a, b) in enumerate(parts)]
        return f"(CASE WHEN {row} IS NOT NULL THEN {packed(to, texts)} END)"

    return let([sql], fields)


def is_kept(frm: Type, to: Type) -> bool:
    """Whether DuckDB holds the values of both types alike."""
    return frm != UNKNOWN and duckdb_type(frm) == duckdb_type(to)
