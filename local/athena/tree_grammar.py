"""What Trino refuses of a statement that is parsed: names, types, predicates of predicates.

The source is that of local/athena/grammar.py, which looks at the tokens.
"""

from __future__ import annotations

import re

from sqlglot import exp

from local.athena.errors import QueryFailure
from local.athena.grammar import RESERVED
from local.athena.positions import position_at, position_of

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_TYPES = frozenset(
    (
        *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "INT", "BIGINT", "REAL", "DOUBLE"),
        *("DECIMAL", "DEC", "NUMERIC", "VARCHAR", "CHAR", "VARBINARY", "JSON", "DATE", "TIME"),
        *("TIMESTAMP", "INTERVAL", "UUID", "IPADDRESS", "ARRAY", "MAP", "ROW", "HYPERLOGLOG"),
        *("P4HYPERLOGLOG", "SETDIGEST", "QDIGEST", "TDIGEST"),
    )
)

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_PREDICATES = (*_COMPARISONS, exp.Is, exp.In, exp.Between, exp.Like, exp.Escape, exp.Not)
# What is no predicate itself, unless parentheses make it a value.
_OPERANDS = ("this", "expression", "low", "high")


def check_tree(statement: exp.Expr, sql: str) -> None:
    """Raises SYNTAX_ERROR for names that are none, and for predicates of predicates."""
    for node in statement.walk():
        if isinstance(node, exp.Identifier):
            _check_name(node, sql)
        elif isinstance(node, _PREDICATES) and not isinstance(node, exp.Not | exp.Escape):
            _check_operands(node, sql)


def _check_name(name: exp.Identifier, sql: str) -> None:
    where = name.meta.get("start")
    is_text = where is not None and sql[where : where + 1] == "'"
    if is_text or not (name.this if name.quoted else is_free(name.this)):
        position = None if where is None else position_at(sql, where)
        raise QueryFailure("SYNTAX_ERROR", f"mismatched input '{name.this}'", position)


def is_free(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name.upper() not in RESERVED


def _check_operands(node: exp.Expr, sql: str) -> None:
    for side in _OPERANDS:
        operand = node.args.get(side)
        # The parser puts parentheses of its own around predicates; those that are written say so.
        while isinstance(operand, exp.Paren) and "start" not in operand.meta:
            operand = operand.this
        if isinstance(operand, _PREDICATES):
            raise QueryFailure("SYNTAX_ERROR", "mismatched input", position_of(node, sql))


def check_type(to: exp.DataType) -> None:
    """A type's name that Trino does not know, whatever other dialects call so."""
    for part in to.find_all(exp.DataType):
        written = part.meta.get("written")
        if written is not None and written.upper() not in _TYPES:
            raise QueryFailure("TYPE_MISMATCH", f"Unknown type: {written}")
