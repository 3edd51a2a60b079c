"""CAST to and from the type json.

Source: https://trino.io/docs/current/functions/json.html#cast-to-json
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, text
from local.athena.json_text import of_double, of_object, of_real, quoted
from local.athena.json_values import SCALARS, as_nested, as_scalar
from local.athena.python_functions import PythonFunction, of_texts
from local.athena.types import JSON, UNKNOWN, VARCHAR, Type, duckdb_type, row_fields

_QUOTE = of_texts("trino_json_quote", quoted)
_OF_DOUBLE = PythonFunction("trino_json_of_double", ("DOUBLE",), "VARCHAR", of_double)
_OF_REAL = PythonFunction("trino_json_of_real", ("FLOAT",), "VARCHAR", of_real)
_OF_OBJECT = PythonFunction("trino_json_of_object", ("VARCHAR[]",) * 2, "VARCHAR", of_object)
_AS_SCALAR = of_texts("trino_json_as_scalar", as_scalar, 2)
_AS_NESTED = of_texts("trino_json_as_nested", as_nested, 2)
PYTHON = (_QUOTE, _OF_DOUBLE, _OF_REAL, _OF_OBJECT, _AS_SCALAR, _AS_NESTED)

Cast = Callable[[Expr, Type], Expr]
Rule = Callable[[Expr, Type], str]

_AS_TEXT = ("tinyint", "smallint", "integer", "bigint", "boolean", "decimal")
_QUOTED = ("date", "timestamp")


def rules(cast: Cast) -> dict[tuple[str, str], Rule]:
    """By the families of `casts`; `cast` is the cast between other types."""
    sources = ("integer", "float", "decimal", "boolean", "varchar", "date", "timestamp",
               "array", "map", "row")  # fmt: skip
    scalars = ("integer", "float", "decimal", "boolean", "varchar")
    return {
        **{(name, "json"): lambda e, _to: _to_json(e, cast) for name in sources},
        **{("json", name): _to_scalar for name in scalars},
        **{("json", name): _to_nested for name in ("array", "map", "row")},
    }


def _to_json(e: Expr, cast: Cast, depth: int = 0) -> str:
    """JSON text, null where the value is."""
    t = e.type
    if t == JSON:
        return e.sql
    if t == UNKNOWN:
        return "CAST(NULL AS VARCHAR)"
    if t.is_text:
        return _QUOTE(e.sql)
    if t.is_float:
        return (_OF_DOUBLE if t.name == "double" else _OF_REAL)(e.sql)
    if t.name in _AS_TEXT:
        return cast(e, VARCHAR).sql
    if t.name in _QUOTED:
        return f"""('"' || {cast(e, VARCHAR).sql} || '"')"""
    if t.name in _NESTED:
        return _NESTED[t.name](e, cast, depth)
    raise QueryFailure("TYPE_MISMATCH", f"Cannot cast {t} to json")


def _items(sql: str, t: Type, cast: Cast, depth: int) -> str:
    """The elements of a list as a list of JSON texts."""
    item = f"x{depth}"
    inner = _to_json(Expr(item, t), cast, depth + 1)
    return f"list_transform({sql}, lambda {item}: coalesce({inner}, 'null'))"


def _of_array(e: Expr, cast: Cast, depth: int) -> str:
    items = _items(e.sql, e.type.element, cast, depth)
    return f"('[' || array_to_string({items}, ',') || ']')"


def _of_map(e: Expr, cast: Cast, depth: int) -> str:
    key, value = (part for _, part in e.type.parts)
    if not (key.name in _AS_TEXT or key.is_text or key == UNKNOWN):
        raise not_supported(f"CAST({e.type} AS json)")
    name = cast(Expr("k", key), VARCHAR).sql
    keys = f"list_transform(map_keys({e.sql}), lambda k: {name})"
    return _OF_OBJECT(keys, _items(f"map_values({e.sql})", value, cast, depth))


def _of_row(e: Expr, cast: Cast, depth: int) -> str:
    """In the order of the fields; one without a name has an empty one."""
    pieces = []
    for (label, part), (name, _) in zip(e.type.parts, row_fields(e.type), strict=True):
        inner = _to_json(Expr(f"struct_extract({e.sql}, {text(name)})", part), cast, depth)
        pieces.append(f"{text(quoted(label or '') + ':')} || coalesce({inner}, 'null')")
    fields = " || ',' || ".join(pieces)
    return f"(CASE WHEN {e.sql} IS NOT NULL THEN '{{' || {fields} || '}}' END)"


_NESTED: dict[str, Callable[[Expr, Cast, int], str]] = {
    "array": _of_array,
    "map": _of_map,
    "row": _of_row,
}


def _to_scalar(e: Expr, to: Type) -> str:
    if to.name not in SCALARS or (to.is_text and to.sizes):
        raise not_supported(f"CAST(json AS {to})")
    return f"CAST({_AS_SCALAR(e.sql, text(str(to)))} AS {duckdb_type(to)})"


def _to_nested(e: Expr, to: Type) -> str:
    """Through JSON that DuckDB reads as it is meant: texts alone."""
    _check(to, to)
    return f"CAST(CAST({_AS_NESTED(e.sql, text(str(to)))} AS JSON) AS {duckdb_type(to)})"


def _check(t: Type, whole: Type) -> None:
    if t.name in ("date", "timestamp", "timestamp with time zone", "varbinary"):
        raise QueryFailure("TYPE_MISMATCH", f"Cannot cast json to {whole}")
    labels = [label for label, _ in t.parts if label is not None]
    is_known = t.name in SCALARS or t.name in ("json", "array", "map", "row")
    if not is_known or (t.is_text and t.sizes):
        raise not_supported(f"CAST(json AS {whole})")
    if any(label != label.lower() for label in labels) or len({*labels}) < len(labels):
        raise not_supported(f"CAST(json AS {whole})")
    if t.name == "map" and t.parts[0][1] != VARCHAR:
        raise not_supported(f"CAST(json AS {whole})")
    for _, part in t.parts:
        _check(part, whole)
