"""The dialect of Athena's SQL: a syntax tree that still says what the user wrote.

sqlglot's dialects rename functions while they parse (`date_add` becomes a node shared by all
dialects), which loses what Athena meant. Here every function keeps its own name and arguments,
so that `functions` can decide about each by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import TokenType

from local.athena.errors import not_supported
from local.athena.positions import position_at

_KEPT_PARSERS = ("CAST", "TRY_CAST", "TRIM", "POSITION")


class TypedLiteral(exp.Cast):
    """`DATE '2026-11-20'`: a cast in sqlglot's eyes, but one that is read when it is bound."""


class UnaryPlus(exp.Unary):
    """`+x`, which sqlglot drops."""


_FETCH = re.compile(r"FETCH (FIRST|NEXT)( \S+)? ROWS? (ONLY|WITH TIES)")
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
