"""Athena's SQL text to one syntax tree, or to an error as Trino has it; parameters put into a text.

The tree is of local/athena/dialect.py. What that takes and Trino does not, grammar and tree_grammar
refuse.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from local.athena.dialect import AsWritten
from local.athena.errors import QueryFailure, not_supported
from local.athena.grammar import check_ends, check_pairs, check_tokens
from local.athena.positions import open_quote, position_at
from local.athena.tree_grammar import check_tree

_DIALECT = AsWritten()


@lru_cache(maxsize=64)
def parse(sql: str) -> exp.Expr:
    """The one statement in `sql`. Raises QueryFailure when it is not exactly one that parses.

    Views are read by many queries: their trees are shared, and never changed.
    """
    if "\x00" in sql:
        raise QueryFailure("SYNTAX_ERROR", "the statement holds a NUL character")
    try:
        plain = _plain_numbers(sql)
        check_tokens(tokens(plain), plain)
        statements = [s for s in _DIALECT.parse(plain) if s is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        position = (first["line"], first["col"]) if first.get("line") else None
        said = str(first.get("description") or error).splitlines()[0].rstrip(".")
        if said == "Expected TYPE after CAST":
            check_ends(tokens(sql), sql)
            raise QueryFailure("TYPE_MISMATCH", "Unknown type") from error
        raise QueryFailure("SYNTAX_ERROR", said.split(" but got <Token")[0], position) from error
    except TokenError as error:
        raise _unread(sql, error) from error
    if len(statements) != 1:
        raise QueryFailure("SYNTAX_ERROR", "Only one sql statement is allowed")
    check_pairs(tokens(sql), sql)
    check_tree(statements[0], sql)
    check_ends(tokens(sql), sql)
    return statements[0]


_NUMBER = re.compile(r"[0-9][0-9A-Za-z_]*(?:[.][0-9A-Za-z_]*)?(?:(?<=[eE])[+-][0-9A-Za-z_]+)?")
_PLAIN_NUMBER = re.compile("[0-9]+(?:[.][0-9]*)?(?:[eE][+-]?[0-9]+)?")
_BASES = {
    10: re.compile("[0-9]+(?:_[0-9]+)*"),
    16: re.compile("0[xX](?:_?[0-9a-fA-F]+)+"),
    8: re.compile("0[oO](?:_?[0-7]+)+"),
    2: re.compile("0[bB](?:_?[01]+)+"),
}


def _plain_numbers(sql: str) -> str:
    """`1_000`, `0x1F`, `0o17` and `0b11` in digits, where sqlglot reads `1 AS _000` or bytes."""
    pieces, end = [], 0
    for token in tokens(sql):
        found = _NUMBER.match(sql, token.start)
        if token.start < end or found is None:
            continue
        written = found[0]
        if _PLAIN_NUMBER.fullmatch(written):
            if token.token_type == TokenType.NUMBER and token.end >= found.end():
                # sqlglot reads 1e0+2 as one number.
                return _plain_numbers(f"{sql[: found.end()]} {sql[found.end() :]}")
            continue
        base = next((base for base, shape in _BASES.items() if shape.fullmatch(written)), None)
        if base is None and "." in written:
            raise not_supported(f"number {written}")
        if base is None:
            raise QueryFailure(
                "SYNTAX_ERROR", "identifiers must not start with a digit",
                position_at(sql, token.start),
            )  # fmt: skip
        pieces += [sql[end : token.start], str(int(written, base)).ljust(len(written))]
        end = found.end()
    return "".join([*pieces, sql[end:]])


def with_parameters(sql: str, parameters: list[str]) -> str:
    """Put ExecutionParameters in the place of the statement's `?`, in their order.

    Each is the text of one SQL literal, as Athena wants it: `'abc'` with its quotes.
    """
    holes = [token for token in tokens(sql) if token.token_type == TokenType.PLACEHOLDER]
    if len(holes) != len(parameters):
        raise QueryFailure(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {len(holes)} but found {len(parameters)}",
        )
    pieces, end = [], 0
    for token, text in zip(holes, parameters, strict=True):
        _check_parameter(text)
        pieces += [sql[end : token.start], f"({text})"]
        end = token.end + 1
    return "".join([*pieces, sql[end:]])


def _unread(sql: str, error: TokenError) -> QueryFailure:
    place = open_quote(sql)
    said = "a quote or comment is not closed" if place else str(error).splitlines()[0]
    return QueryFailure("SYNTAX_ERROR", said, place)


def tokens(sql: str) -> list:  # type: ignore[type-arg] # the token class is compiled, untyped
    try:
        return list(_DIALECT.tokenize(sql))
    except TokenError as error:
        raise _unread(sql, error) from error


def _check_parameter(text: str) -> None:
    """One expression without tables: a parameter cannot smuggle in another clause."""
    body = parse(f"SELECT {text}")
    if not isinstance(body, exp.Select) or len(body.expressions) != 1:
        raise QueryFailure("INVALID_PARAMETER_USAGE", f"not one literal: {text}")
    has_more = any(value for key, value in body.args.items() if key != "expressions")
    if has_more or body.expressions[0].find(exp.Query, exp.Column) is not None:
        raise QueryFailure("INVALID_PARAMETER_USAGE", f"not a literal: {text}")
