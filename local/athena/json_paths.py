"""Paths into JSON, `$.a["b"][0]`, and what Trino's functions make of what is there.

Text that is no JSON gives null, unless it is wrong behind what was asked for.
Source: https://trino.io/docs/current/functions/json.html#json-extract
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from local.athena.errors import QueryFailure
from local.athena.json_text import copied, plain, quoted_in_tree
from local.athena.json_tokens import END, BadJson, Token, Tokens

_STEP = re.compile(r'\.([\w:]+)|\[(\w+)\]|\["((?:[^"\\]|\\["\\])*)"\]')


@lru_cache(maxsize=256)
def path_of(written: str) -> tuple[str, ...]:
    """The names and places on the way. Raises QueryFailure if it is no path."""
    steps, at = [], 1
    while at < len(written) and (step := _STEP.match(written, at)) is not None:
        bare = step[1] or step[2]
        if bare and not all(
            c in "_:" or unicodedata.category(c) == "Nd" or c.isalpha() for c in bare
        ):
            break
        steps.append(bare or re.sub(r"\\(.)", r"\1", step[3]))
        at = step.end()
    if not written.startswith("$") or at < len(written):
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"Invalid JSON path: {written}")
    return tuple(steps)


def _index(step: str) -> int:
    """A step as a place in an array, or -1."""
    place = int(step) if re.fullmatch(r"[+-]?\d{1,18}", step) else -1
    return place if place < 2**31 else -1


def _walked(tokens: Tokens, path: str) -> Token | None:
    """The first token of what the path leads to, or None. Raises BadJson."""
    token = tokens.next()
    for step in path_of(path):
        if token[0] == "{":
            found = _in_object(tokens, step)
        elif token[0] == "[":
            found = _in_array(tokens, _index(step))
        else:
            raise BadJson
        if found is None:
            return None
        token = found
    return token


def _in_object(tokens: Tokens, name: str) -> Token | None:
    while True:
        kind, text = tokens.next()
        if kind == "}":
            return None
        value = tokens.next()
        if text == name:
            return value
        tokens.skip(value[0])


def _in_array(tokens: Tokens, index: int) -> Token | None:
    place = 0
    while True:
        token = tokens.next()
        if token[0] == "]":
            return None
        if place == index:
            return token
        place += 1
        tokens.skip(token[0])


def extract(text: str, path: str) -> str | None:
    """json_extract: a JSON text."""
    tokens = Tokens(text)
    try:
        token = _walked(tokens, path)
        return None if token in (None, END) else copied(tokens, token)
    except BadJson:
        return None


def extract_scalar(text: str, path: str) -> str | None:
    """json_extract_scalar: a string's text, a number as it is written, true or false."""
    tokens = Tokens(text)
    try:
        token = _walked(tokens, path)
    except BadJson:
        return None
    return _scalar_text(token) if token is not None else None


def _scalar_text(token: Token) -> str | None:
    kind, text = token
    if kind in ("true", "false"):
        return kind
    return plain(text) if kind in ("string", "int", "float") else None


def size(text: str, path: str) -> int | None:
    """json_size: of an array or an object how many are in it, of a scalar 0."""
    tokens = Tokens(text)
    try:
        token = _walked(tokens, path)
        return None if token in (None, END) else _count(tokens, token[0])
    except BadJson:
        return None


def _count(tokens: Tokens, kind: str) -> int:
    count = 0
    while kind in ("{", "["):
        inner, _ = tokens.next()
        if inner in ("}", "]"):
            break
        if kind == "{":
            inner, _ = tokens.next()
        tokens.skip(inner)
        count += 1
    return count


def array_length(text: str) -> int | None:
    """json_array_length: null of what is no array."""
    tokens = Tokens(text)
    try:
        kind, _ = tokens.next()
        return _count(tokens, kind) if kind == "[" else None
    except BadJson:
        return None


def array_get(text: str, index: int) -> str | None:
    """json_array_get: the text of a string without its quotes, which is no JSON on Trino, too."""
    place = index
    if index < 0:
        length = array_length(text)
        place = -1 if length is None else length + index
    tokens = Tokens(text)
    try:
        if place < 0 or tokens.next()[0] != "[":
            return None
        token = _in_array(tokens, place)
        if token is not None and token[0] in ("{", "["):
            return copied(tokens, token, is_unique=True, quote=quoted_in_tree)
    except BadJson:
        return None
    if index < 0 and token is not None and token[0] == "null":
        raise QueryFailure("GENERIC_INTERNAL_ERROR", "string is null")
    return None if token is None else _scalar_text(token)


def array_contains(text: str, wanted: bool | int | float | str) -> bool | None:
    """json_array_contains: a whole number is found by one alone, and 1.0 by a double."""
    tokens = Tokens(text)
    try:
        if tokens.next()[0] != "[":
            return None
        while (token := tokens.next())[0] != "]":
            tokens.skip(token[0])
            if _equals(token, wanted):
                return True
    except BadJson:
        return None
    return False


def _equals(token: Token, wanted: bool | int | float | str) -> bool:
    kind, text = token
    if isinstance(wanted, bool):
        return kind == ("true" if wanted else "false")
    if isinstance(wanted, int):
        return kind == "int" and len(text) < 30 and int(text) == wanted
    if isinstance(wanted, float):
        return kind == "float" and float(text) == wanted and abs(wanted) < float("inf")
    return kind == "string" and text == wanted
