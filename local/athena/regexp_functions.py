"""Functions of regular expressions, whose pattern is a literal.

Where a match may be empty, Trino and DuckDB go on differently behind a match, so most functions
that look for all matches refuse such a pattern.
Source: https://trino.io/docs/current/functions/regexp.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, count_of, unexpected
from local.athena.errors import not_supported
from local.athena.expression import Expr, null_of, raising, text
from local.athena.regexp_characters import invalid
from local.athena.regexp_patterns import Pattern, read_pattern
from local.athena.types import BIGINT, BOOLEAN, INTEGER, UNKNOWN, VARCHAR, Type, array, duckdb_type


def _source(name: str, arguments: list[Expr]) -> str:
    if not all(a.type.is_text or a.type == UNKNOWN for a in arguments[:2]):
        raise unexpected(name, arguments)
    return null_of(VARCHAR) if arguments[0].type == UNKNOWN else arguments[0].sql


def _pattern(name: str, argument: Expr) -> Pattern:
    if not isinstance(argument.literal, str):
        raise not_supported(f"function {name} with a pattern that is not a literal text")
    return read_pattern(argument.literal)


def _guarded(source: str, pattern: Pattern, sql: str, t: Type) -> Expr:
    """Refuse, when it comes to it, the texts of which Trino's answer would be another."""
    if pattern.refused:
        wrong = raising("NOT_SUPPORTED", "such a text in a regular expression", BIGINT)
        is_refused = f"regexp_matches({source}, {text('|'.join(pattern.refused))})"
        # The failing number only decides: no type but a simple one can be made of it.
        decided = f"(CASE WHEN {is_refused} THEN {wrong} IS NOT NULL ELSE TRUE END)"
        sql = f"(CASE WHEN {decided} THEN {sql} END)"
    return Expr(f"CAST({sql} AS {duckdb_type(t)})", t)


def _has_null(arguments: list[Expr]) -> bool:
    return any(a.type == UNKNOWN for a in arguments)


