"""Athena's SQL text to a syntax tree that still says what the user wrote.

sqlglot's dialects rename functions while they parse (`date_add` becomes a node shared by all
dialects), which loses what Athena meant. Here every function keeps its own name and arguments,
so that `functions` can decide about each by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import TokenType

from local.athena.errors import QueryFailure, not_supported
from local.athena.grammar import check_ends, check_pairs, check_tokens
from local.athena.positions import open_quote, position_at
from local.athena.tree_grammar import check_tree

_KEPT_PARSERS = ("CAST", "TRY_CAST", "TRIM", "POSITION")


class TypedLiteral(exp.Cast):
    """`DATE '2026-11-20'`: a cast in sqlglot's eyes, but one that is read when it is bound."""


class UnaryPlus(exp.Unary):
    """`+x`, which sqlglot drops."""


_LITERAL_TYPES = (
    exp.DType.DATE, exp.DType.TIME, exp.DType.TIMETZ, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ,
    exp.DType.DECIMAL, exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.BIGINT, exp.DType.INT,
    exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.BOOLEAN, exp.DType.CHAR,
)  # fmt: skip


class AsWritten(Trino):
    """Trino's grammar with function calls left as written and array indexes not shifted."""

    INDEX_OFFSET = 0

    class Parser(TrinoParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parser
            for name, parser in TrinoParser.FUNCTION_PARSERS.items()
            if name in _KEPT_PARSERS
        } | {
            "LISTAGG": lambda self: self._parse_listagg(),
            "EXTRACT": lambda self: self._parse_extract_from(),
        }
        TYPE_LITERAL_PARSERS: ClassVar[dict[Any, Any]] = {
            **TrinoParser.TYPE_LITERAL_PARSERS,
            **dict.fromkeys(_LITERAL_TYPES, lambda _self, this, to: TypedLiteral(this=this, to=to)),
        }
        OPTIONAL_ALIAS_TOKEN_CTE = False
        UNARY_PARSERS: ClassVar[dict[Any, Any]] = {
            **TrinoParser.UNARY_PARSERS,
            TokenType.PLUS: lambda self: UnaryPlus(this=self._parse_unary()),
        }

        def raise_error(self, message: str, token: Any = None) -> None:
            """Say where, as Trino does: at the token that does not fit, or behind the last."""
            found = token or self._curr
            start = found.start if found else len(self.sql)
            line, column = position_at(self.sql, start)
            if message.startswith("Required keyword"):  # names a class of the parser's
                message = f"mismatched input '{found.text if found else '<EOF>'}'"
            raise ParseError.new(message, description=message, line=line, col=column)

        def _parse_listagg(self) -> exp.Expr:
            arguments = self._parse_function_args()
            if self._match_text_seq("ON", "OVERFLOW") and not self._match_text_seq("ERROR"):
                raise not_supported("listagg with ON OVERFLOW TRUNCATE")
            return self.expression(exp.Anonymous(this="listagg", expressions=arguments))

        def _parse_extract_from(self) -> exp.Expr:
            field = self._parse_var_or_string()
            if not self._match(TokenType.FROM):
                self.raise_error("mismatched input, expecting 'FROM'")
            return self.expression(exp.Extract(this=field, expression=self._parse_bitwise()))

        def _parse_limit(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
            begin = self._index
            found: exp.Expr | None = super()._parse_limit(*args, **kwargs)
            if isinstance(found, exp.Limit) and found.args.get("offset"):
                self.raise_error("mismatched input ','", self._prev)
            if isinstance(found, exp.Fetch):
                read = self._tokens[begin : self._index]
                if not _FETCH.fullmatch(" ".join(token.text.upper() for token in read)):
                    self.raise_error("FETCH FIRST ... ROWS ONLY or WITH TIES is not complete")
            return found

        def _parse_window(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
            found: exp.Expr | None = super()._parse_window(*args, **kwargs)
            if isinstance(found, exp.Window) and self._prev.text.upper() == "OVER":
                raise not_supported("a column that is called over, without AS")
            return found

        def _parse_window_spec(self) -> dict[str, Any]:
            """A frame's bound; the first of two is followed by the other."""
            is_first_of_two = self._prev.token_type == TokenType.BETWEEN
            found: dict[str, Any] = super()._parse_window_spec()
            is_bound = found["side"] or found["value"] == "CURRENT ROW"
            has_other = self._curr is not None and self._curr.token_type == TokenType.AND
            if not is_bound or is_first_of_two != has_other:
                self.raise_error("the frame is not complete")
            return found

        def _parse_table_alias(self, *args: Any, **kwargs: Any) -> exp.TableAlias | None:
            found: exp.TableAlias | None = super()._parse_table_alias(*args, **kwargs)
            if found is not None and not found.this:
                self.raise_error("columns are named without a name of their table")
            if found is not None and any(isinstance(c, exp.ColumnDef) for c in found.columns):
                self.raise_error("a column that is named again has no type")
            return found

        def _parse_named_window(self) -> exp.Expr | None:
            has_as = self._next is not None and self._next.token_type == TokenType.ALIAS
            found: exp.Expr | None = super()._parse_named_window()
            if not has_as or self._prev.token_type != TokenType.R_PAREN:
                self.raise_error("a window's name is followed by AS (...)")
            return found

        def _parse_join(self, *args: Any, **kwargs: Any) -> exp.Join | None:
            """A join that a comma makes has no condition; any other says so."""
            is_comma = self._curr is not None and self._curr.token_type == TokenType.COMMA
            found: exp.Join | None = super()._parse_join(*args, **kwargs)
            if found is not None and not is_comma:
                found.meta["is_written"] = True
            return found

        def _parse_paren(self) -> exp.Expr | None:
            return _placed(super()._parse_paren, self._curr)

        def _parse_types(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
            token, begin = self._curr, self._index
            found: exp.Expr | None = super()._parse_types(*args, **kwargs)
            read = [part.text for part in self._tokens[begin : self._index]]
            if isinstance(found, exp.DataType) and ("(", ")") in pairwise(read):
                self.raise_error("mismatched input ')'", self._prev)
            if token and isinstance(found, exp.DataType):
                found.meta.setdefault("written", token.text)
            return found

        def _parse_primary(self) -> exp.Expr | None:
            return _placed(super()._parse_primary, self._curr)

        def _parse_function_call(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
            return _placed(super()._parse_function_call, self._curr, *args, **kwargs)


def _placed(
    parse: Callable[..., exp.Expr | None], token: Any, *args: Any, **kwargs: Any
) -> exp.Expr | None:
    """What is parsed, with the place at which it begins."""
    found = parse(*args, **kwargs)
    if token and isinstance(found, exp.Literal | exp.Func | exp.Paren):
        found.meta.setdefault("start", token.start)
    return found


_FETCH = re.compile(r"FETCH (FIRST|NEXT)( \S+)? ROWS? (ONLY|WITH TIES)")
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
