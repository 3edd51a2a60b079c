"""A JSON text as a value of one of Trino's types: what CAST(json AS ...) gives.

Source: https://trino.io/docs/current/functions/json.html#cast-from-json
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from local.athena.errors import QueryFailure
from local.athena.json_text import copied, plain, quoted, quoted_in_tree
from local.athena.json_tokens import END, BadJson, Token, Tokens
from local.athena.results import java_double
from local.athena.type_text import parse_type
from local.athena.types import DOUBLE, Type, row_fields

_RANGES = {"tinyint": 7, "smallint": 15, "integer": 31, "bigint": 63}
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DOUBLE = re.compile(rf"({_NUMBER.pattern})[dDfF]?|[+-]?(Infinity|NaN)")
# What Java trims of a number.
_BLANKS = "".join(map(chr, range(33)))
_TRUTHS = {"t": "true", "true": "true", "1": "true", "f": "false", "false": "false", "0": "false"}
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=256)
def _type(written: str) -> Type:
    return parse_type(written)


def as_scalar(text: str, type_text: str) -> str | None:
    """The value in words that DuckDB casts to the type. Raises QueryFailure."""
    t = _type(type_text)
    tokens = Tokens(text)
    return _whole(text, t, tokens, lambda: _scalar(tokens.next(), t))


def as_nested(text: str, type_text: str) -> str | None:
    """The value as JSON that DuckDB casts to the type: each scalar is a string."""
    t = _type(type_text)
    tokens = Tokens(text)

    def value() -> str | None:
        found = _nested(tokens, tokens.next(), t)
        return None if found == "null" else found

    return _whole(text, t, tokens, value)


def _whole(text: str, t: Type, tokens: Tokens, value: Callable[[], str | None]) -> str | None:
    try:
        found = value()
        if tokens.next() != END:
            raise BadJson
    except BadJson:
        raise QueryFailure("INVALID_CAST_ARGUMENT", f"Cannot cast {text[:100]} to {t}") from None
    return found


# ---------------------------------------------------------------- arrays, maps and rows


def _nested(tokens: Tokens, token: Token, t: Type) -> str:
    if t.name == "json":
        return quoted(copied(tokens, token, is_unique=True, quote=quoted_in_tree))
    if token[0] == "null":
        return "null"
    if t.name in ("array", "map", "row"):
        return _NESTED[t.name](tokens, token[0], t)
    found = _scalar(token, t)
    return "null" if found is None else quoted(found)


def _array(tokens: Tokens, kind: str, t: Type) -> str:
    if kind != "[":
        raise BadJson
    items = []
    while (token := tokens.next())[0] != "]":
        items.append(_nested(tokens, token, t.element))
    return f"[{','.join(items)}]"


def _map(tokens: Tokens, kind: str, t: Type) -> str:
    if kind != "{":
        raise BadJson
    entries: dict[str, str] = {}
    while (token := tokens.next())[0] != "}":
        if token[1] in entries:
            raise BadJson
        entries[token[1]] = _nested(tokens, tokens.next(), t.parts[1][1])
    return "{" + ",".join(f"{quoted(plain(k))}:{v}" for k, v in entries.items()) + "}"


def _row(tokens: Tokens, kind: str, t: Type) -> str:
    """From an object by names, in any case, or from an array of exactly the fields."""
    fields = dict(row_fields(t))
    found: dict[str, str] = {}
    if kind == "[":
        for name, part in fields.items():
            found[name] = _nested(tokens, tokens.next(), part)
        if tokens.next()[0] != "]":
            raise BadJson
    elif kind == "{" and all(label is not None for label, _ in t.parts):
        while (token := tokens.next())[0] != "}":
            name, value = token[1].lower(), tokens.next()
            if name in found:
                raise BadJson
            if name in fields:
                found[name] = _nested(tokens, value, fields[name])
            else:
                tokens.skip(value[0])
    else:
        raise BadJson
    return "{" + ",".join(f"{quoted(n)}:{found.get(n, 'null')}" for n in fields) + "}"


_NESTED: dict[str, Callable[[Tokens, str, Type], str]] = {
    "array": _array,
    "map": _map,
    "row": _row,
}

# ---------------------------------------------------------------- scalars


def _scalar(token: Token, t: Type) -> str | None:
    kind, text = token
    if kind == "null":
        return None
    if kind not in ("string", "int", "float", "true", "false"):
        raise BadJson
    if t.name in _RANGES:
        return _integer(kind, text, _RANGES[t.name])
    return _SCALARS[t.name](kind, text, t)


def _integer(kind: str, text: str, bits: int) -> str:
    if kind == "string":
        text = text.strip(_BLANKS)
        if _WHOLE.fullmatch(text) is None:
            raise BadJson
    if kind in ("true", "false"):
        return str(int(kind == "true"))
    if kind == "float":
        if abs(float(text)) == float("inf"):
            raise BadJson
        text = str(Decimal(float(text)).quantize(Decimal(1), context=_EXACT))
    if len(text.lstrip("+-0")) > 20 or not -(2**bits) <= int(text) < 2**bits:
        raise BadJson
    return str(int(text))


def _double(kind: str, text: str, _t: Type) -> str:
    if kind in ("true", "false"):
        return str(int(kind == "true"))
    if kind != "string":
        return repr(float(text))
    match = _DOUBLE.fullmatch(text.strip(_BLANKS))
    if match is None:
        raise BadJson
    return repr(float(match[1] or match[0]))


def _boolean(kind: str, text: str, _t: Type) -> str:
    if kind == "string":
        if text.lower() not in _TRUTHS:
            raise BadJson
        return _TRUTHS[text.lower()]
    if kind in ("true", "false"):
        return kind
    if kind == "int" and (len(text) > 20 or not -(2**63) <= int(text) < 2**63):
        raise BadJson
    return "true" if float(text) else "false"


def _varchar(kind: str, text: str, _t: Type) -> str:
    if kind == "float":
        return scientific(float(text))
    return plain(text) if kind in ("string", "int") else kind


def scientific(value: float) -> str:
    """A double as CAST(... AS varchar) writes it: 1.5E0."""
    if value in (float("inf"), float("-inf")) or value != value:
        return java_double(value, DOUBLE)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    shown = "".join(map(str, digits)).lstrip("0")
    if not shown:
        return "-0E0" if sign else "0E0"
    power = int(exponent) + len(shown) - 1
    shown = shown.rstrip("0")
    return f"{'-' if sign else ''}{shown[0]}.{shown[1:] or '0'}E{power}"


def _decimal(kind: str, text: str, t: Type) -> str:
    precision, scale = t.sizes
    if kind in ("true", "false"):
        text = str(int(kind == "true"))
    if _NUMBER.fullmatch(text) is None or len(text) > 330:
        raise BadJson
    value = Decimal(text)
    if value.adjusted() > 100:
        raise BadJson
    rounded = value.quantize(Decimal(1).scaleb(-scale), context=_EXACT)
    if abs(rounded) >= Decimal(10) ** (precision - scale):
        raise BadJson
    return f"{rounded:f}"


_SCALARS: dict[str, Callable[[str, str, Type], str]] = {
    "double": _double,
    "boolean": _boolean,
    "varchar": _varchar,
    "decimal": _decimal,
}
SCALARS = (*_RANGES, *_SCALARS)