def _like(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    source = _source(name, arguments)
    if _has_null(arguments):
        return Expr(null_of(BOOLEAN), BOOLEAN)
    pattern = _pattern(name, arguments[1])
    return _guarded(source, pattern, f"regexp_matches({source}, {text(pattern.text)})", BOOLEAN)


def _group(name: str, arguments: list[Expr], pattern: Pattern) -> int:
    if len(arguments) < 3:
        return 0
    number = arguments[2].literal
    if not arguments[2].type.is_integer:
        raise unexpected(name, arguments)
    if not isinstance(number, int):
        raise not_supported(f"function {name} with a group that is not a literal")
    if number < 0:
        raise invalid("Group cannot be negative")
    if number > len(pattern.groups):
        raise invalid(
            f"Pattern has {len(pattern.groups)} groups. Cannot access group {number}"
        )
    return number


def _extract(name: str, arguments: list[Expr]) -> Expr:
    """Null where nothing is found, and of a group that had no part in it; DuckDB gives ''."""
    count_of(name, arguments, 2, 3)
    source = _source(name, arguments)
    if _has_null(arguments):
        return Expr(null_of(VARCHAR), VARCHAR)
    pattern = _pattern(name, arguments[1])
    number = _group(name, arguments, pattern)
    inner = f"({source}, {text(pattern.text)}, {number})"
    group = pattern.groups[number - 1] if number else None
    may_be_empty = group.may_be_empty if group else pattern.may_be_empty
    if not may_be_empty:
        found = f"nullif(regexp_extract{inner}, '')"
    elif group is not None and group.is_optional:
        found = f"regexp_extract_all{inner}[1]"
    else:
        is_found = f"regexp_matches({source}, {text(pattern.text)})"
        found = f"(CASE WHEN {is_found} THEN regexp_extract{inner} END)"
    return _guarded(source, pattern, found, VARCHAR)


def _need_text(name: str, pattern: Pattern) -> None:
    if pattern.may_be_empty and not pattern.is_empty:
        raise not_supported(f"function {name} with a pattern that may be empty")


def _extract_all(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    source = _source(name, arguments)
    if _has_null(arguments):
        return Expr(null_of(array(VARCHAR)), array(VARCHAR))
    pattern = _pattern(name, arguments[1])
    number = _group(name, arguments, pattern)
    _need_text(name, pattern)
    found = f"regexp_extract_all({source}, {text(pattern.text)}, {number})"
    return _guarded(source, pattern, found, array(VARCHAR))


def _count(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    found = _extract_all(name, arguments)
    return Expr(f"CAST(len({found.sql}) AS BIGINT)", BIGINT)


def _split(name: str, arguments: list[Expr]) -> Expr:
    """DuckDB looks at each rest by itself: a start, or what stands before, is lost on it."""
    count_of(name, arguments, 2)
    source = _source(name, arguments)
    if _has_null(arguments):
        return Expr(null_of(array(VARCHAR)), array(VARCHAR))
    pattern = _pattern(name, arguments[1])
    if pattern.may_be_empty or pattern.looks_behind:
        raise not_supported(f"function {name} with a pattern that may be empty or looks behind")
    found = f"string_split_regex({source}, {text(pattern.text)})"
    return _guarded(source, pattern, found, array(VARCHAR))


def _position(name: str, arguments: list[Expr]) -> Expr:
    """From 1; -1 where nothing is found."""
    count_of(name, arguments, 2, 4)
    if len(arguments) > 2:
        raise not_supported(f"function {name} with a start or an occurrence")
    source = _source(name, arguments)
    if _has_null(arguments):
        return Expr(null_of(INTEGER), INTEGER)
    pattern = _pattern(name, arguments[1])
    before = text(f"\\A((?s:.*?))(?:{pattern.text})")
    found = (
        f"(CASE WHEN NOT regexp_matches({source}, {text(pattern.text)}) THEN -1"
        f" ELSE length(regexp_extract({source}, {before}, 1)) + 1 END)"
    )
    return _guarded(
        source, pattern, f"(CASE WHEN {source} IS NOT NULL THEN {found} END)", INTEGER
    )


def _replace(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    source = _source(name, arguments)
    if _has_null(arguments):
        return Expr(null_of(VARCHAR), VARCHAR)
    pattern = _pattern(name, arguments[1])
    written = arguments[2].literal if len(arguments) == 3 else ""
    if len(arguments) == 3 and not arguments[2].type.is_text:
        raise unexpected(name, arguments)
    if not isinstance(written, str):
        raise not_supported(f"function {name} with a replacement that is not a literal text")
    replacement = text(_replacement(written, pattern))
    if written:
        _need_text(name, pattern)
    found = f"regexp_replace({source}, {text(pattern.text)}, {replacement}, 'g')"
    return _guarded(source, pattern, found, VARCHAR)


def _replacement(written: str, pattern: Pattern) -> str:
    r"""$1, ${name}, \$ and \\ of Trino as RE2's \1 and \\."""
    names = {g.name: i + 1 for i, g in enumerate(pattern.groups) if g.name}
    pieces, i = [], 0
    while i < len(written):
        c = written[i]
        i += 1
        if c == "\\":
            if i == len(written):
                raise invalid("Illegal replacement sequence")
            pieces.append(_kept(written[i]))
            i += 1
        elif c == "$":
            number, i = _reference(written, i, names, len(pattern.groups))
            if number > 9:
                raise not_supported("a replacement with a group beyond 9")
            pieces.append(f"\\{number}")
        else:
            pieces.append(_kept(c))
    return "".join(pieces)


def _kept(c: str) -> str:
    return "\\\\" if c == "\\" else c


def _reference(written: str, i: int, names: dict[str, int], groups: int) -> tuple[int, int]:
    """The group's number and where the text goes on: as many digits as name a group."""
    if written[i : i + 1] == "{":
        name, closing, _ = written[i + 1 :].partition("}")
        if not closing or name not in names:
            raise invalid("Illegal replacement sequence")
        return names[name], i + len(name) + 2
    digits = written[i : i + 1]
    if not digits.isascii() or not digits.isdigit() or int(digits) > groups:
        raise invalid("Illegal replacement sequence")
    i += 1
    while written[i : i + 1].isascii() and written[i : i + 1].isdigit():
        if int(digits + written[i]) > groups:
            break
        digits += written[i]
        i += 1
    return int(digits), i


RULES: dict[str, Rule] = {
    "regexp_like": _like,
    "regexp_extract": _extract,
    "regexp_extract_all": _extract_all,
    "regexp_count": _count,
    "regexp_split": _split,
    "regexp_position": _position,
    "regexp_replace": _replace,
}
