"""JSON as Trino writes it: a value of its type `json` is such a text.

json_parse() sorts the keys of objects, by their UTF-16, and of a key that is there twice it
keeps the last; json_extract() copies them as they are. A number with a point or an exponent is
a double and written as Java writes one; characters beyond \\uffff are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from local.athena.errors import QueryFailure
from local.athena.json_tokens import END, BadJson, Token, Tokens
from local.athena.results import java_double
from local.athena.types import DOUBLE, REAL

_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile('["\\\\\x00-\x1f\ud800-\udfff\U00010000-\U0010ffff]')
_MOST_DEPTH = 1000


_SPECIAL_IN_TREE = re.compile('["\\\\\x00-\x1f]')


def quoted(text: str) -> str:
    """A JSON string."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def quoted_in_tree(text: str) -> str:
    """As Jackson's trees write one: characters beyond \\uffff are as they are."""
    return f'"{_SPECIAL_IN_TREE.sub(_escaped, plain(text))}"'


def _escaped(m: re.Match[str]) -> str:
    if m[0] in _SHORT:
        return _SHORT[m[0]]
    units = m[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))


def of_double(value: float) -> str:
    """A number, or in quotes what JSON has no number for."""
    return _of_float(java_text(value))


def java_text(value: float) -> str:
    """A double as Java writes it."""
    return java_double(value, DOUBLE)


def of_real(value: float) -> str:
    return _of_float(java_double(value, REAL))


def _of_float(text: str) -> str:
    return f'"{text}"' if text[-1] in "Ny" else text


def of_object(keys: list[str], values: list[str]) -> str:
    """An object of keys and of values that are JSON already."""
    return _closed("{", keys, values, quoted, is_unique=True, is_sorted=True)


def _scalar(token: Token, quote: Callable[[str], str]) -> str:
    """A token that is no bracket and no key."""
    kind, text = token
    if kind == "bad":
        raise BadJson
    if kind == "string":
        return quote(text)
    if kind == "int":
        return "0" if text == "-0" else text
    return of_double(float(text)) if kind == "float" else kind


def copied(
    tokens: Tokens,
    first: Token,
    *,
    is_unique: bool = False,
    is_sorted: bool = False,
    quote: Callable[[str], str] = quoted,
) -> str:
    """The value that begins with the token `first`, without spaces. Raises BadJson.

    Of a key that is there twice the last value counts, if keys are to be unique.
    """
    # One entry for each bracket that is open: its keys and the texts of its values.
    around: list[tuple[str, list[str], list[str]]] = []
    token = first
    while True:
        kind, text = token
        if kind in ("{", "["):
            around.append((kind, [], []))
            if len(around) > _MOST_DEPTH and not is_unique:
                raise QueryFailure("GENERIC_INTERNAL_ERROR", "JSON is nested too deep")
        elif kind == "key":
            around[-1][1].append(text)
        else:
            if kind in ("}", "]"):
                done = _closed(*around.pop(), quote, is_unique=is_unique, is_sorted=is_sorted)
            elif token == END:
                raise BadJson
            else:
                done = _scalar(token, quote)
            if not around:
                return done
            around[-1][2].append(done)
        token = tokens.next()


def _closed(
    kind: str,
    keys: list[str],
    values: list[str],
    quote: Callable[[str], str],
    *,
    is_unique: bool,
    is_sorted: bool,
) -> str:
    if kind == "[":
        return f"[{','.join(values)}]"
    pairs = list(zip(keys, values, strict=True))
    if is_unique:
        pairs = list(dict(pairs).items())
    if is_sorted:
        pairs.sort(key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{quote(k)}:{v}" for k, v in pairs) + "}"


def parsed(text: str) -> str:
    """json_parse. Raises QueryFailure for what is not exactly one value."""
    tokens = Tokens(text)
    try:
        value = copied(tokens, tokens.next(), is_unique=True, is_sorted=True)
        if tokens.next() != END:
            raise BadJson
    except BadJson:
        said = f"Cannot convert value to JSON: {text[:100]}"
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", said) from None
    return value


def is_scalar(text: str) -> bool:
    """is_json_scalar. Raises QueryFailure for what is not exactly one value."""
    tokens = Tokens(text)
    try:
        kind, _ = tokens.next()
        tokens.skip(kind)
        if not kind or tokens.next() != END:
            raise BadJson
    except BadJson:
        said = f"Invalid JSON value: {text[:100]}"
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", said) from None
    return kind not in ("{", "[")


def plain(text: str) -> str:
    """A text for SQL: half of a character that is escaped alone becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
