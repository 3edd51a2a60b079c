"""Functions of regular expressions, whose pattern is a literal.

Where a match may be empty, Trino and DuckDB go on differently behind a match, so functions that
look for all matches refuse such a pattern.
Source: https://trino.io/docs/current/functions/regexp.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.athena.arguments import Rule, count_of, unexpected
from local.athena.errors import not_supported
from local.athena.expression import Expr, null_of, raising, text
from local.athena.regexp_characters import invalid
from local.athena.regexp_patterns import Pattern, read_pattern
from local.athena.types import BIGINT, BOOLEAN, INTEGER, UNKNOWN, VARCHAR, Type, array, duckdb_type


@dataclass(frozen=True)
class _Call:
    name: str
    source: str
    pattern: Pattern
    others: list[Expr]

    @property
    def operands(self) -> str:
        """What every function of DuckDB takes first."""
        return f"{self.source}, {text(self.pattern.text)}"

    def need_text(self) -> None:
        if self.pattern.may_be_empty:
            raise not_supported(f"function {self.name} with a pattern that may be empty")


def _rule(most: int, result: Callable[[Type], Type], body: Callable[[_Call], str]) -> Rule:
    """A function of a text and a pattern; `result` is its type by the text's."""

    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 2, most)
        if not all(a.type.is_text or a.type == UNKNOWN for a in arguments[:2]):
            raise unexpected(name, arguments)
        source, pattern = arguments[:2]
        t = result(source.type if source.type.is_text else VARCHAR)
        if any(a.type == UNKNOWN for a in arguments):
            return Expr(null_of(t), t)
        if not isinstance(pattern.literal, str):
            raise not_supported(f"function {name} with a pattern that is not a literal text")
        call = _Call(name, source.sql, read_pattern(pattern.literal), arguments[2:])
        return Expr(f"CAST({_guarded(call, body(call))} AS {duckdb_type(t)})", t)

    return rule


def _guarded(call: _Call, sql: str) -> str:
    """Refuse, when it comes to it, the texts of which Trino's answer would be another."""
    if not call.pattern.refused:
        return sql
    failing = raising("NOT_SUPPORTED", "a regular expression of such a text", BOOLEAN)
    is_refused = f"regexp_matches({call.source}, {text('|'.join(call.pattern.refused))})"
    return f"(CASE WHEN CASE WHEN {is_refused} THEN {failing} ELSE TRUE END THEN {sql} END)"


def _like(call: _Call) -> str:
    """In a group: of a simple pattern DuckDB would make a LIKE, and lose anchors inside it."""
    return f"regexp_matches({call.source}, {text(f'({call.pattern.text})')})"


def _group(call: _Call) -> int:
    if not call.others:
        return 0
    number, groups = call.others[0], len(call.pattern.groups)
    if not number.type.is_integer:
        raise unexpected(call.name, call.others)
    if not isinstance(number.literal, int):
        raise not_supported(f"function {call.name} with a group that is not a literal")
    if number.literal < 0:
        raise invalid("Group cannot be negative")
    if number.literal > groups:
        raise invalid(f"Pattern has {groups} groups. Cannot access group {number.literal}")
    return number.literal


def _extract(call: _Call) -> str:
    """Null where nothing is found, and of a group that had no part in it; DuckDB gives ''."""
    number = _group(call)
    group = call.pattern.groups[number - 1] if number else None
    may_be_empty = group.may_be_empty if group else call.pattern.may_be_empty
    if not may_be_empty:
        return f"nullif(regexp_extract({call.operands}, {number}), '')"
    if group is not None and group.is_optional:
        return f"regexp_extract_all({call.operands}, {number})[1]"
    found = f"regexp_extract({call.operands}, {number})"
    return f"(CASE WHEN {_like(call)} THEN {found} END)"


def _extract_all(call: _Call) -> str:
    number = _group(call)
    call.need_text()
    return f"regexp_extract_all({call.operands}, {number})"


def _count(call: _Call) -> str:
    return f"len({_extract_all(call)})"


def _split(call: _Call) -> str:
    """DuckDB looks at each rest by itself: a start, or what stands before, is lost on it."""
    if call.pattern.may_be_empty or call.pattern.looks_behind:
        raise not_supported(f"function {call.name} with a pattern that may be empty or looks back")
    return f"string_split_regex({call.operands})"


def _position(call: _Call) -> str:
    """From 1; -1 where nothing is found, and in a text of no length."""
    if call.others:
        raise not_supported(f"function {call.name} with a start or an occurrence")
    before = text(f"\\A((?s:.*?))(?:{call.pattern.text})")
    place = f"length(regexp_extract({call.source}, {before}, 1)) + 1"
    return (
        f"(CASE {call.source} <> '' AND {_like(call)}"
        f" WHEN TRUE THEN {place} WHEN FALSE THEN -1 END)"
    )


def _replace(call: _Call) -> str:
    written = call.others[0].literal if call.others else ""
    if call.others and not call.others[0].type.is_text:
        raise unexpected(call.name, call.others)
    if not isinstance(written, str):
        raise not_supported(f"function {call.name} with a replacement that is not a literal text")
    replacement = text(_replacement(written, call.pattern))
    if written and not call.pattern.is_empty:
        call.need_text()
    return f"regexp_replace({call.operands}, {replacement}, 'g')"


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
    digits = ""
    while (c := written[i : i + 1]) and c in "0123456789":
        if digits and int(digits + c) > groups:
            break
        digits += c
        i += 1
    if not digits or int(digits) > groups:
        raise invalid("Illegal replacement sequence")
    return int(digits), i


def _same(t: Type) -> Type:
    return t


RULES: dict[str, Rule] = {
    "regexp_like": _rule(2, lambda _: BOOLEAN, _like),
    "regexp_extract": _rule(3, _same, _extract),
    "regexp_extract_all": _rule(3, array, _extract_all),
    "regexp_count": _rule(2, lambda _: BIGINT, _count),
    "regexp_split": _rule(2, array, _split),
    "regexp_position": _rule(4, lambda _: INTEGER, _position),
    "regexp_replace": _rule(3, lambda _: VARCHAR, _replace),
}
